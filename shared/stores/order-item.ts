/** The stored form of orders and refund pointers, the same for every engine: WeChat's names, plus what the store itself needs. */
import * as v from 'valibot'
import type { Fact } from '#shared/facts/fact.ts'
import { lazy } from '#shared/lazy.ts'
import { LOOK_CLASSES } from '#shared/ledger/look-plan.ts'
import { keptOf, orderOf } from '#shared/orders/order-picture.ts'
import { HELD_SHARDS } from '#shared/orders/order-lists.ts'
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import type { ClaimedOrder, DueOrder } from '#shared/orders/order-store.ts'
import { isHeld, isOpen } from '#shared/orders/order.ts'
import type { KeptOrder, Order } from '#shared/orders/order.ts'
import { PAYMENT_METHODS } from '#shared/orders/payment-channel.ts'
import { knownSchema, storedKnown, storedKnownSchema } from './books-form.ts'
import { fromItem, toItem } from './dynamo.ts'
import type { Item } from './dynamo.ts'
import { dayAttributes, dayShardOf } from './order-day.ts'
import { digestOf1, entries1, form1Of, REASON_1 } from './order-form-1.ts'
import type { Form1 } from './order-form-1.ts'
import { packed, unpacked } from './order-form-3.ts'
import type { OrderForm } from '#shared/order-forms.ts'
import { factsWanted, upgraded } from './order-upgrade.ts'
import { shardOf } from './shard.ts'
import { readStored, StoredInteger } from './stored-item.ts'
import type { Entries, StoredAs } from './stored-item.ts'

/** What conditions, claims and indexes are about: attributes of the item in every form. */
const bareEntries = lazy(() => ({
  order_key: v.string(),
  version: v.pipe(StoredInteger, v.minValue(1)),
  next_check_at: v.exactOptional(StoredInteger),
  claimed_until: v.exactOptional(StoredInteger),
  claim_id: v.exactOptional(v.string()),
}))

/** What every form keeps beside that. The payment method is stored as `channel`, its name in our API. */
const restEntries = lazy(() => ({
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
  next_check_class: v.exactOptional(v.picklist(LOOK_CLASSES)),
  failed_looks: v.exactOptional(StoredInteger),
}))

const keptEntries = () =>
  ({ ...bareEntries(), ...restEntries() }) satisfies Entries<
    StoredAs<Omit<KeptOrder, 'books' | 'handled'>, 'method', 'channel'>
  >

/** Unknown attributes are kept at every level: this release must not drop what a newer one wrote. */
const form1Schema = () =>
  v.looseObject({
    ...keptEntries(),
    ...entries1(),
    v: v.literal(1),
    known: v.exactOptional(storedKnownSchema()),
    known_beside: v.exactOptional(v.string()),
  })
const form2Schema = () => v.looseObject({ ...keptEntries(), v: v.literal(2), known: storedKnownSchema() })
const form3Schema = () =>
  v.looseObject({
    ...bareEntries(),
    v: v.literal(3),
    packed: v.pipe(
      v.instance(Uint8Array),
      v.transform((stored) => unpacked(stored)),
      v.looseObject({ ...restEntries(), known: knownSchema() }),
    ),
  })
const formSchema = lazy(() => v.variant('v', [form1Schema(), form2Schema(), form3Schema()]))

const pointerSchema = lazy(() => v.object({ v: v.literal(1), target: v.string() }))

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
  return toItem({
    ...(options.form === 3 ? inForm3(order) : inForm1or2(order, options.form)),
    due_shard: due ? dueShardOf(order) : undefined,
    ...dayAttributes(order),
    held_shard: isHeld(order) ? shardOf(order.order_key, HELD_SHARDS) : undefined,
    write_id: options.writeId,
  })
}

function inForm1or2(order: Order, form: 1 | 2): object {
  const { books: _books, handled: _handled, method: channel, ...kept } = keptOf(order)
  const beside = form === 1 ? besideForm1(order) : { v: 2, shown: shown(order) }
  return { ...kept, channel, ...beside, known: storedKnown(order) }
}

/** What no release knows stays outside, where a newer one put it. */
function inForm3(order: Order): object {
  const { books, handled, method: channel, ...kept } = keptOf(order)
  const entries = Object.entries(kept)
  const outside = entries.filter(([name]) => !Object.hasOwn(restEntries(), name))
  const inside = Object.fromEntries(entries.filter(([name]) => Object.hasOwn(restEntries(), name)))
  const known = { ...books, handled }
  return {
    ...Object.fromEntries(outside),
    v: 3,
    shown: shown(order),
    packed: packed({ ...inside, channel, known }),
  }
}

function besideForm1(order: Order) {
  const form1 = form1Of(order)
  return { v: 1, ...form1, known_beside: digestOf1(form1) }
}

/** Read by people alone. */
function shown({ status, amount, transaction_id, refundable, deficit, holds }: Order) {
  return { status, amount, transaction_id, refundable, deficit, holds: Object.keys(holds) }
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
  const { day_shard: _day, billed: _billed, held_shard: _held, ...plain } = stripped
  const stored = readStored(formSchema(), plain, { kind: 'order', knownVersion: 3 })
  if (stored.v === 1) return fromForm1(stored, readFact)
  return orderOf(stored.v === 2 ? fromForm2(stored) : fromForm3(stored))
}

function fromForm2(stored: v.InferOutput<ReturnType<typeof form2Schema>>): KeptOrder {
  const { v: _, channel, known, ...kept } = stored
  const { handled, ...books } = known
  return { ...kept, ...(channel === undefined ? {} : { method: channel }), books, handled }
}

function fromForm3(stored: v.InferOutput<ReturnType<typeof form3Schema>>): KeptOrder {
  const { v: _, packed: inside, ...outside } = stored
  const { channel, known, ...kept } = inside
  const { handled, ...books } = known
  return { ...outside, ...kept, ...(channel === undefined ? {} : { method: channel }), books, handled }
}

async function fromForm1(
  stored: v.InferOutput<ReturnType<typeof form1Schema>>,
  readFact: ReadFact,
): Promise<Order> {
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
  const { target } = readStored(pointerSchema(), fromItem(item), { kind: 'refund pointer', knownVersion: 1 })
  return target === GIVEN_BACK ? undefined : target
}

/** The target of a pointer whose number is free again. */
export const GIVEN_BACK = ''
