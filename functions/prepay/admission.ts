/** Decides whether a prepay request may go on with its order number. */
import { AppError } from '#shared/errors.ts'
import type { ErrorCode } from '#shared/errors.ts'
import { NOTHING_SAID } from '#shared/ledger/books.ts'
import { expiresAt, FIRST_LOOK_MS } from '#shared/ledger/look-plan.ts'
import type { OrderStatus } from '#shared/ledger/words.ts'
import { changed } from '#shared/orders/changed.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { orderOf } from '#shared/orders/order-picture.ts'
import { isHeld } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { Decision } from '#shared/orders/update-order.ts'
import type { PrepayRequest } from './schema.ts'

/** `prepay_id` and `code_url` live 2 h, `h5_url` 5 min (doc merchant/4012791856); the margin leaves the payer time to start. */
const PREPAY_LIFE_MS = 2 * 60 * 60 * 1000 - 5 * 60 * 1000
const H5_LIFE_MS = 4 * 60 * 1000

export const NOT_PAYABLE: Partial<Record<OrderStatus, ErrorCode>> = {
  PAID: 'order_already_paid',
  CLOSED: 'order_closed',
  UNRECOGNIZED: 'order_held',
}

export interface Admitted {
  /** With a `prepay` that is still good it is answered as it is; without, it has to be placed at WeChat. */
  readonly order: Order
  /** Nothing was sent to WeChat for it before. */
  readonly first: boolean
}

/** @returns `rejected_before` for a number that WeChat refused once: it is free, unless something was told of it since. */
export function admit(
  existing: Order | undefined,
  draft: Order,
  now: number,
): Decision<Admitted | 'rejected_before'> {
  if (existing === undefined) return firstSave(draft, now)
  if (isHeld(existing)) throw new AppError('order_held')
  if (existing.status === 'REJECTED') return { result: 'rejected_before' }
  if (existing.request_hash !== draft.request_hash) throw new AppError('order_number_used')
  const refused = NOT_PAYABLE[existing.status]
  if (refused !== undefined) throw new AppError(refused)
  return { result: { order: withFreshPrepay(existing, now), first: false } }
}

/** Uses a number again. What WeChat tells of a payment made before this moment belongs to the earlier use. */
export function useAgain(
  existing: Order | undefined,
  draft: Order,
  now: number,
): Decision<Admitted | 'rejected_before'> {
  if (existing?.status !== 'REJECTED' || isHeld(existing)) return admit(existing, draft, now)
  const { version, handled, books } = existing
  const { asked } = draft.books.ours
  const ours = {
    ...draft.books.ours,
    ...(asked === undefined ? {} : { asked: { ...asked, reused_at: now } }),
  }
  return firstSave({ ...draft, version, handled, books: { ...books, ours } }, now)
}

function firstSave(draft: Order, now: number): Decision<Admitted> {
  if (expiresAt(draft) > now) {
    const save = changed(draft, {}, now)
    return { save, result: { order: save, first: true } }
  }
  const problem = { field: 'time_expire', rule: 'must be in the future', received: 'string' }
  throw new AppError('invalid_request', 'time_expire must be in the future', { fields: [problem] })
}

function withFreshPrepay(order: Order, now: number): Order {
  const life = order.method === 'h5' ? H5_LIFE_MS : PREPAY_LIFE_MS
  if (order.prepay === undefined || now < order.prepay.obtained_at + life) return order
  const { prepay: _, ...rest } = order
  return rest
}

interface Draft {
  readonly request: PrepayRequest
  readonly mchid: string
  readonly appid: string
  readonly requestHash: string
  /** How old the order is when the sweep looks at it first. */
  readonly firstLookMs: number
  readonly now: number
}

export function newOrder({ request, mchid, appid, requestHash, firstLookMs, now }: Draft): Order {
  const { out_trade_no, channel: method, amount, description, attach, time_expire } = request
  const profit_sharing = 'settle_info' in request && request.settle_info?.profit_sharing === true
  const asked = {
    appid,
    amount,
    ...(profit_sharing ? { profit_sharing } : {}),
    ...(firstLookMs === FIRST_LOOK_MS ? {} : { first_look_ms: firstLookMs }),
  }
  return orderOf({
    order_key: orderKey(mchid, out_trade_no),
    version: 0,
    mchid,
    out_trade_no,
    method,
    description,
    ...(attach === undefined ? {} : { attach }),
    ...(time_expire === undefined ? {} : { time_expire }),
    request_hash: requestHash,
    books: { said: NOTHING_SAID, ours: { asked, placing: 'CREATED', refunds: [] }, decided: [] },
    handled: {},
    created_at: now,
    updated_at: now,
  })
}
