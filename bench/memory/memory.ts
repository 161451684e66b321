/** Whether a container that lives long keeps anything of what went through it. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { spreadOf } from '../suite/figure.ts'
import type { Section } from '../suite/figure.ts'
import type { Growth } from './process.ts'

/** A single small object kept of each invocation would be 125; a heap that keeps nothing goes up and down by some ten. */
const MOST_KIB = 100

export async function benchMemory(): Promise<Section> {
  const growth = await measure()
  return {
    title: 'Memory',
    about: [
      `Each function is made once, as in a container, and invoked 4,000 times to warm up and 20,000 times more. After each fifth of these the
heap is collected, six times so that V8 lets go of compiled code as well, and compared with the one before: flat means that nothing is kept of an
invocation. notify is the whole handler; the others
are operations over stores in memory.`,
    ],
    figures: Object.entries(growth).map(([name, grown]) => ({
      name: `heap of ${name}, grown in 4,000 invocations`,
      unit: 'KiB',
      ...spreadOf(grown),
      target: { is: 'at most', value: MOST_KIB } as const,
    })),
    notes: [
      `Reconciling a day of a million rows has a limit of its own (\`npm run bench -- --only reconcile\`), and so have requests that are
refused (\`npm run bench -- --only flood\`).`,
    ],
  }
}

async function measure(): Promise<Growth> {
  const child = fork(join(import.meta.dirname, 'process.ts'), {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exit = once(child, 'exit')
  const [told] = await Promise.race([once(child, 'message'), exit])
  if (typeof told !== 'object' || told === null) throw new Error('the measuring process failed')
  await exit
  return told as Growth
}
