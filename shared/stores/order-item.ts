/** The stored form of orders and refund pointers, the same for every engine: WeChat's names, plus what the store itself needs. */
import * as v from 'valibot'
import { fromItem, toItem } from './dynamo.ts'
import type { Item } from './dynamo.ts'
import { shardOf } from './shard.ts'
import { readStored, StoredFen, StoredInteger } from './stored-item.ts'
import type { Entries, StoredAs } from './stored-item.ts'
import { LOOK_CLASSES } from '#shared/ledger/look-plan.ts'
import { isOpen } from '#shared/orders/check-plan.ts'
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import type { ClaimedOrder, DueOrder } from '#shared/orders/order-store.ts'
import {
  AUDIT_ACTIONS,
  HOLD_REASONS,
  ORDER_STATUSES,
  OUTCOME_RESULTS,
  REFUND_STATUSES,
} from '#shared/orders/order.ts'
import type { AuditEntry, Order, Outcome, Refund } from '#shared/orders/order.ts'
import { PAYMENT_METHODS } from '#shared/orders/payment-channel.ts'

const HoldReasonSchema = v.picklist(HOLD_REASONS)

const RefundSchema = v.pipe(
  v.looseObject({
    out_refund_no: v.string(),
    status: v.picklist(REFUND_STATUSES),
    amount: StoredFen,
    request: v.exactOptional(v.string()),
    request_hash: v.exactOptional(v.string()),
    refund_id: v.exactOptional(v.string()),
    channel: v.exactOptional(v.string()),
    success_time: v.exactOptional(v.string()),
    failure_code: v.exactOptional(v.string()),
    refused_code: v.exactOptional(v.string()),
    refused_at: v.exactOptional(StoredInteger),
    in_doubt: v.exactOptional(v.boolean()),
    attempted_at: v.exactOptional(StoredInteger),
    created_at: StoredInteger,
    updated_at: StoredInteger,
  } satisfies Entries<StoredAs<Refund, 'refund_channel', 'channel'>>),
  v.transform(({ channel, ...refund }) =>
    channel === undefined ? refund : { ...refund, refund_channel: channel },
  ),
)

const OutcomeSchema = v.looseObject({
  result: v.picklist(OUTCOME_RESULTS),
  hold_reason: v.exactOptional(HoldReasonSchema),
  paid_after_close: v.exactOptional(v.boolean()),
} satisfies Entries<Outcome>)

const AuditEntrySchema = v.looseObject({
  at: StoredInteger,
  action: v.picklist(AUDIT_ACTIONS),
  hold: v.string(),
  by: v.string(),
  note: v.string(),
} satisfies Entries<AuditEntry>)

/**
 * Refunds are stored as a list, because a refund number may legally be `constructor` or `__proto__`, which no JavaScript
 * map of the SDK survives. In memory they are a map without a prototype, in which such a number is a key like any other.
 */
const RefundsSchema = v.pipe(
  v.array(RefundSchema),
  v.check((refunds) => new Set(refunds.map((refund) => refund.out_refund_no)).size === refunds.length),
  v.transform((refunds) => byNumber(refunds)),
)

/**
 * Unknown attributes are kept at every level: this release must not drop what a newer one wrote. The payment method is
 * stored as `channel`, its name in our API; so is the refund channel, its name at WeChat.
 */
