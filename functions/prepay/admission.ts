/** Decides whether a prepay request may go on with its order number. */
import { AppError } from '#shared/errors.ts'
import type { ErrorCode } from '#shared/errors.ts'
import { expiresAt } from '#shared/orders/check-plan.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { isHeld } from '#shared/orders/order.ts'
import type { Order, OrderStatus } from '#shared/orders/order.ts'
import { touched } from '#shared/orders/touched.ts'
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

/** An order with a `prepay` that is still good is answered as it is; one without has to be placed at WeChat. */
export function admit(existing: Order | undefined, draft: Order, now: number): Decision<Order> {
  if (existing === undefined) return { save: firstSave(draft, now), result: draft }
  if (isHeld(existing)) throw new AppError('order_held')
  // WeChat refused the order for certain: its number is free, for the same or another request.
  if (existing.status === 'REJECTED') return { save: firstSave(reused(existing, draft), now), result: draft }
  if (existing.request_hash !== draft.request_hash) throw new AppError('order_number_used')
  const refused = NOT_PAYABLE[existing.status]
  if (refused !== undefined) throw new AppError(refused)
  return { result: withFreshPrepay(existing, now) }
}

/** Facts go by order number: once WeChat asserted anything about it, they could not be told from those of a new order. */
function reused({ version, outcomes, audit }: Order, draft: Order): Order {
  if (Object.keys(outcomes).length > 0) throw new AppError('order_number_used')
  return { ...draft, version, ...(audit === undefined ? {} : { audit }) }
}

function firstSave(draft: Order, now: number): Order {
  if (expiresAt(draft) > now) return touched(draft, now)
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
  readonly now: number
}

export function newOrder({ request, mchid, appid, requestHash, now }: Draft): Order {
  const { out_trade_no, channel: method, amount, description, attach, time_expire } = request
  return {
    order_key: orderKey(mchid, out_trade_no),
    v: 1,
    version: 0,
    mchid,
    out_trade_no,
    appid,
    method,
    status: 'CREATED',
    amount,
    description,
    ...(attach === undefined ? {} : { attach }),
    ...(time_expire === undefined ? {} : { time_expire }),
    request_hash: requestHash,
    refundable: amount.total,
    refunds: {},
    outcomes: {},
    holds: {},
    created_at: now,
    updated_at: now,
  }
}
