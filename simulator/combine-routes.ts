/** Endpoints of combined payments. */
import { ApiError } from './api-error.ts'
import { COMBINE_CLOSE_SCHEMA, COMBINE_SCHEMAS } from './combine-schemas.ts'
import type { CombineRequest } from './combine-schemas.ts'
import type { CombinedOperations } from './combined-operations.ts'
import { parseBody } from './field-rules.ts'
import { checkAppid, checkMchid } from './merchant-checks.ts'
import type { Merchant } from './merchant-checks.ts'
import type { PaymentMethod } from './request-schemas.ts'
import type { Route } from './route.ts'

const NUMBER = '(?<combine_out_trade_no>[^/]+)'
/** A merchant combines from two to ten orders, a service provider from one to fifty. */
const LEAST = 2
const MOST = 10

/** Creates the endpoints. */
export function createCombineRoutes(merchant: Merchant, operations: CombinedOperations): readonly Route[] {
  const pattern = (rest: string): RegExp => new RegExp(`^/v3/combine-transactions/${rest}$`)

  function readPrepay(method: PaymentMethod, body: Uint8Array): CombineRequest {
    const request: CombineRequest = parseBody(COMBINE_SCHEMAS[method], body)
    checkMchid(merchant, 'combine_mchid', request.combine_mchid)
    checkAppid(merchant, request.combine_appid)
    checkSubOrders(request.sub_orders)
    return request
  }

  return [
    ...(['jsapi', 'app', 'h5', 'native'] as const).map((method): Route => ({
      endpoint: 'prepay',
      method: 'POST',
      pattern: pattern(method),
      dialect: 'transactions',
      handle: ({ body }) => operations.prepay(method, readPrepay(method, body)),
    })),
    {
      endpoint: 'query',
      method: 'GET',
      pattern: pattern(`out-trade-no/${NUMBER}`),
      dialect: 'transactions',
      handle: ({ path }) => operations.query(path['combine_out_trade_no'] ?? ''),
    },
    {
      endpoint: 'close',
      method: 'POST',
      pattern: pattern(`out-trade-no/${NUMBER}/close`),
      dialect: 'transactions',
      handle({ path, body }) {
        operations.close(path['combine_out_trade_no'] ?? '', parseBody(COMBINE_CLOSE_SCHEMA, body))
        return undefined
      },
    },
  ]
}

function checkSubOrders(orders: CombineRequest['sub_orders']): void {
  const ofSubMerchants = orders.filter(({ sub_mchid: sub }) => sub !== undefined).length
  const isProviders = ofSubMerchants > 0
  if (isProviders && ofSubMerchants < orders.length)
    throw refused('服务商合单的每个子单都要有sub_mchid', 'sub_mchid is missing in some')
  if (orders.length === 0 || (!isProviders && (orders.length < LEAST || orders.length > MOST)))
    throw refused('子单数量不符合要求', `a merchant combines ${LEAST} to ${MOST} orders`)
  if (new Set(orders.map(({ out_trade_no: number }) => number)).size < orders.length)
    throw refused('子单商户订单号重复', 'out_trade_no is there twice')
}

function refused(message: string, issue: string): ApiError {
  return new ApiError(400, 'PARAM_ERROR', message, {
    detail: { field: '/sub_orders', issue, location: 'body' },
  })
}
