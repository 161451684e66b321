/** WeChat Pay's books and rules, as far as a merchant can tell (doc merchant/4012791856, 4013071036). */
import { fen } from '#shared/money.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { ChannelErrorCode } from '#shared/orders/channel-error.ts'
import type { PrepayBody } from '#shared/orders/payment-channel.ts'
import type { Transaction, ChannelRefund } from '#shared/facts/telling.ts'
import { APPID, MCHID } from '#test/support/orders.ts'
import type { RefundThere } from './channel-model.ts'

const REFUND_SPACING_MS = 60_000
/** One moment for all: contents repeat from run to run, so that their signatures can be kept. */
const SUCCESS_TIME = '2026-03-01T12:00:05+08:00'

export interface WechatOrder {
  readonly number: string
  readonly total: number
  readonly content: string
  readonly transactionId: string
  state: 'NOTPAY' | 'PAID' | 'CLOSED'
  successTime: string
  refunded: boolean
  /** Paid after it was closed: nobody asks about a closed order, so only a notification tells. */
  late: boolean
  readonly createdAt: number
}

export interface WechatRefundRecord {
  readonly number: string
  readonly body: string
  readonly orderNumber: string
  readonly amount: number
  readonly total: number
  readonly createdAt: number
  readonly refundId: string
  /** Made at the merchant platform, and nobody is notified of what becomes of it. */
  readonly silent: boolean
  status: ChannelRefund['status']
}

/** What a refund becomes, each step so long after the one before. */
export type RefundScript = ReadonlyArray<readonly [status: ChannelRefund['status'], afterMs: number]>

interface Elsewhere {
  readonly number: string
  readonly amount: number
  readonly silent: boolean
}

interface RefundBody {
  readonly transaction_id: string
  readonly out_refund_no: string
  readonly amount: { readonly refund: number; readonly total: number }
}

export type WechatModel = ReturnType<typeof createWechatModel>

