/** The client: one method for each route. Amounts are whole fen, names are WeChat's. */
import type { HoldAnswer, Order, OrderList, Payment, Refund, RefundList } from './contract/answers.ts'
import type {
  AbnormalRefundRequest,
  HoldRequest,
  PaymentRequest,
  RefundRequest,
  ReleaseRequest,
  UnfreezeRequest,
} from './contract/requests.ts'
import { createSender } from './call.ts'
import type { Sender } from './call.ts'
import { checkCallOptions, queryOf } from './call-options.ts'
import type { CallOptions, QueryOptions } from './call-options.ts'
import { checkRequest, inPath } from './check-input.ts'
import { listQuery } from './list-query.ts'
import type { PaymentListQuery, RefundListQuery } from './list-query.ts'
import { settingsOf } from './settings.ts'
import type { WechatPaymentsOptions } from './settings.ts'

/**
 * Every method throws a `TypeError` before anything is sent when an argument is wrong, and a `WechatPaymentsError` when the
 * call fails.
 *
 * @example
 * const pay = new WechatPayments({ url: process.env.API_URL, credentials: fromEnvironment })
 * const { code_url } = await pay.createPayment({
 *   channel: 'native', out_trade_no: 'ORDER-0001', description: 'A cup of tea', amount: { total: 100 } })
 */
export class WechatPayments {
  readonly #send: Sender

  constructor(options: WechatPaymentsOptions) {
    this.#send = createSender(settingsOf(options))
  }

  /** The same request again answers the same payment. */
  async createPayment(request: PaymentRequest, options: CallOptions = {}): Promise<Payment> {
    checkRequest('PaymentRequest', request)
    return this.#post('/v1/payments', request, options)
  }

  async queryPayment(out_trade_no: string, options: QueryOptions = {}): Promise<Order> {
    return this.#get(`/v1/payments/${inPath('out_trade_no', out_trade_no)}${queryOf(options)}`, options)
  }

  /** By WeChat's number; always asks WeChat. */
  async queryTransaction(transaction_id: string, options: CallOptions = {}): Promise<Order> {
    checkCallOptions(options)
    return this.#get(`/v1/payments/transaction/${inPath('transaction_id', transaction_id)}`, options)
  }

  /** A page may be short, even empty, and have a `next`: the list ends where there is none. */
  async listPayments(query: PaymentListQuery = {}, options: CallOptions = {}): Promise<OrderList> {
    checkCallOptions(options)
    return this.#get(`/v1/payments${listQuery('PaymentListQuery', query)}`, options)
  }

  /** Refunds that were asked for here, by the day of that. */
  async listRefunds(query: RefundListQuery = {}, options: CallOptions = {}): Promise<RefundList> {
    checkCallOptions(options)
    return this.#get(`/v1/refunds${listQuery('RefundListQuery', query)}`, options)
  }

  async closePayment(out_trade_no: string, options: CallOptions = {}): Promise<Order> {
    return this.#post(`${paymentPath(out_trade_no)}/close`, undefined, options)
  }

  async unfreezePayment(
    out_trade_no: string,
    request: UnfreezeRequest,
    options: CallOptions = {},
  ): Promise<Order> {
    checkRequest('UnfreezeRequest', request)
    return this.#post(`${paymentPath(out_trade_no)}/unfreeze`, request, options)
  }

  /**
   * The same request again answers the same refund. `UNKNOWN` and `REQUESTED` are driven to their end without you: never take
   * a new `out_refund_no` because an answer did not come.
   */
  async createRefund(
    out_trade_no: string,
    request: RefundRequest,
    options: CallOptions = {},
  ): Promise<Refund> {
    checkRequest('RefundRequest', request)
    return this.#post(`${paymentPath(out_trade_no)}/refunds`, request, options)
  }

  async queryRefund(out_refund_no: string, options: QueryOptions = {}): Promise<Refund> {
    return this.#get(`/v1/refunds/${inPath('out_refund_no', out_refund_no)}${queryOf(options)}`, options)
  }

  async payAbnormalRefund(
    out_refund_no: string,
    request: AbnormalRefundRequest,
    options: CallOptions = {},
  ): Promise<Refund> {
    checkRequest('AbnormalRefundRequest', request)
    return this.#post(`/v1/refunds/${inPath('out_refund_no', out_refund_no)}/abnormal`, request, options)
  }

  async holdPayment(
    out_trade_no: string,
    request: HoldRequest,
    options: CallOptions = {},
  ): Promise<HoldAnswer> {
    checkRequest('HoldRequest', request)
    return this.#post(`${paymentPath(out_trade_no)}/hold`, request, options)
  }

  async releaseHold(
    out_trade_no: string,
    request: ReleaseRequest,
    options: CallOptions = {},
  ): Promise<Order> {
    checkRequest('ReleaseRequest', request)
    return this.#post(`${paymentPath(out_trade_no)}/release`, request, options)
  }

  #get<Answer>(path: string, options: CallOptions): Promise<Answer> {
    return this.#send({ method: 'GET', path: pathFor(path, options) }, options)
  }

  #post<Answer>(path: string, body: object | undefined, options: CallOptions): Promise<Answer> {
    checkCallOptions(options)
    return this.#send(
      { method: 'POST', path: pathFor(path, options), ...(body === undefined ? {} : { body }) },
      options,
    )
  }
}

function pathFor(path: string, { provider }: CallOptions): string {
  return provider === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}provider=${provider}`
}

function paymentPath(out_trade_no: string): string {
  return `/v1/payments/${inPath('out_trade_no', out_trade_no)}`
}
