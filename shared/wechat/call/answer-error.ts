/** Reads what WeChat means by an answer that is not a success (protocol of `code`, HTTP status and `Request-ID`). */
import { refusalOf } from './refusals.ts'
import type { Refusal, WechatOperation } from './refusals.ts'
import type { TransportResponse } from '#shared/http/transport.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { fields, parseJson, text } from '#shared/wire-rules.ts'

/** Codes that ask to come later, at whatever status; names without `_`, because WeChat uses both spellings. */
const LATER: ReadonlySet<string> = new Set(['FREQUENCYLIMITED', 'RATELIMITEXCEEDED'])

/** The numeric cause behind the last `-` of `Request-ID`: it tells refusals apart that share INVALID_REQUEST or TRADE_ERROR. */
const CAUSES: ReadonlyMap<string, Refusal> = new Map([
  ['268449538', 'already_paid'],
  ['268498689', 'already_paid'],
  ['268447914', 'order_closed'],
])
/** The number came before, with another request. */
const USED_BEFORE = '268498688'

/** WeChat's codes are names in capitals. */
const ErrorBody = fields({ code: text(64, /^[A-Z][A-Z0-9_]*$/) }, {})

/**
 * Maps a non-2xx answer, or a 202, to an error.
 *
 * Such answers carry no signature. A refusal counts as certain only when it is one that WeChat documents for this
 * operation: anything else may be of any proxy on the way, and tells nothing about the request.
 */
export function answerError(operation: WechatOperation, answer: TransportResponse): ChannelError {
  const parsed = parseJson(ErrorBody, answer.body)
  const wechatCode = parsed.ok ? parsed.value.code : undefined
  const requestId = requestIdOf(answer)
  const code = meaningOf(operation, { status: answer.status, wechatCode, requestId })
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
  readonly status: number
  readonly wechatCode: string | undefined
  readonly requestId: string | undefined
}

function meaningOf(
  operation: WechatOperation,
  { status, wechatCode, requestId }: Clues,
): Refusal | 'rate_limited' | 'server_error' {
  if (status === 429) return 'rate_limited'
  if (wechatCode === undefined || status === 202) return 'server_error'
  if (LATER.has(wechatCode.replaceAll('_', ''))) return 'rate_limited'
  const refusal = refusalOf(operation, { status, code: wechatCode })
  if (refusal !== 'refused') return refusal ?? 'server_error'
  const cause = requestId?.split('-').at(-1) ?? ''
  // For an order that is the end of it; a refund of that number is out, and only a query tells which.
  if (cause === USED_BEFORE) return operation === 'refund' ? 'server_error' : 'number_used'
  return CAUSES.get(cause) ?? 'refused'
}
