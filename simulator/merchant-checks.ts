/** Whether a request names the merchant that signed it, and an appid that is bound to it. */
import { ApiError } from './api-error.ts'

export interface Merchant {
  readonly mchid: string
  /** The appids bound to it. */
  readonly appids: readonly string[]
}

const OTHER = 'differs from the mchid of Authorization'

/** @throws ApiError `PARAM_ERROR` when a field of a body names another merchant. */
export function checkMchid({ mchid }: Merchant, field: string, given: string): void {
  if (given === mchid) return
  throw new ApiError(400, 'PARAM_ERROR', 'http header中的mchid与post payload中的mchid不匹配', {
    detail: { field: `/${field}`, value: given, issue: OTHER, location: 'body' },
  })
}

/** @throws ApiError `PARAM_ERROR` when a parameter of a URL is missing or names another merchant. */
export function checkMchidOfQuery({ mchid }: Merchant, name: string, query: URLSearchParams): void {
  const given = query.get(name)
  if (given === mchid) return
  const isMissing = given === null
  const issue = isMissing ? 'required parameter is missing' : OTHER
  throw new ApiError(400, 'PARAM_ERROR', isMissing ? `缺少参数${name}` : '商户号与订单不匹配', {
    detail: { field: name, ...(isMissing ? {} : { value: given }), issue, location: 'query' },
    reason: 268447843,
  })
}

/** @throws ApiError `APPID_MCHID_NOT_MATCH` */
export function checkAppid({ appids }: Merchant, appid: string): void {
  if (appids.includes(appid)) return
  throw new ApiError(400, 'APPID_MCHID_NOT_MATCH', '商户号和appid没有绑定关系', { reason: 268445527 })
}
