/** Who may call which routes of the HTTP API: rights on single routes, so that who takes payments cannot refund them. */
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { ROUTES } from '#infra/operations/routes.ts'
import type { MerchantRoute } from '#shared/merchant-routes.ts'
import type { Entries } from '#infra/constructs/entries.ts'

/** `pay`: create, query and close payments. `refund`: refund them. `operate`: what operators decide. */
export type Right = 'pay' | 'refund' | 'operate'

/** Every route of merchants, each with the rights that it belongs to; a new one needs a line here. */
const RIGHTS: Readonly<Record<MerchantRoute, readonly Right[]>> = {
  'POST /v1/payments': ['pay'],
  // Lists show everybody's orders.
  'GET /v1/payments': ['operate'],
  'GET /v1/payments/{out_trade_no}': ['pay', 'refund', 'operate'],
  'GET /v1/payments/transaction/{transaction_id}': ['pay', 'refund', 'operate'],
  'POST /v1/payments/{out_trade_no}/close': ['pay'],
  'POST /v1/payments/{out_trade_no}/unfreeze': ['operate'],
  'POST /v1/payments/{out_trade_no}/refunds': ['refund'],
  'GET /v1/refunds': ['operate'],
  'GET /v1/refunds/{out_refund_no}': ['refund', 'operate'],
  'POST /v1/refunds/{out_refund_no}/abnormal': ['operate'],
  'POST /v1/payments/{out_trade_no}/hold': ['operate'],
  'POST /v1/payments/{out_trade_no}/release': ['operate'],
}

export function grantRight(right: Right, grantee: IGrantable, { merchants }: Entries): Grant {
  const rights = new Map<string, readonly Right[]>(Object.entries(RIGHTS))
  const routes = ROUTES.filter(({ key }) => rights.get(key)?.includes(right))
  return Grant.addToPrincipal({
    grantee,
    actions: ['execute-api:Invoke'],
    resourceArns: routes.map((route) => merchants.arnOf(route, '$default')),
  })
}
