/** Where orders are kept: a port with a DynamoDB and an in-memory engine that pass the same contract test. */
import type { LookClass } from '#shared/ledger/look-plan.ts'
import type { Order } from './order.ts'

/** A class of looks has so many shards of the due index to itself. */
const SHARDS_PER_CLASS = 16

/**
 * Which they are. A release that knew no classes put every unpaid order into shards 0 to 15 and every order with an open
 * refund into 16 to 31, and looks at no others: what it left is found there and moves to its class with the next look, and
 * it would find what cannot wait.
 */
export const DUE_SHARDS: Readonly<Record<LookClass, readonly number[]>> = {
  unpaid_young: shardsFrom(0),
  refund_unknown: shardsFrom(SHARDS_PER_CLASS),
  refund_open: shardsFrom(2 * SHARDS_PER_CLASS),
  late: shardsFrom(3 * SHARDS_PER_CLASS),
}

function shardsFrom(first: number): readonly number[] {
  return Array.from({ length: SHARDS_PER_CLASS }, (_, index) => first + index)
}

/** An order that is due for a look, as the index shows it: it may have been written since. */
export interface DueOrder {
  readonly orderKey: string
  /** Epoch ms. */
  readonly dueAt: number
}

export interface DuePage {
  readonly due: readonly DueOrder[]
  /** More orders match than were returned. */
  readonly more: boolean
}

export type ClaimedOrder =
  | { readonly order: Order }
  /** This release cannot read it: why, without its values. */
  | { readonly unreadable: unknown }

export interface NumberClaim {
  /** The order key that has the number: another one when it was taken. */
  readonly holder: string
  readonly claimId: string
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
  /**
   * Points a refund number to its order, unless it points to another one.
   *
   * @param day of Beijing on which it is asked for, where it is asked for here: the bill of that day, or of the next, has to know it.
   */
  claimRefundNumber(mchid: string, outRefundNo: string, orderKey: string, day?: string): Promise<NumberClaim>
  /** Frees a refund number if this claim was the last one: whoever claimed it later may have a refund under it. */
  releaseRefundNumber(mchid: string, outRefundNo: string, claimId: string): Promise<void>
  /** Reads the pointer consistently. */
  findByRefundNumber(mchid: string, outRefundNo: string): Promise<string | undefined>
  /**
   * Orders of one shard whose look is due at `now` (epoch ms), earliest first. May lag behind writes.
   *
   * @param options.after lists on from this one.
   */
  listDue(
    shard: number,
    options: { readonly now: number; readonly limit: number; readonly after?: DueOrder | undefined },
  ): Promise<DuePage>
  /**
   * Takes a due order for one driver until a time (epoch ms), whatever the order holds: also one that cannot be read.
   *
   * A claim counts as a write like any other: what somebody read before it, he cannot save after it, so no save ever takes the
   * claim back, and none is lost, because every writer reads again and decides anew. It moves nothing in the index.
   *
   * @returns undefined when the order was written since it was listed, so that its look is no longer due then, or when another
   * driver has it; nothing is written then.
   */
  claim(
    due: DueOrder,
    times: { readonly now: number; readonly until: number },
  ): Promise<ClaimedOrder | undefined>
  /** Moves the look at an order to another time (epoch ms), whatever the order holds, unless somebody moved it since it was listed. */
  putOff(due: DueOrder, until: number): Promise<void>
}
