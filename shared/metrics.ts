/** Metrics in CloudWatch's embedded metric format: log lines that CloudWatch turns into metrics, without a call or a permission. */
import type { Clock } from './clock.ts'

/** Every metric there is, with its unit. Alarms and the dashboard are built from these names. */
const UNITS = {
  NotificationAccepted: 'Count',
  NotificationDuplicate: 'Count',
  NotificationConflict: 'Count',
  NotificationUnverified: 'Count',
  NotificationUnknownSerial: 'Count',
  NotificationProbe: 'Count',
  NotificationUndecryptable: 'Count',
  NotificationRefused: 'Count',
  NotificationNoticed: 'Count',
  NotificationUnexpected: 'Count',
  NotificationHeld: 'Count',
  NotificationForeign: 'Count',
  ClockSkewSeconds: 'Seconds',
  FactApplied: 'Count',
  FactStale: 'Count',
  FactHeld: 'Count',
  FactFailed: 'Count',
  RefundWaits: 'Count',
  ApprovalOverdue: 'Count',
  EventPublished: 'Count',
  RefundAbnormal: 'Count',
  RefundClosed: 'Count',
  RefundsElsewhere: 'Count',
  RefundNoticeUnread: 'Count',
  SweepHeartbeat: 'Count',
  SwitchesOn: 'Count',
  OldestPendingFactSeconds: 'Seconds',
  FactsDispatchedAgain: 'Count',
  OrdersDriven: 'Count',
  OrdersNotDriven: 'Count',
  OrdersUnreadable: 'Count',
  OldestDueRefundUnknownSeconds: 'Seconds',
  OldestDueUnpaidYoungSeconds: 'Seconds',
  OldestDueRefundOpenSeconds: 'Seconds',
  OldestDueLateSeconds: 'Seconds',
  RefundsUnknown: 'Count',
  RefundsSentAgain: 'Count',
  WechatCircuitOpen: 'Count',
  WechatStateUnknown: 'Count',
  PlatformKeyDaysToExpiry: 'None',
  MerchantCertificateDaysToExpiry: 'None',
  RotationCompleted: 'Count',
  ReconciliationFound: 'Count',
  ReconciliationHeld: 'Count',
  ReconciliationCompleted: 'Count',
  ReconciliationOverdueHours: 'None',
} as const

export type MetricName = keyof typeof UNITS
export const METRIC_NAMESPACE = 'WxPay'

export interface Metrics {
  put(name: MetricName, value?: number): void
}

interface MetricsOptions {
  readonly clock: Clock
  /** Takes one line without its newline. */
  readonly write: (line: string) => void
  /** Two stages in one account count apart. */
  readonly stage: string
  readonly functionName: string
}

/** @returns a sink whose only dimensions are the stage and the function, so that the number of metrics stays fixed. */
export function createEmfMetrics({ clock, write, stage, functionName }: MetricsOptions): Metrics {
  return {
    put(name, value = 1) {
      const metrics = [{ Name: name, Unit: UNITS[name] }]
      const cloudWatch = [
        { Namespace: METRIC_NAMESPACE, Dimensions: [['stage', 'function_name']], Metrics: metrics },
      ]
      write(
        JSON.stringify({
          _aws: { Timestamp: clock.now(), CloudWatchMetrics: cloudWatch },
          stage,
          function_name: functionName,
          [name]: value,
        }),
      )
    },
  }
}
