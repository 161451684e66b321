/** A payment channel as the operations see it: a port, so that the simulation and unit tests can stand in for the wire. */
import { providerOf } from '#shared/facts/account.ts'
import type { ChannelRefund, Transaction } from '#shared/facts/telling.ts'
import type { Fen } from '#shared/money.ts'
import type { Provider } from '#shared/providers.ts'

/** How the payer pays at WeChat. */
const WECHAT_METHODS = ['jsapi', 'app', 'h5', 'native'] as const
export type WechatMethod = (typeof WECHAT_METHODS)[number]

/** How the payer pays at Alipay, by the names of its calls: `alipay.trade.precreate` (a QR code), `page.pay`, `wap.pay` and `app.pay`. */
export const ALIPAY_METHODS = ['precreate', 'page_pay', 'wap_pay', 'app_pay'] as const
export type AlipayMethod = (typeof ALIPAY_METHODS)[number]

export const METHODS_OF = { wechat: WECHAT_METHODS, alipay: ALIPAY_METHODS } as const satisfies Readonly<
  Record<Provider, readonly string[]>
>

/** How the payer pays; our API and stored items name it `channel`. A payment channel is who takes the money. */
export const PAYMENT_METHODS = [...WECHAT_METHODS, ...ALIPAY_METHODS] as const
export type PaymentMethod = (typeof PAYMENT_METHODS)[number]

/**
 * What a payer is to pay for. Names and limits are those of the body of `POST /v3/pay/transactions/{channel}` (doc
 * merchant/4012791856 and siblings); every channel says it in its own words.
 */
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
  /** Where Alipay sends the browser after the payment. */
  readonly return_url?: string | undefined
  /** Where Alipay sends the browser of a payer who gives up. */
  readonly quit_url?: string | undefined
}

/**
 * What prepay answers: `prepay_id` for jsapi and app, `code_url` for native and precreate (what the QR code says), `h5_url` for h5.
 * Nothing where the client opens the channel with what is signed for it alone.
 */
export interface PrepayResult {
  readonly prepay_id?: string
  readonly code_url?: string
  readonly h5_url?: string
}

/** For `getBrandWCPayRequest`; a mini program passes the same to `wx.requestPayment`, without `appId`. */
export interface JsapiPayParams {
  readonly appId: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: 'RSA'
  readonly paySign: string
}

/** For `PayReq` of WeChat's App SDK; iOS calls `packageValue` `package`. */
export interface AppPayParams {
  readonly appId: string
  readonly partnerId: string
  readonly prepayId: string
  readonly packageValue: 'Sign=WXPay'
  readonly nonceStr: string
  readonly timeStamp: string
  readonly sign: string
}

/** What the payer's client needs to pay, signed anew for each answer. */
export type ClientParameters =
  | JsapiPayParams
  | AppPayParams
  /** Where the browser goes (page_pay, wap_pay). */
  | { readonly pay_url: string }
  /** For `payOrder` of Alipay's App SDK (app_pay). */
  | { readonly order_string: string }

/** Whether the channel of an account may keep back of a payment what is to be shared with others. */
export const keepsSharesBack = (mchid: string): boolean => providerOf(mchid) === 'wechat'

/** A refund as the merchant asks for it. */
export interface RefundAsked {
  readonly out_refund_no: string
  readonly amount: {
    readonly refund: Fen
    readonly from?: ReadonlyArray<{ readonly account: string; readonly amount: Fen }> | undefined
  }
  readonly reason?: string | undefined
  readonly funds_account?: string | undefined
  readonly goods_detail?: ReadonlyArray<Readonly<Record<string, unknown>>> | undefined
}

/** The payment that is refunded: what was paid, and never what a client says. */
export interface RefundedPayment {
  readonly out_trade_no: string
  readonly transaction_id?: string
  readonly amount: { readonly total: Fen; readonly currency: string }
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

export interface PrepayOptions extends CallOptions {
  /** Until then it may be paid, epoch ms, whether or not the request says so. */
  readonly expiresAt?: number
}

export interface CloseOptions extends CallOptions {
  /** Its time to pay is over: where the channel knows no order before its payer comes, there is nothing left to close. */
  readonly expired?: boolean
}

export interface RefundQueryOptions extends CallOptions {
  /** The order of the refund, where it is known: a channel may keep refunds by their orders. */
  readonly outTradeNo?: string
}

/**
 * Every call resolves only with a verified answer; else it throws ChannelError.
 *
 * Retries happen inside and only where the channel documents that repeating is safe; `createRefund` is sent once (and again
 * only when it certainly never left this machine), because a refund of unknown outcome has to be queried first.
 */
export interface PaymentChannel<Method extends PaymentMethod = WechatMethod> {
  /** Makes an order payable. Where the client brings all that the channel has to know, nothing is called. */
  prepay(method: Method, body: PrepayBody, options?: PrepayOptions): Promise<PrepayResult>
  /** A channel that knows no order before its payer comes tells `NOTPAY` of one that it does not know. */
  queryOrder(outTradeNo: string, options?: CallOptions): Promise<Transaction>
  queryTransaction(transactionId: string, options?: CallOptions): Promise<Transaction>
  closeOrder(outTradeNo: string, options?: CloseOptions): Promise<void>
  /**
   * The bytes that ask for a refund, to be stored before they are sent.
   *
   * @param notifyUrl where the channel tells what became of it; one that refunds at once has no use for it.
   * @throws AppError `invalid_request` for what this channel cannot be asked for.
   */
  refundBody(payment: RefundedPayment, asked: RefundAsked, notifyUrl: string): string
  /** Sends the exact bytes given (UTF-8 of `body`). A channel that refunds at once tells SUCCESS. */
  createRefund(body: string, options?: CallOptions): Promise<ChannelRefund>
  queryRefund(outRefundNo: string, options?: RefundQueryOptions): Promise<ChannelRefund>
  /** Has an abnormal refund paid to a bank card; sent once. Absent: no refund is ever abnormal. */
  readonly applyAbnormalRefund?: (
    application: AbnormalApplication,
    options?: CallOptions,
  ) => Promise<ChannelRefund>
  /** Gives free what profit sharing keeps back; sends the exact text given. Absent: nothing is kept back. */
  readonly unfreeze?: (body: string, options?: CallOptions) => Promise<UnfreezeAnswer>
  /** What profit sharing keeps back of a payment. */
  readonly unsplitAmount?: (transactionId: string, options?: CallOptions) => Promise<Fen>
}
