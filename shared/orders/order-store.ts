/** Where orders are kept: a port with a DynamoDB and an in-memory engine that pass the same contract test. */
import type { Order } from './order.ts'

export const DUE_SHARDS = 16

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
  /** Keys of orders of one shard (0 to 15) with `next_check_at` at or before `now` (epoch ms), earliest first. May lag behind writes. */
  listDue(shard: number, options: { readonly now: number; readonly limit: number }): Promise<DuePage>
}
