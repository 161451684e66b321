/** Where orders are kept: a port with a DynamoDB and an in-memory engine that pass the same contract test. */
import type { Order } from './order.ts'

/** Shards 0 to 15 of the due index hold unpaid orders, 16 to 31 those with open refunds, which are looked at first. */
export const UNPAID_SHARDS = { first: 0, count: 16 } as const
export const REFUND_SHARDS = { first: 16, count: 16 } as const

export interface DuePage {
  readonly orderKeys: readonly string[]
  /** More orders match than were returned. */
  readonly more: boolean
}

export interface OrderStore {
  /** Reads consistently. */
  get(orderKey: string): Promise<Order | undefined>
  /**
   * Writes the whole order if the stored version is exactly `order.version - 1` (absent for version 1).
   *
   * @returns false when another writer was first; nothing is written then.
   */
  save(order: Order): Promise<boolean>
  /** Points a refund number to its order. @returns the order key that holds the number: another one when it was taken. */
  claimRefundNumber(mchid: string, outRefundNo: string, orderKey: string): Promise<string>
  /** Reads the pointer consistently. */
  findByRefundNumber(mchid: string, outRefundNo: string): Promise<string | undefined>
  /** Keys of orders of one shard (0 to 31) with `next_check_at` at or before `now` (epoch ms), earliest first. May lag behind writes. */
  listDue(shard: number, options: { readonly now: number; readonly limit: number }): Promise<DuePage>
}
