/** Checks request bodies against WeChat's field rules and words the first failure as WeChat does (`PARAM_ERROR`). */
import * as v from 'valibot'
import { ApiError } from './api-error.ts'
import { isPrivateHost } from './loopback.ts'

/** WeChat names fields in its messages; the others go by their JSON name. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  appid: '公众号ID',
  mchid: '商户号',
  description: '商品描述',
  out_trade_no: '商户订单号',
  transaction_id: '微信支付订单号',
  out_refund_no: '商户退款单号',
  notify_url: '通知地址',
  total: '总金额',
  refund: '退款金额',
  currency: '货币类型',
  openid: '用户标识',
  time_expire: '交易结束时间',
}

/** A required string of 1 to `max` characters. */
export function requiredText(max: number): v.GenericSchema<string> {
  return v.pipe(
    v.string(),
    v.check(({ length }) => length > 0, '字符数 0，小于最小值 1'),
    v.check((text) => Array.from(text).length <= max, tooLong(max)),
  )
}

/** An optional string of at most `max` characters. */
export function optionalText(max: number): v.OptionalSchema<v.GenericSchema<string>, undefined> {
  return v.optional(
    v.pipe(
      v.string(),
      v.check((text) => Array.from(text).length <= max, tooLong(max)),
    ),
  )
}

/** A string that matches a pattern as a whole. */
export function patternText(pattern: RegExp): v.GenericSchema<string> {
  return v.pipe(
    v.string(),
    v.check((text) => pattern.test(text), `字符串必须匹配正则表达式“${pattern.source}”`),
  )
}

/** One of a few words. */
export function oneOf(...words: readonly string[]): v.GenericSchema<string> {
  return v.pipe(
    v.string(),
    v.check((text) => words.includes(text), `取值必须为 ${words.join('、')} 之一`),
  )
}

/** A whole number from `least` on. */
export function wholeNumber(least: number): v.GenericSchema<number> {
  return v.pipe(
    v.number(),
    v.safeInteger(),
    v.check((value) => value >= least, `数值必须大于等于 ${least}`),
  )
}

/**
 * `https` with a full path and no query; plain `http` only to this machine, a container or a private network, which is the
 * simulator's one relaxation, so that a merchant's development server can be notified.
 */
export function notifyUrl(max: number): v.GenericSchema<string> {
  return v.pipe(
    v.string(),
    v.check(({ length }) => length > 0 && length <= max, tooLong(max)),
    v.check(isNotifyUrl, '通知地址必须为https的完整路径，不能携带参数'),
  )
}

function isNotifyUrl(text: string): boolean {
  if (!URL.canParse(text) || /[?#\s]/.test(text)) return false
  const { protocol, hostname, username } = new URL(text)
  if (username !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isPrivateHost(hostname))
}

function tooLong(max: number): string {
  return `字符串长度大于最大值 ${max}`
}

/** Parses a JSON body by a schema. @throws ApiError `PARAM_ERROR` naming the first field that breaks a rule. */
export function parseBody<S extends v.GenericSchema>(schema: S, raw: Uint8Array): v.InferOutput<S> {
  const result = v.safeParse(schema, parseJson(raw), { abortEarly: true })
  if (result.success) return result.output
  throw toApiError(result.issues[0])
}

function parseJson(raw: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(raw).toString('utf8'))
  } catch {
    throw new ApiError(400, 'PARAM_ERROR', '请求报文不是合法的JSON', {
      detail: { location: 'body', issue: 'body is not valid JSON' },
    })
  }
}

function toApiError(issue: v.BaseIssue<unknown>): ApiError {
  const keys = (issue.path ?? []).map(({ key }) => String(key))
  const field = `/${keys.join('/')}`
  const name = FIELD_NAMES[keys.at(-1) ?? ''] ?? keys.at(-1) ?? 'body'
  const location = { field, location: 'body' }
  const missing = issue.kind === 'schema' && issue.received === 'undefined'
  if (missing) {
    const detail = { ...location, issue: 'required field is missing' }
    return paramError(`输入源“/body${field}”映射到字段“${name}”必填性规则校验失败，此字段为必填项`, detail)
  }
  if (issue.expected === 'never') {
    return new ApiError(400, 'PARAM_ERROR', '参数中含有非法的额外参数', {
      detail: { ...location, issue: 'field is not defined' },
      reason: 270924358,
    })
  }
  if (issue.kind === 'schema' || issue.type === 'safe_integer') {
    const wanted = wantedType(issue)
    const detail = { ...location, value: issue.input, issue: `expected ${wanted.issue}` }
    return paramError(
      `无法将 JSON 输入源“/body${field}”映射到目标字段“${name}”中，此字段需要一个合法的 ${wanted.words}`,
      detail,
    )
  }
  const detail = { ...location, value: issue.input, issue: issue.message }
  return paramError(`输入源“/body${field}”映射到值字段“${name}”规则校验失败，${issue.message}`, detail)
}

function wantedType({ expected, type }: v.BaseIssue<unknown>): {
  readonly issue: string
  readonly words: string
} {
  if (type === 'safe_integer' || expected === 'number')
    return { issue: 'a 64-bit integer', words: '64 位有符号整数' }
  if (expected === 'boolean') return { issue: 'a boolean', words: '布尔值' }
  if (expected === 'string') return { issue: 'a string', words: '字符串' }
  return {
    issue: expected === 'Array' ? 'an array' : 'an object',
    words: expected === 'Array' ? '数组' : '对象',
  }
}

function paramError(message: string, detail: NonNullable<ApiError['detail']>): ApiError {
  return new ApiError(400, 'PARAM_ERROR', message, { detail, reason: 268435461 })
}
