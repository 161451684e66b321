/** Orders that are due by the thousand, written straight into the table: the API would take hours to make them. */
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { fen } from '#shared/money.ts'
import type { Order } from '#shared/orders/order.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { orderToItem } from '#shared/stores/order-item.ts'
import { anOrder, MCHID, paidOrder } from '#test/support/orders.ts'
import { sideBySide } from './side-by-side.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** DynamoDB takes no more in one request. */
const BATCH = 25

/** What the drill tells apart, by the first letters of the number. */
export const KINDS = ['OPEN', 'LATE', 'NEW', 'UNKNOWN'] as const
export type Kind = (typeof KINDS)[number]

/** The refund of an order has its number. */
export function dueOrder(kind: Kind, index: number, now: number): Order {
  const number = `${kind}-${index}`
  const names = { out_trade_no: number, order_key: orderKey(MCHID, number) }
  const due = { ...names, next_check_at: now - index }
  switch (kind) {
    case 'OPEN':
      return { ...refunded(number, 'PROCESSING', now - 3 * HOUR), ...due, next_check_class: 'refund_open' }
    case 'UNKNOWN':
      return { ...refunded(number, 'UNKNOWN', now - 2 * MINUTE), ...due, next_check_class: 'refund_unknown' }
    case 'LATE':
      return anOrder({ ...due, created_at: now - 30 * HOUR, next_check_class: 'late' })
    case 'NEW':
      return anOrder({ ...due, created_at: now - MINUTE, next_check_class: 'unpaid_young' })
  }
}

function refunded(number: string, status: 'PROCESSING' | 'UNKNOWN', at: number): Order {
  const refund = { out_refund_no: number, status, amount: fen(300), created_at: at, updated_at: at }
  return paidOrder({ refunds: { [number]: { ...refund, request: '{}' } } })
}

interface Table {
  readonly client: DynamoDBClient
  readonly tableName: string
}

export async function writeOrders({ client, tableName }: Table, orders: readonly Order[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(orders.length / BATCH) }, (_, index) =>
    orders.slice(index * BATCH, (index + 1) * BATCH),
  )
  await sideBySide(batches, 4, async (batch) => {
    const writes = batch.map((order) => ({
      PutRequest: { Item: orderToItem(order, { writeId: 'drill', form: 1 }) },
    }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: writes } }))
  })
}
