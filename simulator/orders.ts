/** The life of an order at WeChat: prepay, close, pay (doc merchant/4012791856, 4012791860); time and numbers are given. */
import { ApiError } from './api-error.ts'
import { ControlError } from './control-error.ts'
import type { Ids } from './ids.ts'
import { fingerprint } from './ledger.ts'
import type { Ledger, Order, Ticket } from './ledger.ts'
import { allowedBankType, limitAgainst } from './limit-pay.ts'
import type { Owner } from './mode.ts'
import type { PaymentMethod, PrepayRequest } from './request-schemas.ts'

const MINUTE_MS = 60_000
/** prepay_id and code_url open for 2 hours, an h5_url for 5 minutes, whatever time_expire says. */
const TICKET_MS = { prepay_id: 120 * MINUTE_MS, code_url: 120 * MINUTE_MS, h5_url: 5 * MINUTE_MS } as const
/** WeChat closes what is unpaid after 7 days. */
const UNPAID_LIFE_MS = 7 * 24 * 60 * MINUTE_MS

export type TradeState = 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED'

export interface Moment {
  /** Epoch ms. */
  readonly now: number
  readonly ids: Ids
}

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
  if (existing !== undefined) checkRepeat(existing, print, now)
  else ledger.orders.set(number, newOrder(method, request, { print, now }))
  return issueTicket(ledger, { method, number }, { now, ids })
}

function checkRepeat(existing: Order, print: string, now: number): void {
  if (existing.fingerprint !== print)
    throw new ApiError(403, 'OUT_TRADE_NO_USED', '商户订单号重复', { reason: 268498688 })
  const state = tradeState(existing, now)
  if (state === 'CLOSED') throw new ApiError(400, 'ORDER_CLOSED', '该订单已关闭', { reason: 268447914 })
  if (state !== 'NOTPAY') throw new ApiError(400, 'ORDER_PAID', '该订单已支付', { reason: 268449538 })
}

function newOrder(
  method: PaymentMethod,
  request: PrepayRequest,
  { print, now }: { readonly print: string; readonly now: number },
): Order {
  const latest = now + UNPAID_LIFE_MS
  const wanted = request.time_expire === undefined ? latest : Date.parse(request.time_expire)
  // WeChat raises an expiry that is too near to one minute and caps one that is too far.
  const expiresAt = Math.min(Math.max(wanted, now + MINUTE_MS), latest)
  return { method, request, fingerprint: print, createdAt: now, expiresAt, refunded: false }
}

function issueTicket(
  ledger: Ledger,
  { method, number }: { readonly method: PaymentMethod; readonly number: string },
  { now, ids }: Moment,
): Record<string, string> {
  const kind = method === 'native' ? 'code_url' : method === 'h5' ? 'h5_url' : 'prepay_id'
  const prepayId = ids.prepayId(now)
  const ticket = {
    prepay_id: prepayId,
    code_url: `weixin://wxpay/bizpayurl?pr=${ids.text(9)}zz`,
    h5_url: `https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=${prepayId}&package=${ids.text(10)}`,
  }[kind]
  ledger.tickets.set(ticket, { outTradeNo: number, kind, validUntil: now + TICKET_MS[kind] })
  return { [kind]: ticket }
}

/** Finds an order. @throws ApiError `ORDER_NOT_EXIST`. */
export function findOrder(ledger: Ledger, outTradeNo: string | undefined): Order {
  const order = outTradeNo === undefined ? undefined : ledger.orders.get(outTradeNo)
  if (order === undefined) throw new ApiError(404, 'ORDER_NOT_EXIST', '订单不存在', { reason: 268512771 })
  return order
}

/** The same for who asks: a service provider has to name the sub-merchant, a merchant for itself none. */
export function findOwned(ledger: Ledger, outTradeNo: string | undefined, owner: Owner): Order {
  const order = findOrder(ledger, outTradeNo)
  return order.request.sub?.mchid === owner ? order : findOrder(ledger, undefined)
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

/** Opens what a payer scans, taps or is handed. @throws ControlError when WeChat would show an error instead. */
export function openTicket(
  ledger: Ledger,
  ticket: string,
  now: number,
): { readonly order: Order; readonly ticket: Ticket } {
  // A merchant may append a redirect_url to an h5_url.
  const found = ledger.tickets.get(ticket) ?? ledger.tickets.get(ticket.replace(/&redirect_url=.*$/, ''))
  if (found === undefined)
    throw new ControlError(404, 'no_such_ticket', 'no prepay answered this code, link or prepay_id')
  if (now > found.validUntil)
    throw new ControlError(409, 'ticket_expired', `this ${found.kind} is no longer valid; call prepay again`)
  return { order: payable(ledger, found.outTradeNo, now), ticket: found }
}

/** Finds an order that can be paid now. @throws ControlError saying why not. */
export function payable(ledger: Ledger, outTradeNo: string, now: number): Order {
  const order = ledger.orders.get(outTradeNo)
  if (order === undefined) throw new ControlError(404, 'no_such_order', `no order ${outTradeNo}`)
  const state = tradeState(order, now)
  if (state === 'CLOSED') throw new ControlError(409, 'order_closed', 'the order is closed')
  if (state !== 'NOTPAY') throw new ControlError(409, 'order_paid', 'the order is paid already')
  if (now > order.expiresAt)
    throw new ControlError(409, 'order_expired', 'time_expire of the order has passed')
  return order
}

export interface PayerChoice {
  readonly openid: string | undefined
  readonly bankType: string | undefined
  /** Fen that a coupon pays. */
  readonly coupon: number
}

/** Pays an order. @returns it as paid. @throws ControlError when it cannot be paid. */
export function payOrder(
  ledger: Ledger,
  outTradeNo: string,
  { payer, now, ids }: Moment & { readonly payer: PayerChoice },
): Order {
  const order = payable(ledger, outTradeNo, now)
  const { total } = order.request.amount
  const { openid: own, sub_openid: ownAtSub } = order.request.payer ?? {}
  if (payer.openid !== undefined && own !== undefined && own !== payer.openid) {
    throw new ControlError(409, 'payer_mismatch', 'this order was placed for another openid')
  }
  if (!Number.isSafeInteger(payer.coupon) || payer.coupon < 0 || payer.coupon > total) {
    throw new ControlError(400, 'bad_coupon', `coupon must be a whole number of fen from 0 to ${total}`)
  }
  const limits = order.request.limit_pay ?? []
  const bankType = payer.bankType ?? allowedBankType(limits)
  const limit = limitAgainst(limits, bankType)
  if (limit !== undefined)
    throw new ControlError(409, 'limit_pay', `limit_pay of the order has ${limit}: ${bankType} cannot pay it`)
  const payment = {
    transactionId: ids.transactionId(now),
    openid: own ?? payer.openid ?? `o${ids.text(27)}`,
    ...(order.request.sub?.appid === undefined ? {} : { subOpenid: ownAtSub ?? `o${ids.text(27)}` }),
    bankType,
    paidAt: now,
    coupon: payer.coupon,
  }
  const paid: Order = { ...order, payment }
  ledger.orders.set(outTradeNo, paid)
  ledger.transactions.set(payment.transactionId, outTradeNo)
  return paid
}
