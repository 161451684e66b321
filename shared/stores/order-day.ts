/** The attributes by which the day index finds an order or a refund pointer. */
import { awaitsFirstLook, DAY_SHARDS, dayOf } from '#shared/orders/day-index.ts'
import type { Order } from '#shared/orders/order.ts'
import { shardOf } from './shard.ts'

/** The partition of a day's shard. */
export function dayShard(day: string, shard: number): string {
  return `${day}#${shard}`
}

export function dayAttributes(order: Order): { readonly day_shard?: string; readonly billed?: string } {
  // Each entry is a write.
  const known = awaitsFirstLook(order) ? undefined : dayOf(order)
  if (known === undefined) return {}
  const { day, billed } = known
  return { day_shard: dayShardOf(order.order_key, day), ...(billed === undefined ? {} : { billed }) }
}

/** Where an item of this key stands on a day. */
export function dayShardOf(key: string, day: string): string {
  return dayShard(day, Number(shardOf(key, DAY_SHARDS)))
}
