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
  stored: kind('accepted', 'info', 'NotificationAccepted'),
  duplicate: kind('accepted', 'info', 'NotificationDuplicate'),
  conflict: kind('accepted', 'error', 'NotificationConflict'),
  // About no payment and no refund, and somebody subscribes to its type.
  noticed: kind('accepted', 'info', 'NotificationNoticed'),
  unexpected: kind('accepted', 'warn', 'NotificationUnexpected'),
  // A payment or refund in a form that is not supported.
  held: kind('accepted', 'error', 'NotificationHeld'),
  unverified: kind('unverified', 'warn', 'NotificationUnverified'),
  unknown_serial: kind('unverified', 'warn', 'NotificationUnknownSerial'),
  // WeChat's own probes are expected and must not page anybody.
  probe: kind('unverified', 'info', 'NotificationProbe'),
  undecryptable: kind('unreadable', 'error', 'NotificationUndecryptable'),
  foreign: kind('refused', 'error', 'NotificationForeign'),
  refused: kind('refused', 'error', 'NotificationRefused'),
} as const

interface Kind {
  readonly result: NotifyResult
  readonly level: LogLevel
  readonly metric: MetricName
}

export interface Verdict {
  readonly kind: keyof typeof KINDS
  readonly fields: LogFields
}

/** Logs and counts a verdict. @returns what to answer */
export function report({ kind: name, fields }: Verdict, log: Logger, metrics: Metrics): NotifyResult {
  const { result, level, metric } = KINDS[name]
  metrics.put(metric)
  log.conclude({ level, code: `NOTIFICATION_${name.toUpperCase()}`, fields })
  return result
}

function kind(result: NotifyResult, level: LogLevel, metric: MetricName): Kind {
  return { result, level, metric }
}
