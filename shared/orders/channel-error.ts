/** One closed union for everything that can go wrong between us and WeChat Pay, with WeChat's own code kept beside it. */

/**
 * - `refused`: WeChat answered, signed or with an error status, that the request had and will have no effect.
 * - `not_found`: WeChat does not know the order, refund or resource (`ORDER_NOT_EXIST`, `RESOURCE_NOT_EXISTS`).
 * - `already_paid`, `order_closed`, `number_used`: refusals that callers treat apart.
 * - `rate_limited`: 429; whether the request was taken is not known for a refund.
 * - `unverifiable`: a 2xx whose signature does not verify: the outcome is unknown, never success.
 * - `timeout`, `network`, `server_error`: the outcome is unknown.
 * - `not_sent`: the request never left this machine (no connection); it had no effect.
 * - `invalid_answer`: a verified 2xx whose content is not what the document says; the outcome is unknown.
 */
export const CHANNEL_ERROR_CODES = [
  'refused',
  'not_found',
  'already_paid',
  'order_closed',
  'number_used',
  'rate_limited',
  'unverifiable',
  'timeout',
  'network',
  'server_error',
  'not_sent',
  'invalid_answer',
] as const
export type ChannelErrorCode = (typeof CHANNEL_ERROR_CODES)[number]

export interface ChannelErrorDetails extends ErrorOptions {
  /** True only when it is certain that the request had no effect. After an earlier attempt of unknown outcome it is false. */
  readonly certain: boolean
  readonly httpStatus?: number | undefined
  /** WeChat's `code` as received, at most 64 characters. */
  readonly wechatCode?: string | undefined
  /** WeChat's `Request-ID` header. */
  readonly requestId?: string | undefined
}

/** A call to WeChat Pay that did not end in a verified success. Holds no body and no header but the request id. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError'
  readonly code: ChannelErrorCode
  readonly certain: boolean
  readonly httpStatus: number | undefined
  readonly wechatCode: string | undefined
  readonly requestId: string | undefined

  constructor(code: ChannelErrorCode, message: string, details: ChannelErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.certain = details.certain
    this.httpStatus = details.httpStatus
    this.wechatCode = details.wechatCode
    this.requestId = details.requestId
  }
}
