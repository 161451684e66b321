/** What notify decided about a delivery, and how each decision is answered, logged and counted. */
import type { LogFields, Logger, LogLevel } from '#shared/log.ts'
import type { MetricName, Metrics } from '#shared/metrics.ts'

/**
 * - `accepted`: durable and dispatched (204).
 * - `unverified`: 401, always the same. - `unreadable`: authentic, not decryptable with our keys (503: WeChat repeats
 *   while the operator mends the key). - `refused`: authentic, but not what the route or this merchant takes (400).
 */
export type NotifyResult = 'accepted' | 'unverified' | 'unreadable' | 'refused'

const KINDS = {
  stored: kind('NOTIFICATION_STORED', 'accepted', 'info', 'NotificationAccepted'),
  duplicate: kind('NOTIFICATION_DUPLICATE', 'accepted', 'info', 'NotificationDuplicate'),
  conflict: kind('NOTIFICATION_CONFLICT', 'accepted', 'error', 'NotificationConflict'),
  // About no payment and no refund, and somebody subscribes to its type.
  noticed: kind('NOTIFICATION_NOTICED', 'accepted', 'info', 'NotificationNoticed'),
  unexpected: kind('NOTIFICATION_UNEXPECTED', 'accepted', 'warn', 'NotificationUnexpected'),
  // A payment or refund in a form that is not supported.
  held: kind('NOTIFICATION_HELD', 'accepted', 'error', 'NotificationHeld'),
  unverified: kind('NOTIFICATION_UNVERIFIED', 'unverified', 'warn', 'NotificationUnverified'),
  unknown_serial: kind('NOTIFICATION_UNKNOWN_SERIAL', 'unverified', 'warn', 'NotificationUnknownSerial'),
  // WeChat's own probes are expected and must not page anybody.
  probe: kind('NOTIFICATION_PROBE', 'unverified', 'info', 'NotificationProbe'),
  undecryptable: kind('NOTIFICATION_UNDECRYPTABLE', 'unreadable', 'error', 'NotificationUndecryptable'),
  foreign: kind('NOTIFICATION_FOREIGN', 'refused', 'error', 'NotificationForeign'),
  refused: kind('NOTIFICATION_REFUSED', 'refused', 'error', 'NotificationRefused'),
} as const

interface Kind {
  readonly code: string
  readonly result: NotifyResult
  readonly level: LogLevel
  readonly metric: MetricName
}

export interface Verdict {
  readonly kind: keyof typeof KINDS
  /** Which notification it was, where it is known. */
  readonly about?: LogFields
  readonly fields: LogFields
}

/** Logs and counts a verdict. @returns what to answer */
export function report({ kind: name, about, fields }: Verdict, log: Logger, metrics: Metrics): NotifyResult {
  const { code, result, level, metric } = KINDS[name]
  metrics.put(metric)
  log.conclude({ level, code, about, fields })
  return result
}

function kind(code: string, result: NotifyResult, level: LogLevel, metric: MetricName): Kind {
  return { code, result, level, metric }
}
