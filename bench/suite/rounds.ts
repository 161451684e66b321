/** Runs contenders in turns, so that whatever the machine does beside is shared by all of them. */

/** Runs it so often. @returns the microseconds of a processor that one run took */
export type Turn = (runs: number) => Promise<number>

interface Rounds {
  readonly contenders: Readonly<Record<string, Turn>>
  readonly rounds: number
  /** How often each runs in a round, in turns that are short against what else may happen on the machine. */
  readonly runs: number
  readonly warmUp: number
}

const TURNS = 10

/** @returns by name, the microseconds of a processor that one run took, for each round. */
export async function timesOf({
  contenders,
  rounds,
  runs,
  warmUp,
}: Rounds): Promise<Record<string, number[]>> {
  const names = Object.keys(contenders)
  const times: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (const turn of Object.values(contenders)) await turn(warmUp)
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) times[name]!.push(0)
    for (let turn = 0; turn < TURNS * names.length; turn += 1) {
      // Nobody always comes after the same one.
      const name = names[(round + turn + Math.floor(turn / names.length)) % names.length]!
      times[name]![round]! += (await contenders[name]!(Math.ceil(runs / TURNS))) / TURNS
    }
  }
  return times
}

/** Counted is what this process takes of a processor and not the clock: what other processes take meanwhile does not count. */
export function turnOf<Input>(contender: (input: Input) => unknown, inputs: readonly Input[]): Turn {
  return async (runs) => {
    const before = process.cpuUsage()
    for (let index = 0; index < runs; index += 1) {
      const result = contender(inputs[index % inputs.length]!)
      if (result instanceof Promise) await result
    }
    const { user, system } = process.cpuUsage(before)
    return (user + system) / runs
  }
}

/** What each round of one took in terms of the other's. */
export function ratios(times: readonly number[], ofOthers: readonly number[]): number[] {
  return times.map((time, round) => ofOthers[round]! / time)
}
