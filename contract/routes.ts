/** What each route of the merchant API takes and gives; a route that is missing here does not compile. */
import type { ErrorCode } from '#shared/errors.ts'
import type { MerchantRoute } from '#shared/merchant-routes.ts'
import type { AnswerName } from './answers.ts'
import type { QueryName, RequestName } from './requests.ts'

export interface RouteContract {
  /** The name of the client's method. */
  readonly id: string
  readonly summary: string
  readonly request?: RequestName
  /** The query string that is taken. */
  readonly query?: QueryName
  readonly answer: AnswerName
  /** Whether 202 says that the outcome is not known yet. */
  readonly open?: true
  /** Beside those that any route can give. */
  readonly errors: readonly ErrorCode[]
}

/** The codes of any route. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'invalid_request',
  'storage_unavailable',
  'storage_conflict',
  'key_unavailable',
  'deadline_exceeded',
  'config_invalid',
  'internal_error',
]

const BODY: readonly ErrorCode[] = ['unsupported_media_type', 'body_too_large']
const WECHAT: readonly ErrorCode[] = ['wechat_refused', 'wechat_rate_limited', 'wechat_unavailable']

export const MERCHANT_ROUTES: Readonly<Record<MerchantRoute, RouteContract>> = {
  'POST /v1/payments': {
    id: 'createPayment',
    summary: 'Create a payment',
    request: 'PaymentRequest',
    answer: 'Payment',
    errors: [
      ...BODY,
      ...WECHAT,
      'order_number_used',
      'order_already_paid',
      'order_closed',
      'order_held',
      'prepay_paused',
    ],
  },
  'GET /v1/payments': {
    id: 'listPayments',
    summary: 'List orders by state, hold and day',
    query: 'PaymentListQuery',
    answer: 'OrderList',
    errors: [],
  },
  'GET /v1/payments/{out_trade_no}': {
    id: 'queryPayment',
    summary: 'Query an order',
    query: 'RefreshQuery',
    answer: 'Order',
    errors: [...WECHAT, 'order_not_found'],
  },
  'GET /v1/payments/transaction/{transaction_id}': {
    id: 'queryTransaction',
    summary: 'Query an order by the transaction of WeChat',
    query: 'ProviderQuery',
    answer: 'Order',
    errors: [...WECHAT, 'order_not_found'],
  },
  'POST /v1/payments/{out_trade_no}/close': {
    id: 'closePayment',
    summary: 'Close an order',
    query: 'ProviderQuery',
    answer: 'Order',
    errors: [...BODY, ...WECHAT, 'order_not_found', 'order_already_paid', 'order_not_placed'],
  },
  'POST /v1/payments/{out_trade_no}/unfreeze': {
    id: 'unfreezePayment',
    summary: 'Give free what profit sharing keeps back',
    request: 'UnfreezeRequest',
    query: 'ProviderQuery',
    answer: 'Order',
    open: true,
    errors: [
      ...BODY,
      ...WECHAT,
      'order_not_found',
      'order_not_paid',
      'order_held',
      'unfreeze_number_used',
      'operation_not_offered',
    ],
  },
  'POST /v1/payments/{out_trade_no}/refunds': {
    id: 'createRefund',
    summary: 'Refund',
    request: 'RefundRequest',
    query: 'ProviderQuery',
    answer: 'Refund',
    open: true,
    errors: [
      ...BODY,
      ...WECHAT,
      'order_not_found',
      'order_not_paid',
      'order_held',
      'refund_number_used',
      'refund_exceeds_refundable',
      'too_many_refunds',
      'refunds_paused',
    ],
  },
  'GET /v1/refunds': {
    id: 'listRefunds',
    summary: 'List refunds by the day on which they were asked for',
    query: 'RefundListQuery',
    answer: 'RefundList',
    errors: [],
  },
  'GET /v1/refunds/{out_refund_no}': {
    id: 'queryRefund',
    summary: 'Query a refund',
    query: 'RefreshQuery',
    answer: 'Refund',
    errors: [...WECHAT, 'refund_not_found'],
  },
  'POST /v1/refunds/{out_refund_no}/abnormal': {
    id: 'payAbnormalRefund',
    summary: 'Pay an abnormal refund to a bank card',
    request: 'AbnormalRefundRequest',
    query: 'ProviderQuery',
    answer: 'Refund',
    open: true,
    errors: [
      ...BODY,
      ...WECHAT,
      'refund_not_found',
      'refund_not_abnormal',
      'order_held',
      'refunds_paused',
      'operation_not_offered',
    ],
  },
  'POST /v1/payments/{out_trade_no}/hold': {
    id: 'holdPayment',
    summary: 'Hold an order for a person',
    request: 'HoldRequest',
    query: 'ProviderQuery',
    answer: 'HoldAnswer',
    errors: [...BODY, 'order_not_found'],
  },
  'POST /v1/payments/{out_trade_no}/release': {
    id: 'releaseHold',
    summary: 'Decide about a hold',
    request: 'ReleaseRequest',
    query: 'ProviderQuery',
    answer: 'Order',
    errors: [...BODY, 'order_not_found', 'hold_not_found', 'hold_not_acceptable', 'hold_decision_unfit'],
  },
}
