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
  // Taken by WeChat, the deduction is to come.
  'ACCEPT',
] as const

export function isTradeState(state: string): boolean {
  return TRADE_STATES.some((known) => known === state)
}

interface StateOf {
  readonly state: string
  readonly out_refund_no?: string
}

/** WeChat calls an order so once it has any refund, also a partial one, and says no more of it (doc merchant/4012791861). */
export function tellsOfRefunds({ state, out_refund_no }: StateOf): boolean {
  return state === 'REFUND' && out_refund_no === undefined
}

/** It names a refund of the order and says no more of it: no state of a refund that is known is called so. */
export function namesRefund({ state, out_refund_no, known }: StateOf & { readonly known: boolean }): boolean {
  return known && state === 'REFUND' && out_refund_no !== undefined
}

/** An order as WeChat tells it, in a query or in a decrypted `TRANSACTION.SUCCESS`. The payer is left out on purpose. */
export interface Transaction {
  /** Always there when the order was paid. */
  readonly appid?: string
  readonly mchid: string
  readonly out_trade_no: string
  /** One of {@link TRADE_STATES}, or one that WeChat has added since: it asserts nothing (see `final-looking.ts`). */
  readonly trade_state: string
  readonly transaction_id?: string
  readonly trade_type?: string
  readonly bank_type?: string
  readonly attach?: string
  readonly success_time?: string
  readonly amount?: { readonly total: Fen; readonly payer_total?: Fen; readonly currency: string }
}

export const CHANNEL_REFUND_STATUSES = ['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL'] as const
export type ChannelRefundStatus = (typeof CHANNEL_REFUND_STATUSES)[number]

export function isRefundStatus(status: string): boolean {
  return CHANNEL_REFUND_STATUSES.some((known) => known === status)
}

/** A refund as WeChat tells it, in an answer, a query or a decrypted `REFUND.*`. `user_received_account` is left out on purpose. */
export interface ChannelRefund {
  readonly refund_id: string
  readonly out_refund_no: string
  readonly transaction_id: string
  readonly out_trade_no: string
  /** A {@link ChannelRefundStatus}, or one that WeChat has added since: it asserts nothing (see `final-looking.ts`). */
  readonly status: string
  readonly amount: { readonly total: Fen; readonly refund: Fen }
  /** Where WeChat sends the money; it names this `channel`. */
  readonly refund_channel?: string
  readonly success_time?: string
  /** When WeChat accepted it: the bill of that day has it. Notifications do not say it. */
  readonly create_time?: string
}
