/** What docs/performance.md tells of the pipeline. */
import { spreadOf } from '../suite/figure.ts'
import type { Figure, Section } from '../suite/figure.ts'

type Part = 'taking' | 'settling' | 'beside'

/** What a round took. */
interface Taken {
  readonly perSecond: number
  /** For one notification: of the processes that take it, of those that settle it, and of this one, with engines and gateway. */
  readonly processorMsOf: Readonly<Record<Part, number>>
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
        ...spreadOf(pairs.map(([taken, other]) => sumOf(other) / sumOf(taken))),
        target: { is: 'at least', value: 0.7 },
      },
      {
        name: 'of the bare calls, by the clock',
        ...spreadOf(pairs.map(([taken, other]) => taken.perSecond / other.perSecond)),
        target: { is: 'at least', value: 0.7 },
      },
      processorTime('processor time of a notification, engines included', through, sumOf),
      processorTime('of it notify, with put and send', through, ({ processorMsOf: { taking } }) => taking),
      processorTime('put and send alone', alone, ({ processorMsOf: { taking } }) => taking),
      processorTime('of it settle, with its calls', through, ({ processorMsOf: { settling } }) => settling),
      processorTime('its calls alone', alone, ({ processorMsOf: { settling } }) => settling),
      processorTime('of it the process of the stack', through, ({ processorMsOf: { beside } }) => beside),
      processorTime('the same beside the calls alone', alone, ({ processorMsOf: { beside } }) => beside),
      { name: 'notifications a second', ...spreadOf(through.map(({ perSecond }) => perSecond)) },
      { name: 'from the 2xx to the event, half of them within', unit: 'ms', ...within(0.5) },
      { name: 'from the 2xx to the event, 99 of 100 within', unit: 'ms', ...within(0.99) },
    ],
    notes: [LEFT],
  }
}

function sumOf({ processorMsOf: { taking, settling, beside } }: Taken): number {
  return taking + settling + beside
}

function processorTime(name: string, rounds: readonly Taken[], of: (taken: Taken) => number): Figure {
  return { name, unit: 'ms', ...spreadOf(rounds.map(of)) }
}

const ABOUT = `Notifications go through the local stack, four at a time, until their facts are settled. Beside it the calls of AWS that each of
them must make (put, send, receive, get, get, put, publish, update, delete) are made by themselves, with the same clients, engines and
items, in as many processes: four for the first two calls, four for the others.`

const PROCESSORS = `There are more processes than processors, so that what limits the rate is the time of a processor; it does not change with what else the
machine does, which the clock does. It counts the engines, the gateway, Lambda's part and the sender on our side.`

const LEFT = `Settle takes hardly more than its calls. What is more is notify, with signature, decryption, frame and log line, and the process of the
stack, whose gateway, runtime API and poller are not part of what is deployed; most of the whole is what the AWS SDK and the engines do for the
calls themselves. How long an event takes after the 2xx is a matter of what else the machine does: of the bare calls as well.`
