/** Every bench there is. A new one is an entry here; what it needs is loaded when it runs. */
import type { Bench } from './bench.ts'

export const BENCHES: readonly Bench[] = [
  {
    kind: 'measured',
    name: 'notify',
    about: 'a notification, in terms of the least that anyone can do, and beside packages of others',
    run: async (say) => (await import('../notify/notify.ts')).benchNotify(say),
  },
  {
    kind: 'measured',
    name: 'pipeline',
    about: 'notifications through the local stack, beside the bare calls of AWS that they need',
    run: async (say) => (await import('../pipeline/pipeline.ts')).benchPipeline(say),
  },
  {
    kind: 'measured',
    name: 'cold',
    about: 'a cold start of each function, in terms of three plain clients of the AWS SDK',
    run: async () => (await import('../cold/cold.ts')).benchCold(),
  },
  {
    kind: 'measured',
    name: 'growth',
    about: 'operations beside a thousand and beside a million stored orders',
    run: async (say) => (await import('../growth/growth.ts')).benchGrowth(say),
  },
  {
    kind: 'measured',
    name: 'memory',
    about: 'the heap of each function over 20,000 invocations',
    run: async () => (await import('../memory/memory.ts')).benchMemory(),
  },
  {
    kind: 'program',
    name: 'flood',
    about: 'refuses forged notifications by the thousand while genuine ones go on',
    start: ['--expose-gc', 'bench/flood.ts'],
  },
  {
    kind: 'program',
    name: 'reconcile',
    about: 'reconciles a day of a million rows within memory and time',
    start: ['bench/reconcile.ts'],
  },
  {
    kind: 'program',
    name: 'bill',
    about: 'reads a trade bill of a million rows within memory',
    start: ['bench/bill-rows.ts'],
  },
  {
    kind: 'program',
    name: 'tests',
    about: 'runs the tests and says which files take longest',
    start: ['bench/tests.ts'],
  },
]
