/** Runs contenders in turns, so that whatever the machine does beside is shared by all of them. */

export type Contender<Input> = (input: Input) => unknown

interface Rounds<Input> {
  readonly contenders: Readonly<Record<string, Contender<Input>>>
  readonly inputs: readonly Input[]
  readonly rounds: number
  /** How often each runs in a round, in turns that are short against what else may happen on the machine. */
  readonly runs: number
  readonly warmUp: number
}

const TURNS = 10

/** @returns by name, the microseconds of a processor that one run took, for each round. */
export async function timesOf<Input>({
  contenders,
  inputs,
  rounds,
  runs,
  warmUp,
}: Rounds<Input>): Promise<Record<string, number[]>> {
  const names = Object.keys(contenders)
  const times: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (const contender of Object.values(contenders)) await microseconds(contender, inputs, warmUp)
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) times[name]!.push(0)
    for (let turn = 0; turn < TURNS * names.length; turn += 1) {
      // Nobody always comes after the same one.
      const name = names[(round + turn + Math.floor(turn / names.length)) % names.length]!
      times[name]![round]! += (await microseconds(contenders[name]!, inputs, Math.ceil(runs / TURNS))) / TURNS
    }
  }
  return times
}

/** Of a processor and not of the clock: what other processes take meanwhile does not count. */
async function microseconds<Input>(
  contender: Contender<Input>,
  inputs: readonly Input[],
  runs: number,
): Promise<number> {
  const before = process.cpuUsage()
  for (let index = 0; index < runs; index += 1) {
    const result = contender(inputs[index % inputs.length]!)
    if (result instanceof Promise) await result
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / runs
}

/** What each round of one took in terms of the other's. */
export function ratios(times: readonly number[], ofOthers: readonly number[]): number[] {
  return times.map((time, round) => ofOthers[round]! / time)
}
