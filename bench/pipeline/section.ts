/** What docs/performance.md tells of the pipeline. */
import { spreadOf } from '../suite/figure.ts'
import type { Section } from '../suite/figure.ts'

/** What a round took. */
interface Taken {
  readonly perSecond: number
  /** Of all processes together, for one notification. */
  readonly processorMs: number
}

export interface Measured {
  readonly through: Taken[]
  readonly alone: Taken[]
  /** Ms from each 2xx to its event. */
  readonly after: number[]
}

export function pipelineSection({ through, alone, after }: Measured): Section {
  const sorted = after.toSorted((a, b) => a - b)
  const within = (share: number) => spreadOf([sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN])
  const pairs = through.flatMap((taken, round) => {
    const other = alone[round]
    return other === undefined ? [] : [[taken, other] as const]
  })
  return {
    title: 'The pipeline, from HTTP to settled',
    about: [ABOUT, PROCESSORS],
    figures: [
      {
        name: 'of the bare calls, by processor time',
        ...spreadOf(pairs.map(([taken, other]) => other.processorMs / taken.processorMs)),
        target: { is: 'at least', value: 0.7 },
      },
      {
        name: 'of the bare calls, by the clock',
        ...spreadOf(pairs.map(([taken, other]) => taken.perSecond / other.perSecond)),
      },
      {
        name: 'processor time of a notification, engines included',
        unit: 'ms',
        ...spreadOf(through.map((taken) => taken.processorMs)),
      },
      { name: 'notifications a second', ...spreadOf(through.map(({ perSecond }) => perSecond)) },
      { name: 'from the 2xx to the event, half of them within', unit: 'ms', ...within(0.5) },
      { name: 'from the 2xx to the event, 99 of 100 within', unit: 'ms', ...within(0.99) },
    ],
    notes: [LEFT],
  }
}

const ABOUT = `Notifications go through the local stack, four at a time, until their facts are settled. Beside it the calls of AWS that each of
them must make (put, send, receive, get, get, put, publish, update, delete) are made by themselves, with the same clients, engines and
items, in as many processes: four for the first two calls, four for the others.`

const PROCESSORS = `There are more processes than processors, so that what limits the rate is the time of a processor; it does not change with what else the
machine does, which the clock does. It counts the engines, the gateway, Lambda's part and the sender on our side.`

const LEFT = `What is more than the bare calls is split between the process of the stack, whose gateway, runtime API and poller are
not part of what is deployed, and the functions: signature, decryption, the fold of the order, and the log lines.`
