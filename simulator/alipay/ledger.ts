/** Alipay's books of one app, in memory: trades as immutable records, found by every number that names them. */

/** The calls that make a trade. */
export type Product = 'precreate' | 'page' | 'wap' | 'app'

export interface AlipayRefund {
  readonly out_request_no: string
  /** Fen. */
  readonly amount: number
  readonly at: number
  /** `platform`: made by a person on the merchant platform. */
  readonly origin: 'api' | 'platform'
}

export interface Trade {
  readonly product: Product
  readonly out_trade_no: string
  /** Fen. */
  readonly total: number
  readonly subject: string
  readonly notify_url?: string
  readonly passback_params?: string
  readonly createdAt: number
  /** Last moment to pay, epoch ms. */
  readonly expiresAt: number
  /** What the code says, where there is one. */
  readonly qr_code?: string
  /** Alipay knows a trade from when its payer opens it. */
  readonly opened?: { readonly trade_no: string; readonly at: number }
  readonly closedAt?: number
  readonly paid?: { readonly at: number; readonly buyer_id: string }
  readonly refunds: readonly AlipayRefund[]
}

export type OpenedTrade = Trade & Required<Pick<Trade, 'opened'>>
export type PaidTrade = OpenedTrade & Required<Pick<Trade, 'paid'>>

export interface AlipayLedger {
  readonly trades: Map<string, Trade>
}

export function createAlipayLedger(trades: readonly Trade[] = []): AlipayLedger {
  return { trades: new Map(trades.map((trade) => [trade.out_trade_no, trade])) }
}

const REFUNDABLE_MS = 365 * 86_400_000

export type TradeStatus = 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_FINISHED' | 'TRADE_CLOSED'

/** The state of a trade that Alipay knows; an unpaid one is closed by its age alone. */
export function tradeStatus(trade: Trade, now: number): TradeStatus {
  const { paid, total, closedAt, expiresAt } = trade
  if (paid === undefined)
    return closedAt !== undefined || now >= expiresAt ? 'TRADE_CLOSED' : 'WAIT_BUYER_PAY'
  if (refundedOf(trade) >= total) return 'TRADE_CLOSED'
  return now - paid.at > REFUNDABLE_MS ? 'TRADE_FINISHED' : 'TRADE_SUCCESS'
}

/** Fen. */
export function refundedOf({ refunds }: Trade): number {
  return refunds.reduce((sum, { amount }) => sum + amount, 0)
}

export function isOpened(trade: Trade | undefined): trade is OpenedTrade {
  return trade?.opened !== undefined
}

export function isPaid(trade: Trade | undefined): trade is PaidTrade {
  return isOpened(trade) && trade.paid !== undefined
}

interface Which {
  readonly out_trade_no?: string | undefined
  readonly trade_no?: string | undefined
}

/** Alipay prefers its own number where both are given. */
export function findTrade({ trades }: AlipayLedger, { out_trade_no, trade_no }: Which): Trade | undefined {
  if (trade_no === undefined) return trades.get(out_trade_no ?? '')
  return [...trades.values()].find(({ opened }) => opened?.trade_no === trade_no)
}

export interface AlipayBooks {
  readonly trades: number
  /** Counts, and fen. */
  readonly payments: { readonly count: number; readonly total: number }
  readonly refunds: { readonly count: number; readonly total: number }
  readonly balance: number
}

/** Sums up the books, for counts that do not depend on the merchant's own. */
export function sumUpTrades({ trades }: AlipayLedger): AlipayBooks {
  const paid = [...trades.values()].filter(isPaid)
  const refunds = paid.flatMap((trade) => trade.refunds)
  const [payments, refunded] = [paid.map(({ total }) => total), refunds.map(({ amount }) => amount)].map(
    (amounts) => ({ count: amounts.length, total: amounts.reduce((sum, amount) => sum + amount, 0) }),
  )
  if (payments === undefined || refunded === undefined) throw new TypeError('two sums of two lists')
  return { trades: trades.size, payments, refunds: refunded, balance: payments.total - refunded.total }
}
