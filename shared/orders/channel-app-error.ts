/** Says in the API's own error codes what a failed call to WeChat means for the merchant. */
import { AppError } from '#shared/errors.ts'
import type { ErrorCode } from '#shared/errors.ts'
import type { ChannelError, ChannelErrorCode } from './channel-error.ts'

const CODES: Readonly<Record<ChannelErrorCode, ErrorCode>> = {
  refused: 'wechat_refused',
  not_found: 'wechat_refused',
  already_paid: 'order_already_paid',
  order_closed: 'order_closed',
  number_used: 'order_number_used',
  rate_limited: 'wechat_rate_limited',
  unverifiable: 'wechat_unavailable',
  timeout: 'wechat_unavailable',
  network: 'wechat_unavailable',
  server_error: 'wechat_unavailable',
  not_sent: 'wechat_unavailable',
  invalid_answer: 'wechat_unavailable',
}

/** Keeps WeChat's code and request id; WeChat's message stays out, because it can quote what was sent. */
export function appErrorOf(error: ChannelError): AppError {
  // Nothing was sent for want of our own keys: that is what has to be mended, and WeChat has no part in it.
  if (error.certain && error.cause instanceof AppError && error.cause.code === 'key_unavailable')
    return error.cause
  return new AppError(CODES[error.code], undefined, {
    cause: error,
    ...(error.wechatCode === undefined ? {} : { wechatCode: error.wechatCode }),
    ...(error.requestId === undefined ? {} : { wechatRequestId: error.requestId }),
  })
}
