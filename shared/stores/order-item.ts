/** The stored form of orders and refund pointers, the same for every engine: WeChat's names, plus what the store itself needs. */
import * as v from 'valibot'
import type { Fact } from '#shared/facts/fact.ts'
import { LOOK_CLASSES } from '#shared/ledger/look-plan.ts'
import { keptOf, orderOf } from '#shared/orders/order-picture.ts'
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import type { ClaimedOrder, DueOrder } from '#shared/orders/order-store.ts'
import { isOpen } from '#shared/orders/order.ts'
import type { KeptOrder, Order } from '#shared/orders/order.ts'
import { PAYMENT_METHODS } from '#shared/orders/payment-channel.ts'
import { StoredKnown, storedKnown } from './books-form.ts'
import { fromItem, toItem } from './dynamo.ts'
import type { Item } from './dynamo.ts'
import { dayAttributes, dayShardOf } from './order-day.ts'
import { digestOf1, ENTRIES_1, form1Of, REASON_1 } from './order-form-1.ts'
import type { Form1 } from './order-form-1.ts'
import { factsWanted, upgraded } from './order-upgrade.ts'
import { shardOf } from './shard.ts'
import { readStored, StoredInteger } from './stored-item.ts'
import type { Entries, StoredAs } from './stored-item.ts'

/**
 * Which form is written. Both are read.
 *
 * - 1: the books, and beside them what the release before the books reads.
 * - 2: the books, and beside them what they come to, for whoever looks at the table.
 */
export const ORDER_FORMS = [1, 2] as const
export type OrderForm = (typeof ORDER_FORMS)[number]

/** What every form keeps. The payment method is stored as `channel`, its name in our API. */
const keptEntries = {
  order_key: v.string(),
  version: v.pipe(StoredInteger, v.minValue(1)),
  mchid: v.string(),
  out_trade_no: v.string(),
  channel: v.exactOptional(v.picklist(PAYMENT_METHODS)),
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
  untold: v.exactOptional(v.array(v.string())),
  created_at: StoredInteger,
  updated_at: StoredInteger,
  next_check_at: v.exactOptional(StoredInteger),
  next_check_class: v.exactOptional(v.picklist(LOOK_CLASSES)),
  failed_looks: v.exactOptional(StoredInteger),
  claimed_until: v.exactOptional(StoredInteger),
  claim_id: v.exactOptional(v.string()),
} satisfies Entries<StoredAs<Omit<KeptOrder, 'books' | 'handled'>, 'method', 'channel'>>

/** Unknown attributes are kept at every level: this release must not drop what a newer one wrote. */
const Form1Schema = v.looseObject({
  ...keptEntries,
  ...ENTRIES_1,
  v: v.literal(1),
  known: v.exactOptional(StoredKnown),
  known_beside: v.exactOptional(v.string()),
})
const Form2Schema = v.looseObject({ ...keptEntries, v: v.literal(2), known: StoredKnown })
const FormSchema = v.variant('v', [Form1Schema, Form2Schema])

const PointerSchema = v.object({ v: v.literal(1), target: v.string() })

/**
 * The item of an order.
 *
 * @param options.writeId names this one write, so that a repeat of it can be told from another writer's.
 */
export function orderToItem(
  order: Order,
  options: { readonly writeId: string; readonly form: OrderForm },
): Item {
  const due = order.next_check_at !== undefined
  const { books: _books, handled: _handled, method: channel, ...kept } = keptOf(order)
  return toItem({
    ...kept,
    channel,
    ...(options.form === 1 ? besideForm1(order) : shown(order)),
    known: storedKnown(order),
    due_shard: due ? dueShardOf(order) : undefined,
    ...dayAttributes(order),
    write_id: options.writeId,
  })
}

function besideForm1(order: Order) {
  const form1 = form1Of(order)
  return { v: 1, ...form1, known_beside: digestOf1(form1) }
}

/** Read by people alone. */
function shown({ status, amount, transaction_id, refundable, deficit, holds }: Order) {
  return { v: 2, shown: { status, amount, transaction_id, refundable, deficit, holds: Object.keys(holds) } }
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
export async function claimedFrom(item: Item | undefined, readFact: ReadFact): Promise<ClaimedOrder> {
  try {
    return { order: await orderFromItem(item ?? {}, readFact) }
  } catch (error) {
    return { unreadable: error }
  }
}

export function claimIdOf(item: Item | undefined): string | undefined {
  return item?.['claim_id']?.S
}

/** Reads a fact that an order of form 1 does not hold. */
export type ReadFact = (factKey: string) => Promise<Fact | undefined>

/** @throws AppError when the item is not an order that this release can read. */
export async function orderFromItem(item: Item, readFact: ReadFact): Promise<Order> {
  const { due_shard: _shard, write_id: _writeId, shown: _shown, ...stripped } = fromItem(item)
  const { day_shard: _day, billed: _billed, ...plain } = stripped
  const stored = readStored(FormSchema, plain, { kind: 'order', knownVersion: 2 })
  return stored.v === 2 ? orderOf(fromForm2(stored)) : fromForm1(stored, readFact)
}

function fromForm2(stored: v.InferOutput<typeof Form2Schema>): KeptOrder {
  const { v: _, channel, known, ...kept } = stored
  const { handled, ...books } = known
  return { ...kept, ...(channel === undefined ? {} : { method: channel }), books, handled }
}

async function fromForm1(stored: v.InferOutput<typeof Form1Schema>, readFact: ReadFact): Promise<Order> {
  // What form 1 says of the state is drawn anew from the books, as from every order.
  const { v: _, channel, known, known_beside, outcomes: _outcomes, audit: _audit, ...plain } = stored
  const kept = { ...plain, ...(channel === undefined ? {} : { method: channel }) }
  if (known !== undefined && known_beside === digestOf1(stored)) {
    const { handled, ...books } = known
    return orderOf({ ...kept, books, handled })
  }
  const upgrade = { stored, known }
  const wanted = factsWanted(upgrade)
  const facts = await Promise.all(wanted.map(readFact))
  const missing = wanted.filter((_key, index) => facts[index] === undefined)
  const found = facts.filter((fact) => fact !== undefined)
  return withUntold(orderOf({ ...kept, ...upgraded(upgrade, { facts: found, missing }) }), stored)
}

/** Holds for which there was none when the order was last written: the next event tells them. */
function withUntold(order: Order, { holds }: Pick<Form1, 'holds'>): Order {
  const before = new Set(Object.values(holds))
  const untold = Object.entries(order.holds).flatMap(([key, reason]) =>
    before.has(REASON_1[reason]) ? [] : [key],
  )
  return untold.length === 0 ? order : { ...order, untold }
}

export function writeIdOf(item: Item | undefined): string | undefined {
  return item?.['write_id']?.S
}

interface Pointer {
  readonly target: string
  /** Names the claim that pointed it last. */
  readonly claimId: string
  /** On which the refund was asked for, in Beijing. */
  readonly day?: string | undefined
}

export function pointerToItem(pointerKey: string, { target, claimId, day }: Pointer): Item {
  const day_shard = day === undefined ? undefined : dayShardOf(pointerKey, day)
  return toItem({ order_key: pointerKey, v: 1, target, claim_id: claimId, day_shard })
}

/** The order key that a refund pointer holds; undefined when its number was given back. */
export function pointerTarget(item: Item): string | undefined {
  const { target } = readStored(PointerSchema, fromItem(item), { kind: 'refund pointer', knownVersion: 1 })
  return target === GIVEN_BACK ? undefined : target
}

/** The target of a pointer whose number is free again. */
export const GIVEN_BACK = ''
