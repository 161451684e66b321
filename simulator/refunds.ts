/** The life of a refund at WeChat: accepted, then SUCCESS, CLOSED or ABNORMAL (doc merchant/4013071036, 4014959631). */
import { ApiError } from './api-error.ts'
import { ControlError } from './control-error.ts'
import { fingerprint, refundsOfOrder } from './ledger.ts'
import type { Ledger, Order, Refund, RefundStatus } from './ledger.ts'
import type { Owner } from './mode.ts'
import type { Moment } from './moment.ts'
import { findOrder } from './orders.ts'
import type { RefundRequest } from './request-schemas.ts'

const MAX_REFUNDS = 50
const REFUNDABLE_MS = 365 * 86_400_000

const BALANCE = '支付用户零钱'

export interface RefundMoment extends Moment {
  /** Least time between two refunds of an order, ms; WeChat says one minute. */
  readonly spacingMs: number
}

/** Says whether a refund was taken just now; a repeat of the same request answers what is stored. */
export interface TakenRefund {
  readonly refund: Refund
  readonly fresh: boolean
}

/** Who asks: a merchant by API for orders of its own, or a person on a merchant platform. */
export type RefundAsk = Pick<Refund, 'request'> &
  ({ readonly origin: 'api'; readonly mchid: string } | { readonly origin: 'platform' })

/** Takes a refund request. @throws ApiError as documented for what is wrong with it. */
export function takeRefund(ledger: Ledger, ask: RefundAsk, moment: RefundMoment): TakenRefund {
  const { request, origin } = ask
  const print = fingerprint(request)
  const stored = ledger.refunds.get(request.out_refund_no)
  if (stored !== undefined) {
    if (stored.fingerprint !== print)
      throw invalid('订单金额或退款金额与之前请求不一致，请核实后再试', 268498688)
    return { refund: stored, fresh: false }
  }
  const order = paidOrder(ledger, request)
  if (ask.origin === 'api' && order.request.mchid !== ask.mchid) throw noOrder()
  checkOwner(order, request.sub_mchid, 'body')
  checkRules(ledger, { order, request, moment })
  const outTradeNo = order.request.out_trade_no
  const refund: Refund = {
    refundId: moment.ids.refundId(moment.now),
    outTradeNo,
    request,
    fingerprint: print,
    origin,
    status: 'PROCESSING',
    createdAt: moment.now,
    history: [{ status: 'PROCESSING', at: moment.now }],
    channel: 'ORIGINAL',
    account: BALANCE,
  }
  ledger.refunds.set(request.out_refund_no, refund)
  ledger.refundsOf.set(outTradeNo, [...(ledger.refundsOf.get(outTradeNo) ?? []), request.out_refund_no])
  ledger.orders.set(outTradeNo, { ...order, refunded: true })
  return { refund, fresh: true }
}

function paidOrder(
  ledger: Ledger,
  { transaction_id: transactionId, out_trade_no: outTradeNo }: RefundRequest,
): Order {
  if (transactionId === undefined && outTradeNo === undefined) {
    throw new ApiError(400, 'PARAM_ERROR', '微信支付订单号和商户订单号不能同时为空', {
      detail: {
        field: '/transaction_id',
        issue: 'transaction_id or out_trade_no is required',
        location: 'body',
      },
    })
  }
  const byTransaction = transactionId === undefined ? outTradeNo : ledger.transactions.get(transactionId)
  if (outTradeNo !== undefined && byTransaction !== undefined && byTransaction !== outTradeNo) {
    throw invalid('您的请求参数与订单信息不一致', 268447843)
  }
  const order = ledger.orders.get(byTransaction ?? '')
  if (order?.payment === undefined) throw noOrder()
  return order
}

function noOrder(): ApiError {
  return new ApiError(404, 'RESOURCE_NOT_EXISTS', '订单不存在', { reason: 268512771 })
}

