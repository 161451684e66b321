/** Entry of a worker thread: does one task after the other. For a mutant, everything that is ours is loaded anew. */
import { parentPort } from 'node:worker_threads'
import { installMutants, mutantUrl } from './mutants.ts'
import type { Progress, Task } from './task.ts'
import type * as Work from './work.ts'

const tell = (progress: Progress) => parentPort?.postMessage(progress)

// Nobody reads where the many expected errors come from, and finding that out is dear.
Error.stackTraceLimit = 0
installMutants()

parentPort?.on('message', (task: Task) => void perform(task))

async function perform(task: Task): Promise<void> {
  const { work } = await loaded(task)
  tell({ tally: await work(task, (tally) => tell({ tally, done: false })), done: true })
}

async function loaded({ mutant }: Task): Promise<typeof Work> {
  if (mutant === undefined) return import('./work.ts')
  return import(mutantUrl(new URL('./work.ts', import.meta.url), mutant))
}
