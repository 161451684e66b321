/** Writes the measured costs as docs/cost.md. */
import { availableParallelism } from 'node:os'
import { type BillLine, billOf, fixedBill, total, tracesOf } from './bill.ts'
import { cheapestSection } from './cheapest-page.ts'
import type { Runs } from './cost-runs.ts'
import { aMillion, aMillionCounted, TARGETS } from './cost-targets.ts'
import { PRICES } from './prices.ts'
import { leastTable, OF_A_PAYMENT, OF_A_REFUND, unitsOf } from './least-units.ts'
import { alipayMonth, alipaySection, aMillionByAlipay } from './alipay-page.ts'
import { comparedTable, functionTable, priceTable, stepTable, usd } from './cost-tables.ts'
import { memoryTable, usdOnLambda } from './memory-curve.ts'
import { keptSavings, savingsTable } from './savings.ts'
import { type Counts, scaled } from './counts.ts'

/** What the API lists unless it is asked for more. */
const LISTED = 20
/** Half a unit for a page of each partition of an index, and the whole order for each that is shown. */
const LIST_READS = 16 / 2 + LISTED
/** It begins with what no index of days has yet. */
const FIRST_LIST_READS = LIST_READS + 16 / 2
const MILLION = 1_000_000
const YEARS_KEPT = 3

/** What functions wait for a processor while they have one: where they wait longer, others use the machine as well. */
const MOST_DELAY = 2

const cores = availableParallelism()

