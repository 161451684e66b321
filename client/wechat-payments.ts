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
import { checkRequest, numberOf } from './check-input.ts'
import { listQuery } from './list-query.ts'
import type { PaymentListQuery, RefundListQuery } from './list-query.ts'
import { settingsOf } from './checked-settings.ts'
import type { WechatPaymentsOptions } from './settings.ts'
import type { Call } from './way.ts'

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
  readonly #sender: Sender

  constructor(options: WechatPaymentsOptions) {
    this.#sender = createSender(settingsOf(options))
  }

  /** The same request again answers the same payment. */
  async createPayment(request: PaymentRequest, options: CallOptions = {}): Promise<Payment> {
    checkRequest('PaymentRequest', request)
    return this.#call({ route: 'POST /v1/payments', body: request }, options)
  }

  async queryPayment(out_trade_no: string, options: QueryOptions = {}): Promise<Order> {
    const numbers = numberOf('out_trade_no', out_trade_no)
    const query = queryOf(options)
    return this.#send({ route: 'GET /v1/payments/{out_trade_no}', numbers, query }, options)
  }

  /** By WeChat's number; always asks WeChat. */
  async queryTransaction(transaction_id: string, options: CallOptions = {}): Promise<Order> {
    const numbers = numberOf('transaction_id', transaction_id)
    return this.#call({ route: 'GET /v1/payments/transaction/{transaction_id}', numbers }, options)
  }

  /** A page may be short, even empty, and have a `next`: the list ends where there is none. */
  async listPayments(query: PaymentListQuery = {}, options: CallOptions = {}): Promise<OrderList> {
    return this.#call({ route: 'GET /v1/payments', query: listQuery('PaymentListQuery', query) }, options)
  }

  /** Refunds that were asked for here, by the day of that. */
  async listRefunds(query: RefundListQuery = {}, options: CallOptions = {}): Promise<RefundList> {
    return this.#call({ route: 'GET /v1/refunds', query: listQuery('RefundListQuery', query) }, options)
  }

  async closePayment(out_trade_no: string, options: CallOptions = {}): Promise<Order> {
    const numbers = numberOf('out_trade_no', out_trade_no)
    return this.#call({ route: 'POST /v1/payments/{out_trade_no}/close', numbers }, options)
  }

  async unfreezePayment(
    out_trade_no: string,
    request: UnfreezeRequest,
    options: CallOptions = {},
  ): Promise<Order> {
    checkRequest('UnfreezeRequest', request)
    const numbers = numberOf('out_trade_no', out_trade_no)
    return this.#call({ route: 'POST /v1/payments/{out_trade_no}/unfreeze', numbers, body: request }, options)
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
    const numbers = numberOf('out_trade_no', out_trade_no)
    return this.#call({ route: 'POST /v1/payments/{out_trade_no}/refunds', numbers, body: request }, options)
  }

  async queryRefund(out_refund_no: string, options: QueryOptions = {}): Promise<Refund> {
    const numbers = numberOf('out_refund_no', out_refund_no)
    const query = queryOf(options)
    return this.#send({ route: 'GET /v1/refunds/{out_refund_no}', numbers, query }, options)
  }

  async payAbnormalRefund(
    out_refund_no: string,
    request: AbnormalRefundRequest,
    options: CallOptions = {},
  ): Promise<Refund> {
    checkRequest('AbnormalRefundRequest', request)
    const numbers = numberOf('out_refund_no', out_refund_no)
    return this.#call({ route: 'POST /v1/refunds/{out_refund_no}/abnormal', numbers, body: request }, options)
  }

  async holdPayment(
    out_trade_no: string,
    request: HoldRequest,
    options: CallOptions = {},
  ): Promise<HoldAnswer> {
    checkRequest('HoldRequest', request)
    const numbers = numberOf('out_trade_no', out_trade_no)
    return this.#call({ route: 'POST /v1/payments/{out_trade_no}/hold', numbers, body: request }, options)
  }

  async releaseHold(
    out_trade_no: string,
    request: ReleaseRequest,
    options: CallOptions = {},
  ): Promise<Order> {
    checkRequest('ReleaseRequest', request)
    const numbers = numberOf('out_trade_no', out_trade_no)
    return this.#call({ route: 'POST /v1/payments/{out_trade_no}/release', numbers, body: request }, options)
  }

  /** With the options of any call. */
  #call<Answer>(call: Call, options: CallOptions): Promise<Answer> {
    checkCallOptions(options)
    return this.#send(call, options)
  }

  #send<Answer>({ query = {}, ...call }: Call, options: CallOptions): Promise<Answer> {
    const { provider } = options
    const asked = provider === undefined ? query : { ...query, provider }
    return this.#sender({ ...call, query: asked }, options)
  }
}
