/** Runs tasks in worker threads and adds up what they report. */
import { Worker } from 'node:worker_threads'
import { emptyTally } from './exhaustive.ts'
import type { Tally } from './exhaustive.ts'
import type { Progress, Task } from './task.ts'

/** Most of what a run makes is garbage at once. */
const YOUNG_GENERATION_MB = 64

/** A thread that does one task after the other. */
export interface Hand {
  run(task: Task, onProgress?: (tally: Tally) => void): Promise<Tally>
  dismiss(): Promise<unknown>
}

export function startHands(count: number): readonly Hand[] {
  return Array.from({ length: count }, startHand)
}

/** Does something with threads, and ends them. */
export async function withHands<Result>(
  count: number,
  use: (hands: readonly Hand[]) => Promise<Result>,
): Promise<Result> {
  const hands = startHands(count)
  try {
    return await use(hands)
  } finally {
    await dismissed(hands)
  }
}

export async function dismissed(hands: readonly Hand[]): Promise<void> {
  await Promise.all(hands.map((hand) => hand.dismiss()))
}

function startHand(): Hand {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  })
  return {
    run: (task, onProgress = () => {}) =>
      new Promise((resolve, reject) => {
        worker.removeAllListeners()
        worker.on('message', ({ tally, done }: Progress) => {
          onProgress(tally)
          if (done) resolve(tally)
        })
        worker.on('error', reject)
        worker.on('exit', (code) => reject(new Error(`a worker ended early with ${code}`)))
        worker.postMessage(task)
      }),
    dismiss: () => worker.terminate(),
  }
}

/** The same task for all hands, each with its part. */
export async function runShared(
  task: Omit<Task, 'part' | 'of'>,
  hands: readonly Hand[],
  onProgress: (sum: Tally) => void = () => {},
): Promise<Tally> {
  const latest: Tally[] = []
  const done = await Promise.all(
    hands.map((hand, part) =>
      hand.run({ ...task, part, of: hands.length }, (tally) => {
        latest[part] = tally
        onProgress(sum(latest))
      }),
    ),
  )
  return sum(done)
}

function sum(tallies: readonly Tally[]): Tally {
  const total = emptyTally()
  for (const tally of tallies.filter((one) => one !== undefined)) {
    total.schedules += tally.schedules
    total.singles += tally.singles
    total.pairs += tally.pairs
    total.random += tally.random
    total.steps += tally.steps
    total.faults += tally.faults
    total.failures.push(...tally.failures)
  }
  return total
}
