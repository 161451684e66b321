/** What a payment channel tells of an order or a refund, before anything is made of it. */
import type { Fen } from '#shared/money.ts'

export const TRADE_STATES = [
  'SUCCESS',
  'REFUND',
  'NOTPAY',
  'CLOSED',
  'REVOKED',
  'USERPAYING',
  'PAYERROR',
] as const
export type TradeState = (typeof TRADE_STATES)[number]

/** An order as WeChat tells it, in a query or in a decrypted `TRANSACTION.SUCCESS`. The payer is left out on purpose. */
export interface Transaction {
  readonly appid: string
  readonly mchid: string
  readonly out_trade_no: string
  readonly trade_state: TradeState
  readonly transaction_id?: string
  readonly trade_type?: string
  readonly bank_type?: string
  readonly attach?: string
  readonly success_time?: string
  readonly amount?: { readonly total: Fen; readonly payer_total?: Fen; readonly currency: string }
}

export const CHANNEL_REFUND_STATUSES = ['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL'] as const
export type ChannelRefundStatus = (typeof CHANNEL_REFUND_STATUSES)[number]

/** A refund as WeChat tells it, in an answer, a query or a decrypted `REFUND.*`. `user_received_account` is left out on purpose. */
export interface ChannelRefund {
  readonly refund_id: string
  readonly out_refund_no: string
  readonly transaction_id: string
  readonly out_trade_no: string
  readonly status: ChannelRefundStatus
  readonly amount: { readonly total: Fen; readonly refund: Fen }
  /** Where WeChat sends the money; it names this `channel`. */
  readonly refund_channel?: string
  readonly success_time?: string
  readonly create_time?: string
}
