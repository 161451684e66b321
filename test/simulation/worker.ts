/** Entry of a worker thread. A mutant has to be in place before anything that it changes is loaded. */
import { parentPort, workerData } from 'node:worker_threads'
import { installMutant } from './mutants.ts'
import type { Progress, Task } from './task.ts'

const task = workerData as Task
const tell = (progress: Progress) => parentPort?.postMessage(progress)

// Nobody reads where the many expected errors come from, and finding that out is dear.
Error.stackTraceLimit = 0
if (task.mutant !== undefined) installMutant(task.mutant)
const { work } = await import('./work.ts')
tell({ tally: await work(task, (tally) => tell({ tally, done: false })), done: true })
