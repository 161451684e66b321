/** Reads what WeChat means by an answer that is not a success (protocol of `code`, HTTP status and `Request-ID`). */
import type { TransportResponse } from './transport.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { ChannelErrorCode } from '#shared/orders/channel-error.ts'
import { fields, parseJson, text } from '#shared/wechat/wire-format.ts'

/** Codes that mean more than their HTTP status; names without `_`, because WeChat uses both spellings. */
const MEANINGS: ReadonlyMap<string, ChannelErrorCode> = new Map([
  ['RESOURCENOTEXISTS', 'not_found'],
  ['ORDERNOTEXIST', 'not_found'],
  ['ORDERPAID', 'already_paid'],
  ['ORDERCLOSED', 'order_closed'],
  ['OUTTRADENOUSED', 'number_used'],
  ['FREQUENCYLIMITED', 'rate_limited'],
  ['RATELIMITEXCEEDED', 'rate_limited'],
  ['SYSTEMERROR', 'server_error'],
  ['BANKERROR', 'server_error'],
  ['BIZERRNEEDRETRY', 'server_error'],
  ['SERVICEUNAVAILABLE', 'server_error'],
  // Plain refusals in spite of their status 500.
  ['OPENIDMISMATCH', 'refused'],
  ['INVALIDTRANSACTIONID', 'refused'],
])

/** The numeric cause behind the last `-` of `Request-ID`: it tells refusals apart that share INVALID_REQUEST or TRADE_ERROR. */
const CAUSES: ReadonlyMap<string, ChannelErrorCode> = new Map([
  ['268449538', 'already_paid'],
  ['268498689', 'already_paid'],
  ['268447914', 'order_closed'],
  ['268498688', 'number_used'],
])

/** A gateway's `{"code":"403"}` is not WeChat's: its codes are names in capitals. */
const ErrorBody = fields({ code: text(64, /^[A-Z][A-Z0-9_]*$/) }, {})

/**
 * Maps a non-2xx answer, or a 202, to an error.
 *
 * Such answers carry no signature. A refusal counts as certain only when it comes in WeChat's own form: an empty or
 * foreign 4xx may be of any proxy on the way, and tells nothing about the request.
 */
export function answerError(answer: TransportResponse): ChannelError {
  const parsed = parseJson(ErrorBody, answer.body)
  const wechatCode = parsed.ok ? parsed.value.code : undefined
  const requestId = requestIdOf(answer)
  const code = meaningOf(answer.status, { wechatCode, requestId })
  return new ChannelError(code, `WeChat answered ${answer.status} ${wechatCode ?? 'without a code'}`, {
    certain: code !== 'server_error' && code !== 'rate_limited',
    httpStatus: answer.status,
    wechatCode,
    requestId,
  })
}

/** WeChat's `Request-ID`, if it looks like one. */
export function requestIdOf({ headers }: Pick<TransportResponse, 'headers'>): string | undefined {
  const value = headers['request-id']
  return typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined
}

interface Clues {
  readonly wechatCode: string | undefined
  readonly requestId: string | undefined
}

function meaningOf(status: number, { wechatCode, requestId }: Clues): ChannelErrorCode {
  if (status === 429) return 'rate_limited'
  if (wechatCode === undefined || status === 202) return 'server_error'
  const known = MEANINGS.get(wechatCode.replaceAll('_', ''))
  if (known !== undefined) return known
  if (status < 400 || status >= 500) return 'server_error'
  return CAUSES.get(requestId?.split('-').at(-1) ?? '') ?? 'refused'
}
