/** Invokes each function 20,000 times in one process, as a busy container would, and tells what the heap grew by in each fifth. */
import { functions } from './functions.ts'

const WARM_UP = 4000
const FIFTHS = 5
const INVOCATIONS = 4000
/** V8 lets go of compiled code only when it was not used between several of them. */
const COLLECTIONS = 6

export type Growth = Readonly<Record<string, readonly number[]>>

async function repeat(invoke: () => Promise<unknown>, times: number): Promise<number> {
  for (let count = 0; count < times; count += 1) await invoke()
  for (let count = 0; count < COLLECTIONS; count += 1) {
    // Timers and finalizers of native objects have their turn before the heap is looked at.
    await new Promise((resolve) => setImmediate(resolve))
    globalThis.gc!()
  }
  return process.memoryUsage().heapUsed
}

async function measure(): Promise<Growth> {
  const growth: Record<string, number[]> = {}
  for (const [name, invoke] of Object.entries(await functions())) {
    let before = await repeat(invoke, WARM_UP)
    growth[name] = []
    for (let fifth = 0; fifth < FIFTHS; fifth += 1) {
      const after = await repeat(invoke, INVOCATIONS)
      growth[name].push((after - before) / 1024)
      before = after
    }
  }
  return growth
}

const growth = await measure()
process.send!(growth, () => process.disconnect())
