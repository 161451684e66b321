/** Payers pay orders: which can be paid, by whom, and by what. */
import { ControlError } from './control-error.ts'
import type { Ledger, Order } from './ledger.ts'
import { allowedBankType, limitAgainst } from './limit-pay.ts'
import type { Moment } from './moment.ts'
import { tradeState } from './orders.ts'

/** Finds an order that can be paid now. @throws ControlError saying why not. */
export function payable(ledger: Ledger, outTradeNo: string, now: number): Order {
  const order = ledger.orders.get(outTradeNo)
  if (order === undefined) throw new ControlError(404, 'no_such_order', `no order ${outTradeNo}`)
  if (order.combinedIn !== undefined)
    throw new ControlError(409, 'combined', `the order is paid together with others: ${order.combinedIn}`)
  return stillPayable(order, now)
}

/** The order itself, where it can be paid now. @throws ControlError saying why not. */
export function stillPayable(order: Order, now: number): Order {
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

/** Pays an order that can be paid. @returns it as paid. @throws ControlError when this payer cannot. */
export function payOrder(
  ledger: Ledger,
  order: Order,
  { payer, now, ids }: Moment & { readonly payer: PayerChoice },
): Order {
  const { out_trade_no: outTradeNo } = order.request
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
