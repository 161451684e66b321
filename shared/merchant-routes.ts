/**
 * Which operation serves which routes of merchants. The table of operations has them from here, so that the client can know where
 * a call goes without what else a stage says of its functions.
 */

/** Method and path as API Gateway names them. */
export type RouteName = `${'GET' | 'POST'} /${string}`

export const ROUTES_OF_MERCHANTS = {
  prepay: ['POST /v1/payments'],
  query: ['GET /v1/payments/{out_trade_no}', 'GET /v1/payments/transaction/{transaction_id}'],
  list: ['GET /v1/payments', 'GET /v1/refunds'],
  close: ['POST /v1/payments/{out_trade_no}/close', 'POST /v1/payments/{out_trade_no}/unfreeze'],
  refund: [
    'POST /v1/payments/{out_trade_no}/refunds',
    'GET /v1/refunds/{out_refund_no}',
    'POST /v1/refunds/{out_refund_no}/abnormal',
  ],
  hold: ['POST /v1/payments/{out_trade_no}/hold', 'POST /v1/payments/{out_trade_no}/release'],
} as const satisfies Readonly<Record<string, readonly RouteName[]>>

/** Those that merchants call. What WeChat, a queue or the clock calls is none of them. */
export type MerchantOperation = keyof typeof ROUTES_OF_MERCHANTS

export type MerchantRoute = (typeof ROUTES_OF_MERCHANTS)[MerchantOperation][number]

export const MERCHANT_OPERATIONS: readonly MerchantOperation[] =
  Object.keys(ROUTES_OF_MERCHANTS).filter(isMerchantOperation)

export function isMerchantOperation(name: string): name is MerchantOperation {
  return Object.hasOwn(ROUTES_OF_MERCHANTS, name)
}
