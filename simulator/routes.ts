/** The endpoints: paths, methods, what each reads from a request. */
import type { KeyObject } from 'node:crypto'
import { ApiError } from './api-error.ts'
import { readApplication } from './abnormal-refund.ts'
import type { Dialect } from './authorization.ts'
import { listCertificates } from './certificates-answer.ts'
import type { Endpoint } from './endpoints.ts'
import { parseBody } from './field-rules.ts'
import type { Ids } from './ids.ts'
import type { Keys } from './keys.ts'
import type { Operations } from './operations.ts'
import { CLOSE_SCHEMA, PREPAY_SCHEMAS, REFUND_SCHEMA } from './request-schemas.ts'
import type { PaymentMethod, PrepayRequest } from './request-schemas.ts'
import type { Wire } from './views.ts'

export interface Call {
  /** Decoded parameters of the path by name. */
  readonly path: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Uint8Array
  /** `Wechatpay-Serial`: the key of WeChat's that fields are encrypted with. */
  readonly wechatpaySerial: string | undefined
  /** Public key of the merchant certificate that signed the call. */
  readonly merchantKey: KeyObject
}

export interface Route {
  readonly endpoint: Endpoint
  readonly method: 'GET' | 'POST'
  readonly pattern: RegExp
  readonly dialect: Dialect
  /** @returns the body of a 200, or nothing for 204. @throws ApiError */
  readonly handle: (call: Call) => Wire | undefined
}

export interface RoutesDeps {
  readonly mchid: string
  readonly appids: readonly string[]
  readonly operations: Operations
  readonly keys: Keys
  readonly ids: Ids
}

/** Creates the table of endpoints. */
export function createRoutes({ mchid, appids, operations, keys, ids }: RoutesDeps): readonly Route[] {
  function checkMerchant(given: string): void {
    if (given === mchid) return
    const detail = {
      field: '/mchid',
      value: given,
      issue: 'differs from the mchid of Authorization',
      location: 'body',
    }
    throw new ApiError(400, 'PARAM_ERROR', 'http header中的mchid与post payload中的mchid不匹配', { detail })
  }

  function prepay(method: PaymentMethod, body: Uint8Array): Wire {
    const request: PrepayRequest = parseBody(PREPAY_SCHEMAS[method], body)
    checkMerchant(request.mchid)
    if (!appids.includes(request.appid)) {
      throw new ApiError(400, 'APPID_MCHID_NOT_MATCH', '商户号和appid没有绑定关系', { reason: 268445527 })
    }
    return operations.prepay(method, request)
  }

  function checkQuery(query: URLSearchParams): void {
    const given = query.get('mchid')
    if (given === mchid) return
    const issue = given === null ? 'required parameter is missing' : 'differs from the mchid of Authorization'
    const detail = { field: 'mchid', ...(given === null ? {} : { value: given }), issue, location: 'query' }
    throw new ApiError(400, 'PARAM_ERROR', given === null ? '缺少参数mchid' : '商户号与订单不匹配', {
      detail,
      reason: 268447843,
    })
  }

  return [
    ...(['jsapi', 'app', 'h5', 'native'] as const).map((paidBy): Route => ({
      endpoint: 'prepay',
      method: 'POST',
      pattern: new RegExp(`^/v3/pay/transactions/${paidBy}$`),
      dialect: 'transactions',
      handle: ({ body }) => prepay(paidBy, body),
    })),
    {
      endpoint: 'query',
      method: 'GET',
      pattern: /^\/v3\/pay\/transactions\/id\/(?<transaction_id>[^/]+)$/,
      dialect: 'transactions',
      handle({ path, query }) {
        checkQuery(query)
        return operations.queryTransaction(path['transaction_id'] ?? '')
      },
    },
    {
      endpoint: 'query',
      method: 'GET',
      pattern: /^\/v3\/pay\/transactions\/out-trade-no\/(?<out_trade_no>[^/]+)$/,
      dialect: 'transactions',
      handle({ path, query }) {
        checkQuery(query)
        return operations.queryOrder(path['out_trade_no'] ?? '')
      },
    },
    {
      endpoint: 'close',
      method: 'POST',
      pattern: /^\/v3\/pay\/transactions\/out-trade-no\/(?<out_trade_no>[^/]+)\/close$/,
      dialect: 'transactions',
      handle({ path, body }) {
        checkMerchant(parseBody(CLOSE_SCHEMA, body).mchid)
        operations.close(path['out_trade_no'] ?? '')
        return undefined
      },
    },
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
      handle: ({ path }) => operations.queryRefund(path['out_refund_no'] ?? ''),
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