/** A refund of a sub-merchant's order names the sub-merchant. @throws ApiError when it does not, or names another one. */
export function checkOwner({ request: { sub } }: Order, given: Owner, location: 'body' | 'query'): void {
  if (sub?.mchid === given) return
  if (given !== undefined) throw invalid('您的请求参数与订单信息不一致', 268447843)
  throw new ApiError(400, 'PARAM_ERROR', '缺少参数sub_mchid', {
    detail: {
      field: location === 'body' ? '/sub_mchid' : 'sub_mchid',
      issue: 'required for an order of a sub-merchant',
      location,
    },
  })
}

interface RuleCheck {
  readonly order: Order
  readonly request: RefundRequest
  readonly moment: RefundMoment
}

function checkRules(ledger: Ledger, { order, request, moment: { now, spacingMs } }: RuleCheck): void {
  const { total } = order.request.amount
  if (request.amount.total !== total) throw invalid('您的请求参数与订单信息不一致', 268447843)
  if (now - (order.payment?.paidAt ?? now) > REFUNDABLE_MS) {
    throw new ApiError(400, 'TRADE_OVERDUE', '订单已经超过退款期限')
  }
  const others = refundsOfOrder(ledger, order.request.out_trade_no)
  const counted = others.filter(({ status }) => status !== 'CLOSED')
  const taken = counted.reduce((sum, other) => sum + other.request.amount.refund, 0)
  if (taken + request.amount.refund > total) throw invalid('申请退款金额超过订单可退金额', 268435464)
  if (counted.length >= MAX_REFUNDS) throw invalid('订单退款次数超过限制', 268448010)
  const latest = others.at(-1)
  if (latest !== undefined && now - latest.createdAt < spacingMs) {
    throw new ApiError(429, 'FREQUENCY_LIMITED', '同一笔订单的多次退款需间隔1分钟', { reason: 268447840 })
  }
}

/** Finds a refund of the merchant who asks, and of the sub-merchant that they name. @throws ApiError */
export function findOwnedRefund(
  ledger: Ledger,
  outRefundNo: string,
  { mchid, owner }: { readonly mchid: string; readonly owner: Owner },
): Refund {
  const refund = findRefund(ledger, outRefundNo)
  const order = findOrder(ledger, refund.outTradeNo)
  if (order.request.mchid !== mchid) throw noRefund()
  checkOwner(order, owner, 'query')
  return refund
}

/** Finds a refund. @throws ApiError `RESOURCE_NOT_EXISTS`. */
export function findRefund(ledger: Ledger, outRefundNo: string): Refund {
  const refund = ledger.refunds.get(outRefundNo)
  if (refund === undefined) throw noRefund()
  return refund
}

export function noRefund(): ApiError {
  return new ApiError(404, 'RESOURCE_NOT_EXISTS', '退款单不存在', { reason: 268512771 })
}

const NEXT: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  PROCESSING: ['SUCCESS', 'CLOSED', 'ABNORMAL'],
  ABNORMAL: ['SUCCESS', 'CLOSED'],
  SUCCESS: [],
  CLOSED: [],
}

/** Moves a refund on. @returns it as moved. @throws ControlError for a step that WeChat does not know. */
export function finishRefund(
  ledger: Ledger,
  outRefundNo: string,
  { status, now }: { readonly status: RefundStatus; readonly now: number },
): Refund {
  const refund = ledger.refunds.get(outRefundNo)
  if (refund === undefined) throw new ControlError(404, 'no_such_refund', `no refund ${outRefundNo}`)
  if (!NEXT[refund.status].includes(status)) {
    const allowed = NEXT[refund.status].join(', ') || 'nothing: it is final'
    throw new ControlError(409, 'refund_state', `the refund is ${refund.status} and can become ${allowed}`)
  }
  return moveRefund(ledger, refund, { status, now })
}

/** Writes a refund's next status. */
export function moveRefund(
  ledger: Ledger,
  refund: Refund,
  { status, now }: { readonly status: RefundStatus; readonly now: number },
): Refund {
  const history = [...refund.history, { status, at: now }]
  const moved: Refund = { ...refund, status, history, ...(status === 'SUCCESS' ? { successAt: now } : {}) }
  ledger.refunds.set(refund.request.out_refund_no, moved)
  return moved
}

function invalid(message: string, reason: number): ApiError {
  return new ApiError(400, 'INVALID_REQUEST', message, { reason })
}
