/** What could be saved and is not, with what it would save and what it would cost in safety. */
import { PRICES, type PriceName } from './prices.ts'

type Uses = Readonly<Partial<Record<PriceName, number>>>

interface Saving {
  readonly what: string
  /** Of a million payments or refunds, so many millions of each unit less. Logs in GB. */
  readonly uses: Uses
  readonly of: 'payments' | 'refunds'
  readonly price: string
}

/** A line of the access log, and the line of a call, in KB for each: a million are so many GB. */
const ACCESS_LINE = 0.26
const OWN_LINE = 0.35
/** Of a line that has any. */
const METRICS_IN_A_LINE = 0.23

const SAVINGS: readonly Saving[] = [
  {
    what: 'A fact as a part of its order instead of an item of its own',
    uses: { dynamoWrite: 2, dynamoRead: 1 },
    of: 'payments',
    price:
      'Notify would write orders: it loses races with every other writer, an order that is not known has no item, and a full one refuses WeChat. Two tellings that differ are no longer told apart by one conditional write.',
  },
  {
    what: 'No index of pending facts',
    uses: { dynamoWrite: 2 },
    of: 'payments',
    price:
      'Whoever loses the messages of the queue loses the events: nobody knows which facts are not settled.',
  },
  {
    what: 'Prepay does not write what WeChat answered',
    uses: { dynamoWrite: 1, dynamoRead: 1 },
    of: 'payments',
    price:
      'A repeat calls WeChat again instead of answering the same, and an order that WeChat has cannot be told from one whose placing is in doubt.',
  },
  {
    what: 'No index of days',
    uses: { dynamoWrite: 1 },
    of: 'payments',
    price: 'A payment that only our books have is never found by reconciling.',
  },
  {
    what: 'A stream of the facts table instead of the queue',
    uses: { sqsRequest: 3 },
    of: 'payments',
    price:
      'One fact that fails holds up all behind it in its shard, and there is no dead letter that a person can put back.',
  },
  {
    what: 'Notifications at the URL of the function instead of the API',
    uses: { httpApiRequest: 1.05, logGb: 1.05 * ACCESS_LINE },
    of: 'payments',
    price: 'No throttle before the signature is checked, no domain of your own, no access log.',
  },
  {
    what: 'The merchant waits for the event instead of asking',
    uses: { httpApiRequest: 1, lambdaRequest: 1, dynamoRead: 1, logGb: ACCESS_LINE + OWN_LINE },
    of: 'payments',
    price: 'None: it is for the merchant to decide.',
  },
  {
    what: 'The merchant invokes prepay and query at Lambda instead of calling the API',
    uses: { httpApiRequest: 2, logGb: 2 * ACCESS_LINE },
    of: 'payments',
    price:
      'The event of API Gateway has to be made by the caller, calls have no throttle, URL or access log, and the client would need a second way to call.',
  },
  {
    what: 'Notify invokes settle asynchronously at Lambda instead of by the queue',
    uses: { sqsRequest: 3.1 },
    of: 'payments',
    price:
      'No batches and no bound on how many settle at once, so that a burst takes the concurrency of the account; after three tries only the sweep goes on. Notify may invoke a function. The index of pending facts still loses nothing.',
  },
  {
    what: 'The look at an order instead of the index of pending facts: the order keeps its look until its event is published',
    uses: { dynamoWrite: 2 },
    of: 'payments',
    price:
      'Notify has to know that the look is there, so it reads the order (a tenth of it) and writes an entry only where none is: paid after a close, an unknown order, an order of an earlier release. A second writer decides who drives a fact, and a queue that loses its messages is noticed a look later, after a call to WeChat for each payment.',
  },
  {
    what: 'First reads of an order that may lag, since the write that follows is refused when they did',
    uses: { dynamoRead: 1 },
    of: 'payments',
    price:
      'A lagging read costs a refused write, five times what a read saves, wherever two functions are at an order within milliseconds; and what is decided without a write has to be read again.',
  },
  {
    what: 'Metric filters instead of metrics in the lines',
    uses: { logGb: 2.08 * METRICS_IN_A_LINE },
    of: 'payments',
    price:
      'Each metric of each function becomes a resource of the template, and one that a release adds counts nothing until the stack is deployed.',
  },
  {
    what: 'Lines without the ids of Lambda, of the certificate and of the notification',
    uses: { logGb: 0.33 },
    of: 'payments',
    price: 'Which key signed, which delivery it was, and what AWS knows of a call cannot be looked up.',
  },
  {
    what: 'No access log',
    uses: { logGb: 3.05 * ACCESS_LINE },
    of: 'payments',
    price: 'Who called, and what was refused before a function ran, is not known.',
  },
  {
    what: '`settleWindowSeconds`, where ten facts come within the window',
    uses: { sqsRequest: 1.8, lambdaRequest: 0.9 },
    of: 'payments',
    price: 'Events are up to so many seconds later.',
  },
  {
    what: 'Refund publishes the event of WeChat’s answer itself, without the queue',
    uses: { sqsRequest: 3, lambdaRequest: 1 },
    of: 'refunds',
    price:
      'The function that signs refunds may publish events as well, its bundle has one client more, and a topic that is slow makes refunds slow.',
  },
  {
    what: 'WeChat’s answer to a refund is noted in the order and is no fact',
    uses: { dynamoWrite: 4, dynamoRead: 2, sqsRequest: 3, snsPublish: 1 },
    of: 'refunds',
    price: '`refund.created` is lost by a crash, or there is none.',
  },
  {
    what: 'An open refund stays among those in doubt until its first look',
    uses: { dynamoWrite: 2 },
    of: 'refunds',
    price: 'On a bad day refunds whose outcome is unknown wait behind those that are only under way.',
  },
]

export function savingsTable(): string {
  const rows = SAVINGS.map(
    ({ what, uses, of, price }) => `| ${what} | ${savedUsd(uses).toFixed(2)} of ${of} | ${price} |`,
  )
  return `| saving | US dollars a million | its price |\n| --- | ---: | --- |\n${rows.join('\n')}`
}

/** Logs are priced by the GB, everything else by the unit. */
function savedUsd(uses: Uses): number {
  const names = Object.keys(PRICES).filter((name): name is PriceName => name in uses)
  return names.reduce((sum, name) => {
    const units = uses[name] ?? 0
    return sum + PRICES[name].usd * (name === 'logGb' ? units : units * 1_000_000)
  }, 0)
}
