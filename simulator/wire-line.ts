/** One line of what went over the wire: a request with its answer, or a notification with what it met; for people who watch. */
import { HOST_NOT_ALLOWED } from './notifier.ts'
import type { Attempt, Delivery } from './notifier.ts'
import type { LoggedRequest, Verdict } from './request-log.ts'

export interface WireLine {
  /** Counts up by one. */
  readonly id: number
  /** When it began, epoch ms. */
  readonly at: number
  /** `in`: WeChat got a request, and answered. `out`: WeChat sent a notification, and was answered. */
  readonly direction: 'in' | 'out'
  readonly method: string
  /** Without what a query hides in it, and without anybody's openid. */
  readonly url: string
  /** Null when there was no answer. */
  readonly status: number | null
  readonly duration_ms: number
  readonly verdict: Verdict | 'not_sent'
  /** Why it was refused, or got no answer, in a sentence. */
  readonly reason?: string
  /** WeChat's code of a refusal. */
  readonly code?: string
  readonly event_type?: string
  readonly out_trade_no?: string
  readonly out_refund_no?: string
  readonly faults: readonly string[]
  /** For `GET /_control/requests/{id}`. */
  readonly request_id?: number
  /** For `POST /_control/notifications/resend`. */
  readonly notification_id?: string
}

/** A line that has no number yet. */
export type Unnumbered = Omit<WireLine, 'id'>

/** A request that is over. */
export function lineOfRequest(entry: LoggedRequest): Unnumbered {
  const { at, method, url, status, duration_ms, verdict, code, faults, out_trade_no, out_refund_no, id } =
    entry
  const reason = reasonOfRequest(entry)
  return {
    at,
    direction: 'in',
    method,
    url: maskedUrl(url),
    status,
    duration_ms,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    ...(code === undefined ? {} : { code }),
    ...(out_trade_no === undefined ? {} : { out_trade_no }),
    ...(out_refund_no === undefined ? {} : { out_refund_no }),
    faults,
    request_id: id,
  }
}

/** An attempt to notify that is over. */
export function lineOfAttempt(delivery: Delivery, attempt: Attempt): Unnumbered {
  const { id, url, event_type, out_trade_no, out_refund_no } = delivery
  const { at, status = null, duration_ms, faults } = attempt
  const reason = reasonOfAttempt(url, attempt)
  return {
    at,
    direction: 'out',
    method: 'POST',
    url: maskedUrl(url),
    status,
    duration_ms,
    verdict: verdictOfAttempt(attempt),
    ...(reason === undefined ? {} : { reason }),
    event_type,
    ...(out_trade_no === undefined ? {} : { out_trade_no }),
    ...(out_refund_no === undefined ? {} : { out_refund_no }),
    faults,
    notification_id: id,
  }
}

/** Why WeChat refused a request, where it did; `undefined` for one that it took. */
export function reasonOfRequest(entry: LoggedRequest): string | undefined {
  const { verdict, message, problem, differs_at: at } = entry
  if (verdict === 'ok') return undefined
  if (verdict === 'no_answer') return 'the connection ended without an answer'
  if (verdict === 'no_such_endpoint') return 'no such endpoint'
  if (verdict === 'not_simulated') return problem ?? 'not simulated'
  return problem === undefined || at === undefined
    ? (problem ?? message)
    : `${problem}, line ${at.line}, column ${at.column}`
}

/** Why an attempt to notify failed, where it did. */
export function reasonOfAttempt(url: string, { status, error }: Attempt): string | undefined {
  if (error === HOST_NOT_ALLOWED) {
    const { hostname } = new URL(url)
    return `not sent: ${hostname} is not this machine; --allow-notify-host ${hostname} allows it`
  }
  if (error !== undefined) return error
  return isTaken(status) ? undefined : `the merchant answered ${status}; WeChat takes 200 and 204 alone`
}

function verdictOfAttempt({ status, error }: Attempt): WireLine['verdict'] {
  if (error === HOST_NOT_ALLOWED) return 'not_sent'
  if (status === undefined) return 'no_answer'
  return isTaken(status) ? 'ok' : 'refused'
}

function isTaken(status: number | undefined): boolean {
  return status === 200 || status === 204
}

/** Names in a query that tell nothing but which merchant and which bill. */
const SHOWN = /^(?:(?:sp_|sub_|combine_)?mchid|bill_date|bill_type|account_type|tar_type|algorithm_type)$/
const OPENID = /\bo[\w-]{27}\b/g

function maskedUrl(url: string): string {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const masked = path.replaceAll(OPENID, '***')
  return mark < 0
    ? masked
    : `${masked}?${url
        .slice(mark + 1)
        .split('&')
        .map(maskedField)
        .join('&')}`
}

function maskedField(field: string): string {
  const [name = ''] = field.split('=')
  if (SHOWN.test(name)) return field
  return field === name ? '***' : `${name}=***`
}
