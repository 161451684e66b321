/** What a call can end in: the problem of the API, or that none came. */
import type { Problem } from './contract/answers.ts'

/**
 * Beside the codes of the API:
 * - `forbidden`: the credentials may not call it, or are wrong.
 * - `throttled`: too many requests.
 * - `unexpected_answer`: something that is not the API answered.
 * - `unreachable`: no answer, or none in time. The outcome is unknown: repeat the same request, or query.
 */
export type FailureCode = Problem['code'] | 'forbidden' | 'throttled' | 'unexpected_answer' | 'unreachable'

interface Failure extends Partial<Omit<Problem, 'code' | 'type' | 'status'>> {
  readonly code: FailureCode
  readonly status?: number | undefined
  /** How often it was sent. */
  readonly attempts: number
  readonly cause?: unknown
}

/** Branch on `code`, which is stable. Holds no credentials, no URL and no body. */
export class WechatPaymentsError extends Error {
  override readonly name = 'WechatPaymentsError'
  readonly code: FailureCode
  /** Undefined when nothing was answered. */
  readonly status: number | undefined
  /** What happened, in a few words, and in Chinese. */
  readonly title: string | undefined
  readonly title_zh: string | undefined
  /** What to do, and in Chinese. */
  readonly action: string | undefined
  readonly action_zh: string | undefined
  /** Finds the call in the logs of the stack. */
  readonly request_id: string | undefined
  /** Every field that breaks a rule. */
  readonly errors: NonNullable<Problem['errors']>
  /** The code of the payment channel that refused it. */
  readonly channel_code: string | undefined
  /** The same, by its older name. */
  readonly wechat_code: string | undefined
  readonly wechat_request_id: string | undefined
  readonly attempts: number

  constructor(failure: Failure) {
    const { code, title, detail, cause } = failure
    super(detail ?? title ?? code, cause === undefined ? {} : { cause })
    this.code = code
    this.status = failure.status
    this.title = title
    this.title_zh = failure.title_zh
    this.action = failure.action
    this.action_zh = failure.action_zh
    this.request_id = failure.request_id
    this.errors = failure.errors ?? []
    this.channel_code = failure.channel_code
    this.wechat_code = failure.wechat_code
    this.wechat_request_id = failure.wechat_request_id
    this.attempts = failure.attempts
  }
}
