/** What Alipay's books hold, and its words for it. */
import { fen } from '#shared/money.ts'
import { yuanOfFen } from '#shared/yuan.ts'
import type { OrderThere, RefundThere } from './channel-model.ts'

export interface AlipayTrade extends OrderThere {
  /** Before its payer comes, Alipay knows no trade. */
  opened: boolean
  paid: boolean
  /** By a call. */
  closed: boolean
  /** Its time to be refunded is over. */
  finished: boolean
  late: boolean
}

export interface AlipayRefundRecord extends RefundThere {
  readonly createdAt: number
  /** Made on the merchant platform, and nobody is notified of it. */
  readonly silent: boolean
  readonly status: 'SUCCESS'
}

/** One moment for all: contents repeat from run to run, so that their signatures can be kept. */
export const GMT_PAYMENT = '2026-03-01 12:00:05'
export const GMT_REFUND = '2026-03-01 12:00:09'

export const yuan = (amount: number): string => yuanOfFen(fen(amount))

/** One word for what nobody paid and what was refunded to the last fen. */
export function statusOf({ state, total, finished }: AlipayTrade, refunded: number): string {
  if (state === 'NOTPAY') return 'WAIT_BUYER_PAY'
  if (state === 'CLOSED' || refunded >= total) return 'TRADE_CLOSED'
  return finished ? 'TRADE_FINISHED' : 'TRADE_SUCCESS'
}