export function createWechatModel(deps: {
  readonly now: () => number
  /** How long queries know nothing of what is new. */
  readonly lagMs: number
  /** A refund was taken. */
  readonly onRefund: (refund: WechatRefundRecord) => void
}) {
  const orders = new Map<string, WechatOrder>()
  const refunds = new Map<string, WechatRefundRecord>()
  const refused = new Set<string>()
  const refusedOrders = new Set<string>()
  const shortUntil = { at: 0 }
  const echoed = new Map<string, number>()

  const isNew = (createdAt: number, lagMs = deps.lagMs) => deps.now() - createdAt < lagMs
  const found = (number: string): WechatOrder => {
    const order = orders.get(number)
    if (order === undefined) throw refusal('not_found', 404)
    return order
  }

  function place(number: string, total: number, content: string): WechatOrder {
    const transactionId = `42000000000000000${number.replaceAll(/\D/g, '')}`
    const order: WechatOrder = {
      number,
      total,
      content,
      transactionId,
      state: 'NOTPAY',
      successTime: SUCCESS_TIME,
      refunded: false,
      late: false,
      createdAt: deps.now(),
    }
    orders.set(number, order)
    return order
  }

  function takeRefund(text: string): ChannelRefund {
    const { transaction_id, out_refund_no: number, amount } = JSON.parse(text) as RefundBody
    const known = refunds.get(number)
    if (known !== undefined) {
      if (known.body !== text) throw refusal('number_used', 400)
      if (isNew(known.createdAt, echoed.get(number) ?? 0)) throw refusal('refused', 403)
      return refundView(known)
    }
    if (refused.has(number)) throw refusal('refused', 403)
    if (deps.now() < shortUntil.at) throw refusal('refused', 403, 'NOT_ENOUGH')
    const order = [...orders.values()].find((other) => other.transactionId === transaction_id)
    if (order?.state !== 'PAID') throw refusal('not_found', 404)
    if (amount.total !== order.total || amount.refund > order.total - out(order.number))
      throw refusal('refused', 403)
    if (refundsOf(order.number).some(({ createdAt }) => deps.now() - createdAt < REFUND_SPACING_MS))
      throw new ChannelError('rate_limited', 'once a minute', { certain: false, httpStatus: 429 })
    return refundView(enter(order, { number, body: text, amount: amount.refund, silent: false }))
  }

  /** A refund made by hand at the merchant platform: WeChat gives back no more than it took. @returns whether it was made */
  function refundElsewhere(orderNumber: string, { number, amount, silent }: Elsewhere): boolean {
    const order = orders.get(orderNumber)
    if (order?.state !== 'PAID' || refunds.has(number) || amount > order.total - out(orderNumber))
      return false
    enter(order, { number, body: '', amount, silent })
    return true
  }

  function enter(order: WechatOrder, refund: Elsewhere & { readonly body: string }): WechatRefundRecord {
    order.refunded = true
    const entered: WechatRefundRecord = {
      ...refund,
      orderNumber: order.number,
      total: order.total,
      createdAt: deps.now(),
      refundId: `50000000000000000${refund.number.replaceAll(/\D/g, '')}`,
      status: 'PROCESSING',
    }
    refunds.set(refund.number, entered)
    deps.onRefund(entered)
    return entered
  }

  function refundsOf(orderNumber: string): readonly WechatRefundRecord[] {
    return [...refunds.values()].filter((refund) => refund.orderNumber === orderNumber)
  }

  /** What went out of an order, or is on its way. */
  function out(orderNumber: string, counts: (refund: RefundThere) => boolean = () => true): number {
    const live = refundsOf(orderNumber).filter((refund) => refund.status !== 'CLOSED' && counts(refund))
    return live.reduce((sum, { amount }) => sum + amount, 0)
  }

  function refundView({
    number,
    orderNumber,
    amount,
    total,
    refundId,
    status,
  }: WechatRefundRecord): ChannelRefund {
    return {
      refund_id: refundId,
      out_refund_no: number,
      transaction_id: found(orderNumber).transactionId,
      out_trade_no: orderNumber,
      status,
      amount: { total: fen(total), refund: fen(amount) },
      ...(status === 'SUCCESS' ? { success_time: SUCCESS_TIME } : {}),
    }
  }

  return {
    orders,
    refunds,
    refundsOf,
    /** Refund numbers that are refused for certain, as for want of funds. */
    refused,
    /** Orders that are refused for certain, whatever WeChat has of them. */
    refusedOrders,
    /** Refund numbers that are taken, and for so long, ms, neither found by a query nor taken to be the same again. */
    echoed,
    /** Until then the merchant's account has no money for refunds, epoch ms. */
    shortUntil,
    place,
    takeRefund,
    refundElsewhere,
    out,
    prepay(body: PrepayBody): { prepay_id: string } {
      if (refusedOrders.has(body.out_trade_no)) throw refusal('refused', 403)
      const content = JSON.stringify(body)
      const order = orders.get(body.out_trade_no) ?? place(body.out_trade_no, body.amount.total, content)
      if (order.content !== content) throw refusal('number_used', 403)
      if (order.state === 'PAID') throw refusal('already_paid', 400)
      if (order.state === 'CLOSED') throw refusal('order_closed', 400)
      return { prepay_id: `prepay-${order.number}` }
    },
    transaction(number: string): Transaction {
      const { state, refunded, total, transactionId, createdAt, successTime } = found(number)
      if (isNew(createdAt)) throw refusal('not_found', 404)
      const base = { appid: APPID, mchid: MCHID, out_trade_no: number }
      if (state !== 'PAID') return { ...base, trade_state: state }
      return {
        ...base,
        trade_state: refunded ? 'REFUND' : 'SUCCESS',
        transaction_id: transactionId,
        success_time: successTime,
        amount: { total: fen(total), payer_total: fen(total), currency: 'CNY' },
      }
    },
    close(number: string): void {
      const order = found(number)
      if (order.state === 'PAID') throw refusal('refused', 400)
      order.state = 'CLOSED'
    },
    refund(number: string): ChannelRefund {
      const refund = refunds.get(number)
      if (refund === undefined || isNew(refund.createdAt, echoed.get(number))) throw refusal('not_found', 404)
      return refundView(refund)
    },
  }
}

function refusal(code: ChannelErrorCode, httpStatus: number, wechatCode?: string): ChannelError {
  return new ChannelError(code, code, { certain: true, httpStatus, wechatCode })
}
