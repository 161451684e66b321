/** What is in the tables of a running stack, read past the page limit of a scan. */
import { paginateScan } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { LocalStack } from '#local/stack-options.ts'
import { parseOrderKey } from '#shared/orders/order-key.ts'
import { fromItem, toItem } from '#shared/stores/dynamo.ts'
import { orderFromItem, orderToItem } from '#shared/stores/order-item.ts'

export interface StoredRefund {
  readonly out_refund_no: string
  readonly status: string
  readonly amount: number
  readonly request?: string
}

export interface StoredOrder {
  readonly order_key: string
  readonly out_trade_no: string
  readonly status: string
  readonly version: number
  readonly amount: { readonly total: number }
  readonly refundable: number
  readonly refunds: readonly StoredRefund[]
  readonly holds: Readonly<Record<string, string>>
  readonly outcomes: Readonly<Record<string, { readonly result: string }>>
  readonly transaction_id?: string
  readonly next_check_at?: number
}

export interface StoredFactItem {
  readonly fact_key: string
  readonly kind: string
  readonly state: string
  readonly source: string
  readonly pending_shard?: string
  readonly notice?: { readonly event_type: string }
}

async function rows(stack: LocalStack, TableName: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = []
  const pages = paginateScan({ client: stack.clients.dynamodb }, { TableName, ConsistentRead: true })
  for await (const { Items = [] } of pages) items.push(...Items.map((item) => unmarshall(item)))
  return items
}

/** All orders, without what else is in their table, each as form 1 says it, whatever form it has. */
export async function storedOrders(stack: LocalStack): Promise<readonly StoredOrder[]> {
  const items = await rows(stack, stack.description.tables.orders)
  const orders = items.filter(({ order_key }) => parseOrderKey(String(order_key)) !== undefined)
  return Promise.all(orders.map(asForm1)) as Promise<unknown> as Promise<readonly StoredOrder[]>
}

async function asForm1(item: Record<string, unknown>): Promise<object> {
  if (item['v'] === 1) return item
  const order = await orderFromItem(toItem(item), async () => undefined)
  return fromItem(orderToItem(order, { writeId: String(item['write_id']), form: 1 }))
}

/** Everything in the orders table, pointers of refund numbers included. */
function storedOrderItems(stack: LocalStack): Promise<readonly Record<string, unknown>[]> {
  return rows(stack, stack.description.tables.orders)
}

export async function storedFacts(stack: LocalStack): Promise<readonly StoredFactItem[]> {
  return (await rows(stack, stack.description.tables.facts)) as unknown as StoredFactItem[]
}

/** One text for all that is written: equal texts mean that nothing was written in between. */
export async function everythingStored(stack: LocalStack): Promise<string> {
  const all = [...(await storedOrderItems(stack)), ...(await storedFacts(stack))]
  return JSON.stringify(all.map((item) => JSON.stringify(item)).sort())
}