const OrderSchema = v.pipe(
  v.looseObject({
    order_key: v.string(),
    v: v.literal(1),
    version: v.pipe(StoredInteger, v.minValue(1)),
    mchid: v.string(),
    out_trade_no: v.string(),
    appid: v.string(),
    channel: v.exactOptional(v.picklist(PAYMENT_METHODS)),
    status: v.picklist(ORDER_STATUSES),
    amount: v.looseObject({ total: StoredFen, currency: v.string() }),
    description: v.exactOptional(v.string()),
    attach: v.exactOptional(v.string()),
    time_expire: v.exactOptional(v.string()),
    request_hash: v.string(),
    prepay: v.exactOptional(
      v.looseObject({
        prepay_id: v.exactOptional(v.string()),
        code_url: v.exactOptional(v.string()),
        h5_url: v.exactOptional(v.string()),
        obtained_at: StoredInteger,
      }),
    ),
    rejected_code: v.exactOptional(v.string()),
    transaction_id: v.exactOptional(v.string()),
    trade_type: v.exactOptional(v.string()),
    bank_type: v.exactOptional(v.string()),
    success_time: v.exactOptional(v.string()),
    payer_total: v.exactOptional(StoredFen),
    refundable: StoredFen,
    refunds: RefundsSchema,
    outcomes: v.record(v.string(), OutcomeSchema),
    holds: v.record(v.string(), HoldReasonSchema),
    audit: v.exactOptional(v.array(AuditEntrySchema)),
    created_at: StoredInteger,
    updated_at: StoredInteger,
    next_check_at: v.exactOptional(StoredInteger),
    next_check_class: v.exactOptional(v.picklist(LOOK_CLASSES)),
    failed_looks: v.exactOptional(StoredInteger),
    claimed_until: v.exactOptional(StoredInteger),
    claim_id: v.exactOptional(v.string()),
  } satisfies Entries<StoredAs<Order, 'method', 'channel'>>),
  v.transform(({ channel, ...order }) => (channel === undefined ? order : { ...order, method: channel })),
)

const PointerSchema = v.object({ v: v.literal(1), target: v.string() })

/**
 * The item of an order.
 *
 * @param writeId names this one write, so that a repeat of it can be told from another writer's.
 */
export function orderToItem(order: Order, writeId: string): Item {
  const due = order.next_check_at !== undefined
  const { method: channel, refunds, ...rest } = order
  return toItem({
    ...rest,
    channel,
    refunds: Object.values(refunds).map(({ refund_channel, ...refund }) => ({
      ...refund,
      channel: refund_channel,
    })),
    due_shard: due ? dueShardOf(order) : undefined,
    write_id: writeId,
  })
}

/** The shard of the due index that an order belongs to. One that a release without classes planned stays where that had put it. */
export function dueShardOf({ order_key, refunds, next_check_class }: Order): string {
  const unclassed = Object.values(refunds).some(isOpen) ? 'refund_unknown' : 'unpaid_young'
  const shards = DUE_SHARDS[next_check_class ?? unclassed]
  return String(shards[Number(shardOf(order_key, shards.length))])
}

/** Reads an entry of the due index, which holds no more than this. */
export function dueOrderOf(item: Item): DueOrder {
  return { orderKey: item['order_key']?.S ?? '', dueAt: Number(item['next_check_at']?.N) }
}

/** What was claimed, if it can be read: no fault of one item may stop whoever claims. */
export function claimedFrom(item: Item | undefined): ClaimedOrder {
  try {
    return { order: orderFromItem(item ?? {}) }
  } catch (error) {
    return { unreadable: error }
  }
}

export function claimIdOf(item: Item | undefined): string | undefined {
  return item?.['claim_id']?.S
}

/** @throws AppError when the item is not an order that this release can read. */
export function orderFromItem(item: Item): Order {
  const { due_shard: _shard, write_id: _writeId, ...plain } = fromItem(item)
  return readStored(OrderSchema, plain, { kind: 'order', knownVersion: 1 })
}

export function writeIdOf(item: Item | undefined): string | undefined {
  return item?.['write_id']?.S
}

export function pointerToItem(pointerKey: string, orderKey: string): Item {
  return toItem({ order_key: pointerKey, v: 1, target: orderKey })
}

/** The order key that a refund pointer holds. */
export function pointerTarget(item: Item): string {
  return readStored(PointerSchema, fromItem(item), { kind: 'refund pointer', knownVersion: 1 }).target
}

function byNumber(list: readonly Refund[]): Readonly<Record<string, Refund>> {
  const refunds: Record<string, Refund> = Object.create(null)
  for (const refund of list) refunds[refund.out_refund_no] = refund
  return refunds
}
