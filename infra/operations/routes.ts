/** The routes of the HTTP API. Callers of merchant routes sign with IAM; WeChat's notifications carry a signature of their own. */
import type { Operation } from './operations.ts'

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly operation: Operation
  /** `notification` routes are open to the world: notify itself verifies every byte. */
  readonly audience: 'merchant' | 'notification'
}

export const NOTIFY_PAYMENT_PATH = '/wechatpay/notify/payment'
export const NOTIFY_REFUND_PATH = '/wechatpay/notify/refund'

export const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/v1/payments', operation: 'prepay', audience: 'merchant' },
  { method: 'GET', path: '/v1/payments/{out_trade_no}', operation: 'query', audience: 'merchant' },
  {
    method: 'GET',
    path: '/v1/payments/transaction/{transaction_id}',
    operation: 'query',
    audience: 'merchant',
  },
  { method: 'POST', path: '/v1/payments/{out_trade_no}/close', operation: 'close', audience: 'merchant' },
  { method: 'POST', path: '/v1/payments/{out_trade_no}/refunds', operation: 'refund', audience: 'merchant' },
  { method: 'POST', path: '/v1/payments/{out_trade_no}/hold', operation: 'hold', audience: 'merchant' },
  { method: 'POST', path: '/v1/payments/{out_trade_no}/release', operation: 'hold', audience: 'merchant' },
  { method: 'GET', path: '/v1/refunds/{out_refund_no}', operation: 'refund', audience: 'merchant' },
  { method: 'POST', path: NOTIFY_PAYMENT_PATH, operation: 'notify', audience: 'notification' },
  { method: 'POST', path: NOTIFY_REFUND_PATH, operation: 'notify', audience: 'notification' },
]
