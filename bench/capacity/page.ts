/** Writes bench/capacity.md. */
import { metAt, NEW_ACCOUNT, rateOf } from './limits.ts'
import type { Limit } from './limits.ts'
import type { Quotas, Seen } from './queueing.ts'
import { SLOWER } from './service-times.ts'

export interface Row {
  readonly rate: number
  readonly seconds: number
  /** Functions at once by Little's law. */
  readonly expected: number
  readonly today: Seen
  readonly asked: Quotas
  readonly afterwards: Seen
  readonly usdAMonth: number
}

export interface CapacityInput {
  readonly rows: readonly Row[]
  readonly limits: readonly Limit[]
  readonly today: Quotas
  readonly played: number
  /** Processes that wanted a core of this machine when it began, and how many cores it has. */
  readonly machine: { readonly load: number; readonly cores: number }
  readonly wechatMs: number
  /** Of each function: invocations for a payment, and their mean milliseconds measured here and taken for Lambda. */
  readonly functions: readonly (readonly [name: string, each: number, here: number, lambda: number])[]
}

/** What is asked for has room for twice the rate. */
export const ROOM = 2

export function capacityPage(input: CapacityInput): string {
  const { rows, limits, today, played, wechatMs } = input
  return `# How far one stack goes

Written by \`npm run capacity\`: it plays ${played} payments on the local stack, with ${wechatMs} ms for each answer of WeChat, takes from them what
a payment needs, and holds that against the limits of AWS, of WeChat and of the stage. Change nothing here by hand; run it again.

A payment is what docs/cost.md says: prepay, one look of the sweep, the notification (one in twenty twice), settle, the event, one query.
Quotas are those of us-east-1; in aws-cn ask \`wxpay preflight\`. A rate is that of the busiest minute.

## What is met first

${mdTable(
  ['payments a second', 'met first', 'then'],
  rows.map(({ rate }) => {
    const [first, ...then] = metAt(limits, rate)
    return [count(rate), first === undefined ? 'nothing' : named(first), then.map(named).join('; ') || '-']
  }),
)}

An account that has the usual 1,000 functions at once meets the second first. Nothing that is met loses a payment: docs/guarantees.md says why.

## Every limit

${mdTable(
  ['limit', 'allows', 'a payment takes', 'met at payments a second', 'when it is met', 'what helps'],
  limits
    .toSorted((a, b) => rateOf(a) - rateOf(b))
    .map((one) => [
      one.name,
      `${count(one.allows)} ${one.unit}`,
      one.takes.toFixed(3),
      count(rateOf(one)),
      one.met,
      one.raise ?? 'nothing: it does not change',
    ]),
)}

## What to ask for

With room for ${ROOM} times the rate, of an account that has the usual 1,000 functions at once:

${mdTable(
  ['payments a second', 'ask for, or set'],
  rows.map(({ rate }) => [count(rate), asks(limits, rate).join('; ') || 'nothing']),
)}

## Checked by playing it

Arrivals by chance, each invocation as long as one that was measured, one pool of the account, settle behind its queue with batches of
${today.batch}. *At once* is the mean of the functions at work; Little's law says what it has to be without refusals.

${mdTable(
  [
    'payments a second',
    'played',
    "at once by Little's law",
    'at once, played',
    'most at once',
    'refused',
    'p99 wait for settle',
    'not settled at the end',
  ],
  rows.flatMap(({ rate, seconds, expected, today: seen, asked, afterwards }) => [
    [`${count(rate)}, quotas of today`, `${seconds} s`, expected.toFixed(2), ...played5(seen)],
    [
      `${count(rate)}, ${count(asked.concurrency)} at once, settle ${count(asked.settle)}`,
      `${seconds} s`,
      expected.toFixed(2),
      ...played5(afterwards),
    ],
  ]),
)}

## What it costs a month

${mdTable(
  ['payments a second', 'all month, US dollars', 'a tenth of it on average, US dollars'],
  rows.map(({ rate, usdAMonth }) => [count(rate), count(usdAMonth), count(usdAMonth / 10)]),
)}

## Service times

${mdTable(
  ['function', 'invocations, of settle messages, a payment', 'mean here, ms', 'taken for Lambda, ms'],
  input.functions.map(([name, each, here, lambda]) => [
    name,
    each.toFixed(2),
    here.toFixed(1),
    lambda.toFixed(1),
  ]),
)}

When this was measured ${input.machine.load.toFixed(1)} processes wanted one of ${input.machine.cores} cores: with more than there are cores, the means are too long, and what is
asked for is too much rather than too little.

Lambda gives a function of 512 MB about a third of a core: what is not waiting for WeChat is taken ${SLOWER} times. Cold starts are not in it; a
function may gain 1,000 places in ten seconds, so that a rise from nothing to 10,000 payments a second takes longer than that. New
places read their secrets as they start, three each at most: 300 a second then, of the 10,000 that Secrets Manager allows.
`
}

function named(one: Limit): string {
  return `${one.name} (${count(rateOf(one))})`
}

function played5({ meanConcurrency, peakConcurrency, refused, waitP99, waiting }: Seen): readonly string[] {
  const share = `${(100 * refused).toFixed(2)} %`
  return [
    meanConcurrency.toFixed(2),
    count(peakConcurrency),
    share,
    `${(waitP99 * 1000).toFixed(0)} ms`,
    count(waiting),
  ]
}

function asks(limits: readonly Limit[], rate: number): readonly string[] {
  return metAt(limits, rate * ROOM)
    .filter(({ name, raise }) => raise !== undefined && name !== NEW_ACCOUNT)
    .map((one) => `${one.name}: ${count(Math.ceil(one.takes * rate * ROOM))} ${one.unit}`)
}

function count(value: number): string {
  if (value > 0 && value < 100) return String(Math.round(value * 10) / 10)
  return Math.round(value).toLocaleString('en-US')
}

function mdTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
