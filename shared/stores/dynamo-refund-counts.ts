/**
 * The hour of a merchant in the orders table: one item for its refunds, eight for its payments, each with one counter for every 5
 * minutes. A refund is one write, of which a merchant may make 150 a second at WeChat; one item takes 1000.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { AppError } from '#shared/errors.ts'
import { paymentCountKey, refundCountKey } from '#shared/orders/order-key.ts'
import type { HourOfRefunds, PaymentCounts, RefundCounts } from '#shared/refund-counts.ts'
import { getItem, updateIf } from './dynamo.ts'
import type { Item, Table } from './dynamo.ts'
import { shardOf } from './shard.ts'

const STEP_MS = 5 * 60_000
/** The one that has just begun, and a whole hour before it. */
const STEPS = 13
/** Containers' clocks differ by five minutes at most: what one of them counted ahead of time counts for all. */
const STEPS_AHEAD = 1
const PAYMENT_SHARDS = 8
/** So many counters that are of no more use stay before they are taken away: that is a write of its own. */
const MOST_STALE = 24

interface DynamoCountsOptions extends Table {
  readonly mchid: string
}

export function createDynamoRefundCounts({
  mchid,
  ...table
}: DynamoCountsOptions): RefundCounts & PaymentCounts {
  return {
    async countRefund(amount, now) {
      const item = await add(table, refundCountKey(mchid), { now, counts: { n: 1, a: amount } })
      return hourOf(item, now)
    },
    async countPayment(outTradeNo, now) {
      const shard = Number(shardOf(outTradeNo, PAYMENT_SHARDS))
      await add(table, paymentCountKey(mchid, shard), { now, counts: { n: 1 } })
    },
    async payments(now) {
      const items = await Promise.all(
        Array.from({ length: PAYMENT_SHARDS }, (_, shard) =>
          getItem(table, keyOf(paymentCountKey(mchid, shard))),
        ),
      )
      return items.reduce((sum, item) => sum + hourOf(item ?? {}, now).count, 0)
    },
  }
}

interface Added {
  /** Epoch ms. */
  readonly now: number
  /** By the first letter of the counter. */
  readonly counts: Readonly<Record<string, number>>
}

/** @returns the item with it. */
async function add(table: Table, key: string, { now, counts }: Added): Promise<Item> {
  const letters = Object.entries(counts)
  const outcome = await updateIf(table, {
    Key: keyOf(key),
    UpdateExpression: `ADD ${letters.map(([letter]) => `#${letter} :${letter}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(
      letters.map(([letter]) => [`#${letter}`, `${letter}${stepOf(now)}`]),
    ),
    ExpressionAttributeValues: Object.fromEntries(
      letters.map(([letter, by]) => [`:${letter}`, { N: String(by) }]),
    ),
    ReturnValues: 'ALL_NEW',
  })
  if (!outcome.written || outcome.item === undefined)
    throw new AppError('storage_unavailable', 'DynamoDB did not return the counted item')
  await takeStaleAway(table, key, { item: outcome.item, now })
  return outcome.item
}

/** They count no more whether they are there or not; whoever fails here has counted all the same. */
async function takeStaleAway(
  table: Table,
  key: string,
  { item, now }: { readonly item: Item; readonly now: number },
): Promise<void> {
  const stale = Object.keys(item).filter(
    (name) => isCounter(name) && stepIn(name) <= stepOf(now) - STEPS - STEPS_AHEAD,
  )
  if (stale.length <= MOST_STALE) return
  const names = Object.fromEntries(stale.map((name, index) => [`#s${index}`, name]))
  const removal = {
    Key: keyOf(key),
    UpdateExpression: `REMOVE ${Object.keys(names).join(', ')}`,
    ExpressionAttributeNames: names,
  }
  await updateIf(table, removal).catch(() => {})
}

function hourOf(item: Item, now: number): HourOfRefunds {
  const sum = (letter: string) =>
    Array.from(
      { length: STEPS + STEPS_AHEAD },
      (_, back) => item[`${letter}${stepOf(now) + STEPS_AHEAD - back}`],
    )
      .map(numberOf)
      .reduce((total, value) => total + value, 0)
  return { count: sum('n'), amount: sum('a') }
}

function isCounter(name: string): boolean {
  return /^[na][0-9]+$/.test(name)
}

function stepIn(name: string): number {
  return Number(name.slice(1))
}

function stepOf(now: number): number {
  return Math.floor(now / STEP_MS)
}

function numberOf(value: AttributeValue | undefined): number {
  return Number(value?.N ?? 0)
}

function keyOf(key: string): Item {
  return { order_key: { S: key } }
}
