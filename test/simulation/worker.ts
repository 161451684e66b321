/** Entry of a worker thread. A mutant has to be in place before anything that it changes is loaded. */
import { parentPort, workerData } from 'node:worker_threads'
import { installMutant } from './mutants.ts'
import type { Progress, Task } from './task.ts'

const task = workerData as Task
const tell = (progress: Progress) => parentPort?.postMessage(progress)

if (task.mutant !== undefined) installMutant(task.mutant)
const { work } = await import('./work.ts')
tell({ tally: await work(task, (tally) => tell({ tally, done: false })), done: true })
