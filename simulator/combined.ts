/** The life of orders that are paid together (合单): all of them or none are placed, paid and closed (doc merchant/4012556926). */
import { ApiError, apiError } from './api-error.ts'
import type { CombineClose, CombineRequest, SubOrder } from './combine-schemas.ts'
import { ControlError } from './control-error.ts'
import { fingerprint } from './ledger.ts'
import type { Combined, Ledger, Order } from './ledger.ts'
import type { Moment } from './moment.ts'
import { checkRepeat, newOrder, numberUsed, tradeState } from './orders.ts'
import { payOrder, stillPayable } from './payments.ts'
import type { PayerChoice } from './payments.ts'
import type { PaymentMethod, PrepayRequest } from './request-schemas.ts'
import { issueTicket } from './tickets.ts'

/** The orders of a combined payment, as it lists them. */
export function ordersOf(ledger: Ledger, { request }: Combined): readonly Order[] {
  return request.sub_orders.flatMap(({ out_trade_no: number }) => ledger.orders.get(number) ?? [])
}

/** Takes a prepay request: new orders, or a fresh ticket for an identical repeat. @throws ApiError as for a single order. */
export function placeCombined(
  ledger: Ledger,
  { method, request }: { readonly method: PaymentMethod; readonly request: CombineRequest },
  { now, ids }: Moment,
): Record<string, string> {
  const number = request.combine_out_trade_no
  const print = fingerprint([method, request])
  const existing = ledger.combined.get(number)
  if (existing === undefined) placeOrders(ledger, { method, request, fingerprint: print }, now)
  else
    for (const order of ordersOf(ledger, existing))
      checkRepeat(existing.fingerprint === print, tradeState(order, now))
  return issueTicket(ledger, { method, number, isCombined: true }, { now, ids })
}

function placeOrders(ledger: Ledger, combined: Combined, now: number): void {
  const { method, request } = combined
  const number = request.combine_out_trade_no
  if (request.sub_orders.some(({ out_trade_no: taken }) => ledger.orders.has(taken))) throw numberUsed()
  for (const sub of request.sub_orders) {
    const order = newOrder(method, orderRequest(request, sub), { print: fingerprint([number, sub]), now })
    ledger.orders.set(sub.out_trade_no, { ...order, combinedIn: number })
  }
  ledger.combined.set(number, combined)
}

function orderRequest(request: CombineRequest, sub: SubOrder): PrepayRequest {
  return {
    appid: request.combine_appid,
    mchid: sub.mchid,
    ...(sub.sub_mchid === undefined ? {} : { sub: { mchid: sub.sub_mchid, appid: sub.sub_appid } }),
    description: sub.description,
    out_trade_no: sub.out_trade_no,
    notify_url: request.notify_url,
    time_expire: request.time_expire,
    attach: sub.attach,
    limit_pay: request.limit_pay,
    amount: { total: sub.amount.total_amount, currency: sub.amount.currency },
    payer: request.combine_payer_info,
    scene_info: request.scene_info,
    settle_info: sub.settle_info,
  }
}

/** Finds a combined payment. @throws ApiError `ORDER_NOT_EXIST`. */
export function findCombined(ledger: Ledger, number: string): Combined {
  const combined = ledger.combined.get(number)
  if (combined === undefined) throw new ApiError(404, 'ORDER_NOT_EXIST', '订单不存在', { reason: 268512771 })
  return combined
}

/** Closes all orders; closing them again does nothing. @throws ApiError when it names others, or they are paid. */
export function closeCombined(
  ledger: Ledger,
  number: string,
  { close, now }: { readonly close: CombineClose; readonly now: number },
): void {
  const combined = findCombined(ledger, number)
  const isWhole =
    close.combine_appid === combined.request.combine_appid &&
    namesOf(close.sub_orders) === namesOf(combined.request.sub_orders)
  // WeChat's help page has its answer to a list that is not the whole one: a system error that no repeat gets rid of.
  if (!isWhole) throw apiError('SYSTEM_ERROR')
  for (const order of ordersOf(ledger, combined)) {
    if (order.payment !== undefined)
      throw new ApiError(400, 'INVALID_REQUEST', '该订单已支付', { reason: 268498689 })
    ledger.orders.set(order.request.out_trade_no, { ...order, closedAt: order.closedAt ?? now })
  }
}

function namesOf(orders: readonly Pick<SubOrder, 'mchid' | 'out_trade_no' | 'sub_mchid'>[]): string {
  return orders
    .map(({ mchid, out_trade_no, sub_mchid = '' }) => [mchid, sub_mchid, out_trade_no].join(' '))
    .toSorted()
    .join('\n')
}

/** Finds a combined payment that can be paid now. @throws ControlError saying why not. */
export function payableCombined(ledger: Ledger, number: string, now: number): Combined {
  const combined = ledger.combined.get(number)
  if (combined === undefined) throw new ControlError(404, 'no_such_order', `no combined payment ${number}`)
  for (const order of ordersOf(ledger, combined)) stillPayable(order, now)
  return combined
}

/** Pays all orders of a combined payment that can be paid; a coupon pays for the first. @throws ControlError when this payer cannot. */
export function payCombined(
  ledger: Ledger,
  combined: Combined,
  { payer, now, ids }: Moment & { readonly payer: PayerChoice },
): Combined {
  const own = combined.request.combine_payer_info?.openid
  const openid = payer.openid ?? own ?? `o${ids.text(27)}`
  // Whatever keeps the payer from paying keeps them from paying the first: none is paid then.
  for (const [at, order] of ordersOf(ledger, combined).entries())
    payOrder(ledger, order, {
      payer: { ...payer, openid, coupon: at === 0 ? payer.coupon : 0 },
      now,
      ids,
    })
  const paid: Combined = { ...combined, payment: { transactionId: ids.transactionId(now), openid } }
  ledger.combined.set(combined.request.combine_out_trade_no, paid)
  return paid
}