export function costPage(runs: Runs): string {
  const { asItComes, cheapest, alipay } = runs
  const { played, fixed } = asItComes
  const { scenario, storedBytes } = played
  const payments = aMillion(asItComes, 'payments')
  const refunds = aMillion(asItComes, 'refunds')
  const leastPayments = aMillion(cheapest, 'payments')
  const leastRefunds = aMillion(cheapest, 'refunds')
  const looks = billOf(scaled(played.looks, MILLION / played.looked), fixed)
  const traces = tracesOf(aMillionCounted(asItComes, 'payments'))
  const [month, leastMonth] = [fixedBill(fixed), fixedBill(cheapest.fixed)]
  const delay = delayOf(played.payments)
  const onLambda = (counts: Counts, times: number) => usdOnLambda(counts, times, played.memory)
  const gb = (bytes: number) => (bytes * MILLION) / 1_000_000_000
  const aMonthKept = gb(storedBytes.perPayment) * (PRICES.dynamoGbMonth.usd + PRICES.dynamoBackupGbMonth.usd)
  return `# What it costs

[简体中文](zh-CN/cost.md)

Written by \`npm run cost\`, which plays payments and refunds on the local stack, counts every request of the functions, measures
their durations, and multiplies with the list prices below. Change nothing here by hand; run it again. \`npm run cost -- --check\` compares with
the targets.

| | US dollars | [at least](#what-it-costs-least) | target |
| --- | ---: | ---: | ---: |
| a million payments | ${usd(total(payments))} | ${usd(total(leastPayments))} | ${usd(TARGETS.payments)} |
| a million refunds | ${usd(total(refunds))} | ${usd(total(leastRefunds))} | ${usd(TARGETS.refunds)} |
| a million payments by Alipay | ${usd(total(aMillionByAlipay(alipay)))} | | |
| every month, payments or not | ${usd(total(month))} | ${usd(total(leastMonth))} | |
| every month, with Alipay beside WeChat Pay | ${usd(total(alipayMonth(alipay, fixed)))} | | |

${busy(delay, payments, refunds)}No free tiers, taxes, data transfer or support are in it, and no WeChat fees. China's regions have prices of their own, in CNY.

Traces are off. With \`tracing\` in the stage a million payments cost ${usd(traces.sampled)} more when they come evenly over a month (X-Ray
records one a second and a twentieth of the rest), and up to ${usd(traces.all)} when they come so far apart that each is recorded.

## A million payments

A payment is: prepay, the notification (one in twenty delivered twice), settle, the event, and one query by the merchant; one payer
in ten takes longer than the stage waits for the first look of the sweep (\`firstLookSeconds\`, 60 unless it says otherwise). Played: ${scenario.payments}, with ${scenario.wechatMs} ms for each answer of WeChat.

${comparedTable(payments, leastPayments)}

A million looks of the sweep cost ${usd(total(looks))}; a tenth of that is in the table. An order that is never paid has about nine and a close.

Functions, for each payment:

${functionTable(played.payments, { times: scenario.payments, memory: played.memory })}

Units of DynamoDB, for each payment:

${stepTable(played.payments, scenario.payments)}

${(played.payments.dynamoWrites / scenario.payments).toFixed(2)} units of writes; the least that the guarantees leave is ${unitsOf(OF_A_PAYMENT)}, and the rest are late payers and repeats:

${leastTable(OF_A_PAYMENT)}

Stored: ${Math.round(storedBytes.perPayment)} bytes a payment (order and facts), so a million payments kept are ${gb(storedBytes.perPayment).toFixed(2)} GB and cost
${usd(aMonthKept)} a month with point-in-time recovery, or ${usd(aMonthKept * YEARS_KEPT * 12)} in the ${YEARS_KEPT} years for which China's E-Commerce Law wants them kept.

## A million refunds

A refund is: the request, the notification, settle, and the event. Played: ${scenario.refunds}. A refund that takes minutes at WeChat costs
the looks of the sweep on top, each like the look above.

${comparedTable(refunds, leastRefunds)}

Functions, for each refund:

${functionTable(played.refunds, { times: scenario.refunds, memory: played.memory })}

Units of DynamoDB, for each refund:

${stepTable(played.refunds, scenario.refunds)}

${(played.refunds.dynamoWrites / scenario.refunds).toFixed(2)} units of writes; the least that the guarantees leave is ${unitsOf(OF_A_REFUND)}:

${leastTable(OF_A_REFUND)}

Stored: ${Math.round(storedBytes.perRefund)} bytes a refund.

${alipaySection(alipay)}

${cheapestSection(runs)}

## More or less memory

What a function of so much memory would take on Lambda, in the mean, and cost for a million calls: it gets a core for 1,769 MB and so much
less of one for less. Reckoned from what this run took of a processor; the time in which WeChat and AWS are waited for stays as it is.

${memoryTable(played)}

Waiting costs by the memory, computing does not: what waits for WeChat is cheaper small, the others are only slower. prepay, refund and
close have 256 MB: a payer waits that much longer for the first screen, before typing a password. query, notify and settle have 512: a
merchant, WeChat and subscribers wait for them, and the difference is small.

The bills above count durations as they were here, on whole cores. If computing takes as long as Lambda's share of a core makes it with
the memory of the template, the durations of a million payments cost ${usd(onLambda(played.payments, scenario.payments))} instead of ${usd(ofDuration(payments))}, and with the settings that cost
least ${usd(usdOnLambda(cheapest.played.payments, scenario.payments, cheapest.played.memory))} instead of ${usd(ofDuration(leastPayments))}; those of a million refunds ${usd(onLambda(played.refunds, scenario.refunds))} instead of ${usd(ofDuration(refunds))}, and
${usd(usdOnLambda(cheapest.played.refunds, scenario.refunds, cheapest.played.memory))} instead of ${usd(ofDuration(leastRefunds))}.

## Savings that are not taken

${savingsTable()}

${keptSavings()}

## Every month

${comparedTable(month, leastMonth)}

Reconciling a day reads what its index has of each order (dozens of orders a read unit), and the orders of its refunds; a million payments
add less than two cents. The index itself is among the writes of a payment.

A page of a list of ${LISTED} orders reads ${LIST_READS} units, the first one ${FIRST_LIST_READS}: a million pages cost ${usd(LIST_READS * MILLION * PRICES.dynamoRead.usd)} in reads. The index of held
orders takes one unit when the first hold of an order opens and one when the last one ends, and nothing for an order that is never held.

## Prices

${priceTable()}

Compare them with the pricing pages of the services before you rely on the result.

## How it is counted

- Logs are what the functions wrote. Lambda's own lines (start, end, report) are left out for invocations that went well: the
  template sets its system log level to WARN. A line of the access log has ${fixed.accessLogBytes} bytes.
- An alarm is billed for each metric that it reads. Custom metrics are those that came up here; one that only a fault sends is billed
  for the hours in which it does.
- Each container that acts reads the switches once in 5 s, one unit: they are in the reads above. Rules for refunds
  (\`refundRules\`) are not in them: a rule over the hour adds a write to each refund, \`hourlyPercent\` another one to each payment
  and eight reads to each refund.
- Secrets Manager and SNS use the key of the stack: once for each read of a secret, and every five minutes for the topic.

- Requests are counted where they arrive at the local services; WeChat's deliveries and the merchant's calls at the HTTP API.
- DynamoDB units follow its rules: a write is a unit for each started KB of the item and for each changed index entry, a failed
  condition is billed too; a consistent read is a unit for each started 4 KB.
- Nobody repeats a request to pay here. A repeat pays for its API request, its invocation, a write that is refused and a read.
- SQS: each message is sent once. Lambda's poller receives a batch, asks again where a window leaves time to fill it, and deletes it
  at once: the local stack's poller does so too, and its requests are those above. Lambda has at least five of them, among which a slow trickle of
  messages is divided.
- Durations are of the machine that ran this (Node.js ${process.versions.node}, ${process.arch}, ${cores} cores; for each millisecond on a processor functions
  waited ${delay.toFixed(2)} for one, and above ${MOST_DELAY} durations are too long), with the memory of the template and the price of arm64.
  Lambda gives a function of 512 MB about a third of a core: expect the computing part of a duration, not the waiting for
  WeChat, to be about three times as long there. Cold starts are not in it.
- The polls of the event sources, and five of them at a time, are Lambda's documented behaviour and not measured.
`
}

/** Requests, units and bytes do not depend on what else the machine does; durations do. */
function busy(delay: number, ...bills: ReadonlyArray<readonly BillLine[]>): string {
  if (delay <= MOST_DELAY) return ''
  const durations = bills.map((bill) => usd(ofDuration(bill)))
  return `The machine was busy: for each millisecond on one of ${cores} processors functions waited ${delay.toFixed(1)} for it. ${durations.join(' and ')} of that are durations, which an idle one would make shorter.\n\n`
}

function delayOf({ processorMs, delayedMs }: Counts): number {
  const sum = (record: Counts['processorMs']) => Object.values(record).reduce((all, ms) => all + ms, 0)
  return sum(delayedMs) / Math.max(1, sum(processorMs))
}

function ofDuration(bill: readonly BillLine[]): number {
  return total(bill.filter(({ what }) => what === 'duration'))
}
