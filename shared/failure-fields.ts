/** What one log line says about a failure, for whoever is on call: our own code, and who failed us and how. */
import { AppError, namesSettings } from './errors.ts'
import { errorFields } from './log.ts'
import type { LogFields } from './log.ts'

/** Our own code alone, with WeChat's beside it: a refusal needs no more. */
export function refusalFields({ code, wechatCode, wechatRequestId }: AppError): LogFields {
  return {
    error_code: code,
    ...(wechatCode === undefined ? {} : { wechat_code: wechatCode }),
    ...(wechatRequestId === undefined ? {} : { wechat_request_id: wechatRequestId }),
  }
}

/**
 * Our own code says what it means for the caller, the cause says what to mend: `storage_unavailable` may be throttling,
 * a missing permission or a disabled key. Name, place and numbers come from the cause; no message of somebody else's is kept.
 */
export function failureFields(error: unknown): LogFields {
  if (!(error instanceof AppError)) return errorFields(error)
  const { error_code: causeCode, ...cause } = errorFields(error.cause ?? error)
  return {
    ...cause,
    ...(error.cause === undefined || causeCode === undefined ? {} : { cause_code: causeCode }),
    ...refusalFields(error),
    ...(namesSettings(error) ? { reason: error.message } : {}),
  }
}
