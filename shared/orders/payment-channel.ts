/** A payment channel as the operations see it: a port, so that the simulation and unit tests can stand in for the wire. */
import type { ChannelRefund, Transaction } from '#shared/facts/telling.ts'
import type { Fen } from '#shared/money.ts'

/** How the payer pays; our API and stored items name it `channel`. A payment channel is who takes the money: WeChat Pay. */
export const PAYMENT_METHODS = ['jsapi', 'app', 'h5', 'native'] as const
export type PaymentMethod = (typeof PAYMENT_METHODS)[number]

/** The body of `POST /v3/pay/transactions/{channel}`; field names and limits are WeChat's (doc merchant/4012791856 and siblings). */
export interface PrepayBody {
  readonly appid: string
  readonly mchid: string
  readonly description: string
  readonly out_trade_no: string
  readonly notify_url: string
  readonly amount: { readonly total: Fen; readonly currency: 'CNY' }
  readonly time_expire?: string | undefined
  readonly attach?: string | undefined
  readonly goods_tag?: string | undefined
  readonly limit_pay?: readonly string[] | undefined
  readonly support_fapiao?: boolean | undefined
  readonly payer?: { readonly openid: string } | undefined
  readonly detail?: Readonly<Record<string, unknown>> | undefined
  readonly scene_info?: Readonly<Record<string, unknown>> | undefined
  readonly settle_info?: { readonly profit_sharing: boolean } | undefined
}

/** What prepay answers: `prepay_id` for jsapi and app, `code_url` for native, `h5_url` for h5. */
export interface PrepayResult {
  readonly prepay_id?: string
  readonly code_url?: string
  readonly h5_url?: string
}

/** Where an abnormal refund is to be paid to. The card is sealed on the way out, and kept nowhere. */
export type AbnormalApplication = {
  /** WeChat's number of the refund. */
  readonly refundId: string
  readonly outRefundNo: string
} & (
  | { readonly type: 'MERCHANT_BANK_CARD' }
  | {
      readonly type: 'USER_BANK_CARD'
      readonly bank_type: string
      readonly bank_account: string
      readonly real_name: string
    }
)

/** What WeChat says of giving money free: `PROCESSING` ends by itself. */
export interface UnfreezeAnswer {
  readonly order_id: string
  readonly state: 'PROCESSING' | 'FINISHED'
}

/** Limits of one call: `signal` ends it, retries included. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * Every method resolves only with a verified answer; else it throws ChannelError.
 *
 * Retries happen inside and only where WeChat documents that repeating is safe; `createRefund` is sent once (and again
 * only when it certainly never left this machine), because a refund of unknown outcome has to be queried first.
 */
export interface PaymentChannel {
  prepay(method: PaymentMethod, body: PrepayBody, options?: CallOptions): Promise<PrepayResult>
  queryOrder(outTradeNo: string, options?: CallOptions): Promise<Transaction>
  queryTransaction(transactionId: string, options?: CallOptions): Promise<Transaction>
  closeOrder(outTradeNo: string, options?: CallOptions): Promise<void>
  /** Sends the exact bytes given (UTF-8 of `body`). */
  createRefund(body: string, options?: CallOptions): Promise<ChannelRefund>
  queryRefund(outRefundNo: string, options?: CallOptions): Promise<ChannelRefund>
  /** Has an abnormal refund paid to a bank card; sent once. */
  applyAbnormalRefund(application: AbnormalApplication, options?: CallOptions): Promise<ChannelRefund>
  /** Gives free what profit sharing keeps back; sends the exact text given. */
  unfreeze(body: string, options?: CallOptions): Promise<UnfreezeAnswer>
  /** What profit sharing keeps back of a payment. */
  unsplitAmount(transactionId: string, options?: CallOptions): Promise<Fen>
}
