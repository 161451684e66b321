/** The life of a trade at Alipay: placed, opened by its payer, paid, closed, refunded; time and numbers are given. */
import type { Ids } from '../ids.ts'
import { ControlError } from '../control-error.ts'
import { refused } from './gateway-error.ts'
import { findTrade, isOpened, isPaid, refundedOf, tradeStatus } from './ledger.ts'
import type { AlipayLedger, AlipayRefund, OpenedTrade, PaidTrade, Product, Trade } from './ledger.ts'

const HOUR_MS = 3_600_000
/** A code is good for two hours; what a link opens for fifteen days, unless the order says otherwise. */
const LIFE_MS: Readonly<Record<Product, number>> = {
  precreate: 2 * HOUR_MS,
  page: 15 * 24 * HOUR_MS,
  wap: 15 * 24 * HOUR_MS,
  app: 15 * 24 * HOUR_MS,
}

export interface Moment {
  readonly now: number
  readonly ids: Ids
}

export type Placed = Pick<Trade, 'product' | 'out_trade_no' | 'total' | 'subject'> &
  Partial<Pick<Trade, 'notify_url' | 'passback_params'>> & { readonly expiresAt?: number | undefined }

/** Places an order, or finds the one that says the same. @throws GatewayError for a number that is used otherwise. */
export function placeTrade(
  { trades }: AlipayLedger,
  { expiresAt, ...placed }: Placed,
  { now, ids }: Moment,
): Trade {
  const existing = trades.get(placed.out_trade_no)
  if (existing !== undefined) return repeated(existing, placed, now)
  const latest = now + LIFE_MS[placed.product]
  const trade: Trade = {
    ...placed,
    createdAt: now,
    expiresAt: Math.min(expiresAt ?? latest, latest),
    ...(placed.product === 'precreate'
      ? { qr_code: `https://qr.alipay.com/bax${ids.text(17).toLowerCase()}` }
      : {}),
    refunds: [],
  }
  trades.set(trade.out_trade_no, trade)
  return trade
}

function repeated(trade: Trade, { total, subject }: Omit<Placed, 'expiresAt'>, now: number): Trade {
  if (trade.paid !== undefined) throw refused('ACQ.TRADE_HAS_SUCCESS', '交易已被支付')
  if (tradeStatus(trade, now) === 'TRADE_CLOSED') throw refused('ACQ.TRADE_HAS_CLOSE', '交易已经关闭')
  if (trade.total !== total || trade.subject !== subject)
    throw refused('ACQ.CONTEXT_INCONSISTENT', '交易信息被篡改')
  return trade
}

/** What a payer does with a code or a link: from then on Alipay knows the trade. @throws ControlError when it cannot be paid. */
export function openTrade(ledger: AlipayLedger, number: string, { now, ids }: Moment): OpenedTrade {
  const trade = ledger.trades.get(number)
  if (trade === undefined) throw new ControlError(404, 'no_such_trade', `no order ${number}`)
  const status = tradeStatus(trade, now)
  if (status !== 'WAIT_BUYER_PAY')
    throw new ControlError(409, 'trade_state', `the trade is ${status} and cannot be paid`)
  const trade_no = `${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}22001${ids.transactionId(now).slice(-15)}`
  const opened: OpenedTrade = { ...trade, opened: trade.opened ?? { trade_no, at: now } }
  ledger.trades.set(number, opened)
  return opened
}

export function payTrade(ledger: AlipayLedger, number: string, moment: Moment, buyer_id?: string): PaidTrade {
  const trade = openTrade(ledger, number, moment)
  const paid = { ...trade, paid: { at: moment.now, buyer_id: buyer_id ?? '2088102000000001' } }
  ledger.trades.set(number, paid)
  return paid
}

export interface Named {
  readonly out_trade_no?: string | undefined
  readonly trade_no?: string | undefined
}

/** @throws GatewayError `ACQ.TRADE_NOT_EXIST` also before its payer has opened it. */
export function knownTrade(ledger: AlipayLedger, which: Named): OpenedTrade {
  const trade = findTrade(ledger, which)
  if (!isOpened(trade)) throw refused('ACQ.TRADE_NOT_EXIST', '交易不存在')
  return trade
}

/** @throws GatewayError unless it waits for its payer. */
export function closeTrade(ledger: AlipayLedger, which: Named, now: number): OpenedTrade {
  const trade = knownTrade(ledger, which)
  if (tradeStatus(trade, now) !== 'WAIT_BUYER_PAY')
    throw refused('ACQ.REASON_TRADE_STATUS_INVALID', '交易状态异常')
  const closed = { ...trade, closedAt: now }
  ledger.trades.set(trade.out_trade_no, closed)
  return closed
}

export interface RefundAsked extends Named {
  readonly out_request_no?: string | undefined
  /** Fen. */
  readonly amount: number
  readonly origin: AlipayRefund['origin']
}

export interface RefundTaken {
  readonly trade: PaidTrade
  readonly refund: AlipayRefund
  /** False for a repetition, which moves nothing. */
  readonly moved: boolean
}

/** @throws GatewayError as documented for what is wrong with it. */
export function refundTrade(ledger: AlipayLedger, asked: RefundAsked, now: number): RefundTaken {
  const trade = knownTrade(ledger, asked)
  if (!isPaid(trade)) throw refused('ACQ.TRADE_STATUS_ERROR', '交易状态不合法')
  const { amount, origin, out_request_no = trade.out_trade_no } = asked
  const made = trade.refunds.find((refund) => refund.out_request_no === out_request_no)
  if (made !== undefined) return { trade, refund: sameRefund(made, amount), moved: false }
  checkRefund(trade, { amount, isWhole: asked.out_request_no === undefined, now })
  const refund: AlipayRefund = { out_request_no, amount, origin, at: now }
  const refunded = { ...trade, refunds: [...trade.refunds, refund] }
  ledger.trades.set(trade.out_trade_no, refunded)
  return { trade: refunded, refund, moved: true }
}

function sameRefund(made: AlipayRefund, amount: number): AlipayRefund {
  if (made.amount !== amount) throw refused('ACQ.DISCORDANT_REPEAT_REQUEST', '请求信息不一致')
  return made
}

interface Rules {
  readonly amount: number
  readonly isWhole: boolean
  readonly now: number
}

function checkRefund(trade: PaidTrade, { amount, isWhole, now }: Rules): void {
  const status = tradeStatus(trade, now)
  if (status === 'TRADE_CLOSED') throw refused('ACQ.TRADE_HAS_CLOSE', '交易已经关闭')
  if (status === 'TRADE_FINISHED') throw refused('ACQ.TRADE_HAS_FINISHED', '交易已完结')
  if (isWhole && amount !== trade.total)
    throw refused('ACQ.INVALID_PARAMETER', '部分退款需要传入out_request_no')
  if (refundedOf(trade) + amount > trade.total)
    throw refused('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限')
}
