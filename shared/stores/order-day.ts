/** The attributes by which the day index finds an order or a refund pointer. */
import { DAY_SHARDS, dayOf } from '#shared/orders/day-index.ts'
import { firstLookAt } from '#shared/ledger/look-plan.ts'
import { isUnpaid } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import { shardOf } from './shard.ts'

/** The partition of a day's shard. */
export function dayShard(day: string, shard: number): string {
  return `${day}#${shard}`
}

export function dayAttributes(order: Order): { readonly day_shard?: string; readonly billed?: string } {
  const known = awaitsFirstLook(order) ? undefined : dayOf(order)
  if (known === undefined) return {}
  const { day, billed } = known
  return { day_shard: dayShardOf(order.order_key, day), ...(billed === undefined ? {} : { billed }) }
}

/** Most orders are paid before the sweep looks at them, and each entry is a write: an unpaid one gets its own with that look. */
function awaitsFirstLook(order: Order): boolean {
  const { next_check_at: planned, created_at, books } = order
  return isUnpaid(order) && planned !== undefined && planned <= firstLookAt({ created_at, ours: books.ours })
}

/** Where an item of this key stands on a day. */
export function dayShardOf(key: string, day: string): string {
  return dayShard(day, Number(shardOf(key, DAY_SHARDS)))
}
