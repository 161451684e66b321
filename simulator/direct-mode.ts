/** Orders that a merchant places for itself (doc merchant/4012791856 and siblings). */
import { parseBody } from './field-rules.ts'
import { checkAppid, checkMchid, checkMchidOfQuery } from './merchant-checks.ts'
import type { Merchant } from './merchant-checks.ts'
import type { Mode } from './mode.ts'
import { CLOSE_SCHEMA, PREPAY_SCHEMAS } from './request-schemas.ts'
import type { PrepayRequest } from './request-schemas.ts'

/** The direct merchant's form of prepay, query and close. */
export function createDirectMode(merchant: Merchant): Mode {
  return {
    base: '/v3/pay/transactions',
    readPrepay(method, body) {
      const request: PrepayRequest = parseBody(PREPAY_SCHEMAS[method], body)
      checkMchid(merchant, 'mchid', request.mchid)
      checkAppid(merchant, request.appid)
      return request
    },
    ownerOfQuery(query) {
      checkMchidOfQuery(merchant, 'mchid', query)
      return undefined
    },
    ownerOfClose(body) {
      checkMchid(merchant, 'mchid', parseBody(CLOSE_SCHEMA, body).mchid)
      return undefined
    },
  }
}
