/** The life of an order at WeChat: prepay, close, pay (doc merchant/4012791856, 4012791860); time and numbers are given. */
import { ApiError } from './api-error.ts'
import type { Moment } from './moment.ts'
import { fingerprint } from './ledger.ts'
import type { Ledger, Order } from './ledger.ts'
import type { Owner } from './mode.ts'
import { issueTicket } from './tickets.ts'
import type { PaymentMethod, PrepayRequest } from './request-schemas.ts'

const MINUTE_MS = 60_000
/** WeChat closes what is unpaid after 7 days. */
const UNPAID_LIFE_MS = 7 * 24 * 60 * MINUTE_MS

export type TradeState = 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED'

/** Tells an order's state; an unpaid order is closed by its age alone. */
export function tradeState(order: Order, now: number): TradeState {
  if (order.payment !== undefined) return order.refunded ? 'REFUND' : 'SUCCESS'
  return order.closedAt !== undefined || now - order.createdAt >= UNPAID_LIFE_MS ? 'CLOSED' : 'NOTPAY'
}

/**
 * Takes a prepay request: a new order, or a fresh ticket for an identical repeat.
 *
 * @throws ApiError `OUT_TRADE_NO_USED`, `ORDER_PAID` or `ORDER_CLOSED`.
 */
export function placeOrder(
  ledger: Ledger,
  { method, request }: { readonly method: PaymentMethod; readonly request: PrepayRequest },
  { now, ids }: Moment,
): Record<string, string> {
  const number = request.out_trade_no
  const print = fingerprint([method, request])
  const existing = ledger.orders.get(number)
  if (existing !== undefined) checkRepeat(existing.fingerprint === print, tradeState(existing, now))
  else ledger.orders.set(number, newOrder(method, request, { print, now }))
  return issueTicket(ledger, { method, number, isCombined: false }, { now, ids })
}

/** Whether a number may have a fresh ticket. @throws ApiError saying why not. */
export function checkRepeat(isSame: boolean, state: TradeState): void {
  if (!isSame) throw numberUsed()
  if (state === 'CLOSED') throw new ApiError(400, 'ORDER_CLOSED', '该订单已关闭', { reason: 268447914 })
  if (state !== 'NOTPAY') throw new ApiError(400, 'ORDER_PAID', '该订单已支付', { reason: 268449538 })
}

export function numberUsed(): ApiError {
  return new ApiError(403, 'OUT_TRADE_NO_USED', '商户订单号重复', { reason: 268498688 })
}

/** An order that nobody has paid yet. */
export function newOrder(
  method: PaymentMethod,
  request: PrepayRequest,
  { print, now }: { readonly print: string; readonly now: number },
): Order {
  const expiresAt = expiryOf(request.time_expire, now)
  return { method, request, fingerprint: print, createdAt: now, expiresAt, refunded: false }
}

function expiryOf(timeExpire: string | undefined, now: number): number {
  const latest = now + UNPAID_LIFE_MS
  const wanted = timeExpire === undefined ? latest : Date.parse(timeExpire)
  // WeChat raises an expiry that is too near to one minute and caps one that is too far.
  return Math.min(Math.max(wanted, now + MINUTE_MS), latest)
}

/** Finds an order. @throws ApiError `ORDER_NOT_EXIST`. */
export function findOrder(ledger: Ledger, outTradeNo: string | undefined): Order {
  const order = outTradeNo === undefined ? undefined : ledger.orders.get(outTradeNo)
  if (order === undefined) throw new ApiError(404, 'ORDER_NOT_EXIST', '订单不存在', { reason: 268512771 })
  return order
}

/**
 * The same for who asks: a service provider has to name the sub-merchant, a merchant for itself none; what is paid together with
 * other orders has endpoints of its own.
 */
export function findOwned(ledger: Ledger, outTradeNo: string | undefined, owner: Owner): Order {
  const order = findOrder(ledger, outTradeNo)
  const isTheirs = order.request.sub?.mchid === owner && order.combinedIn === undefined
  return isTheirs ? order : findOrder(ledger, undefined)
}

/** Closes an unpaid order; closing it again does nothing. @throws ApiError `INVALID_REQUEST` when it is paid. */
export function closeOrder(
  ledger: Ledger,
  outTradeNo: string,
  { owner, now }: { readonly owner: Owner; readonly now: number },
): void {
  const order = findOwned(ledger, outTradeNo, owner)
  if (order.payment !== undefined)
    throw new ApiError(400, 'INVALID_REQUEST', '该订单已支付', { reason: 268498689 })
  if (order.closedAt === undefined) ledger.orders.set(outTradeNo, { ...order, closedAt: now })
}
