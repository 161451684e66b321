/** The table of endpoints: those of orders, of refunds and of keys. */
import { readApplication } from './abnormal-refund.ts'
import { listCertificates } from './certificates-answer.ts'
import { createDirectMode } from './direct-mode.ts'
import { parseBody } from './field-rules.ts'
import type { Ids } from './ids.ts'
import type { Keys } from './keys.ts'
import type { Merchant } from './merchant-checks.ts'
import type { Operations } from './operations.ts'
import { createOrderRoutes } from './order-routes.ts'
import { createPartnerMode } from './partner-mode.ts'
import { REFUND_SCHEMA } from './request-schemas.ts'
import type { Route } from './route.ts'

export interface RoutesDeps extends Merchant {
  readonly operations: Operations
  readonly keys: Keys
  readonly ids: Ids
}

/** Creates the table of endpoints. */
export function createRoutes({ operations, keys, ids, ...merchant }: RoutesDeps): readonly Route[] {
  return [
    ...createOrderRoutes(createDirectMode(merchant), operations),
    ...createOrderRoutes(createPartnerMode(merchant), operations),
    {
      endpoint: 'refund',
      method: 'POST',
      pattern: /^\/v3\/refund\/domestic\/refunds$/,
      dialect: 'others',
      handle: ({ body }) => operations.refund(parseBody(REFUND_SCHEMA, body)),
    },
    {
      endpoint: 'query_refund',
      method: 'GET',
      pattern: /^\/v3\/refund\/domestic\/refunds\/(?<out_refund_no>[^/]+)$/,
      dialect: 'others',
      handle: ({ path, query }) =>
        operations.queryRefund(path['out_refund_no'] ?? '', query.get('sub_mchid') ?? undefined),
    },
    {
      endpoint: 'abnormal_refund',
      method: 'POST',
      pattern: /^\/v3\/refund\/domestic\/refunds\/(?<refund_id>[^/]+)\/apply-abnormal-refund$/,
      dialect: 'others',
      handle: ({ path, body, wechatpaySerial }) =>
        operations.applyAbnormalRefund(path['refund_id'] ?? '', readApplication(body, keys, wechatpaySerial)),
    },
    {
      endpoint: 'certificates',
      method: 'GET',
      pattern: /^\/v3\/certificates$/,
      dialect: 'others',
      handle: ({ query }) => listCertificates(keys, ids, query.get('algorithm_type')),
    },
  ]
}
