/** What docs/performance.md tells of the pipeline. */
import { spreadOf } from '../suite/figure.ts'
import type { Figure, Section } from '../suite/figure.ts'

type Part = 'taking' | 'settling' | 'beside'

/** What a round took. */
export interface Taken {
  readonly perSecond: number
  /** Of the clock for one notification, without what other programs took of the processors. */
  readonly msLeft: number
  /** The share of the processors that other programs took. */
  readonly others: number
  /** Notifications that were settled at once. */
  readonly batch: number
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
        name: 'of the bare calls, by the clock without other programs',
        ...spreadOf(pairs.map(([taken, other]) => other.msLeft / taken.msLeft)),
        target: { is: 'at least', value: 0.7 },
      },
      processorTime('processor time of a notification, engines included', through, sumOf),
      processorTime('of it notify, with put and send', through, ({ processorMsOf: { taking } }) => taking),
      processorTime('put and send alone', alone, ({ processorMsOf: { taking } }) => taking),
      processorTime('of it settle, with its calls', through, ({ processorMsOf: { settling } }) => settling),
      processorTime('its calls alone', alone, ({ processorMsOf: { settling } }) => settling),
      processorTime('of it the process of the stack', through, ({ processorMsOf: { beside } }) => beside),
      processorTime('the same beside the calls alone', alone, ({ processorMsOf: { beside } }) => beside),
      plain('notifications a second', through, ({ perSecond }) => perSecond),
      plain('notifications that are settled at once', through, ({ batch }) => batch),
      plain('the same with the calls alone', alone, ({ batch }) => batch),
      plain('of the processors, what other programs took meanwhile', through, ({ others }) => others),
      plain('the same with the calls alone', alone, ({ others }) => others),
      { name: 'from the 2xx to the event, half of them within', unit: 'ms', ...within(0.5) },
      { name: 'from the 2xx to the event, 99 of 100 within', unit: 'ms', ...within(0.99) },
    ],
    notes: [LEFT],
  }
}

function sumOf({ processorMsOf: { taking, settling, beside } }: Taken): number {
  return taking + settling + beside
}

function plain(name: string, rounds: readonly Taken[], of: (taken: Taken) => number): Figure {
  return { name, ...spreadOf(rounds.map(of)) }
}

function processorTime(name: string, rounds: readonly Taken[], of: (taken: Taken) => number): Figure {
  return { name, unit: 'ms', ...spreadOf(rounds.map(of)) }
}

const ABOUT = `Notifications go through the local stack, four at a time, until their facts are settled. Beside it the calls of AWS that each of
them must make (put, send, receive, get, get, put, publish, update, delete) are made by themselves, with the same clients, engines and
items, in as many processes: four for the first two calls, four for the others. Who comes first changes from round to round.`

const PROCESSORS = `There are more processes than processors, so that what limits the rate is the time of a processor. It counts the engines, the gateway,
Lambda's part and the sender on our side. By the clock the times when nobody has anything to do count as well; taken off is what other programs
took of the processors meanwhile, as the kernel counts it, for the side with more processes that are ready would get the greater share of what is left.`

const LEFT = `Settle takes hardly more than its calls, though the bare calls settle more of them at once, which saves receiving and deleting. What is more
is notify, with signature, decryption, frame and log line, and the process of the stack, whose gateway, runtime API and poller are not part of
what is deployed; most of the whole is what the AWS SDK and the engines do for the calls themselves. How long an event takes after the 2xx is a
matter of what else the machine does: of the bare calls as well.

Where the time of the stack's own parts went: with the client of \`node:http\` a function's process took 210 µs of a processor to ask for an
invocation of a handler that does nothing and to answer it, and the Runtime API 145; now one connection carries both requests at once, and they
take 83 and 95. A line of a log took 9 µs through a stream and a thread, and takes 3; a time-out of the gateway that was not needed made an
error with a stack, some 13. Looked at and not taken: reading bodies by events in place of an iterator, which makes no difference.`
