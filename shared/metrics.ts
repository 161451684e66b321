/** Metrics in CloudWatch's embedded metric format: log lines that CloudWatch turns into metrics, without a call or a permission. */
import type { Clock } from './clock.ts'
import { lazy } from './lazy.ts'
import type { Counted, Tally } from './tally.ts'

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
  /** Asked at each metric: where it waits for the line that ends the call. @default nowhere: it is a line of its own */
  readonly tally?: () => Tally | undefined
}

/** @returns a sink whose only dimensions are the stage and the function, so that the number of metrics stays fixed. */
export function createEmfMetrics(options: MetricsOptions): Metrics {
  const { clock, write, stage, functionName, tally = () => undefined } = options
  const end = `]}]},"stage":${JSON.stringify(stage)}`
  const form = (counted: Counted) => emfText(clock.now(), counted, end)
  return {
    put(name, value = 1) {
      if (tally()?.add(name, value, form)) return
      write(`{${form([{ name, values: [value] }])},"function_name":"${functionName}"}`)
    },
  }
}

const DIMENSIONS = `,"CloudWatchMetrics":[{"Namespace":"${METRIC_NAMESPACE}","Dimensions":[["stage","function_name"]],"Metrics":[`

/** The members of a JSON object, but for the name of the function: the line of a call has it anyway. */
function emfText(now: number, counted: Counted, end: string): string {
  let directives = ''
  let told = ''
  for (const { name, values } of counted) {
    directives += `${directives === '' ? '' : ','}${directiveByName().get(name) ?? directiveOf(name, 'None')}`
    told += `,"${name}":${valueText(values)}`
  }
  return `"_aws":{"Timestamp":${now}${DIMENSIONS}${directives}${end}${told}`
}

/** Made with the first metric: many a call counts nothing. */
const directiveByName = lazy(
  (): ReadonlyMap<string, string> =>
    new Map(Object.entries(UNITS).map(([name, unit]) => [name, directiveOf(name, unit)])),
)

function directiveOf(name: string, unit: string): string {
  return `{"Name":"${name}","Unit":"${unit}"}`
}

/** Mostly a single 1. */
function valueText(each: readonly number[]): string {
  const [value] = each
  return each.length === 1 && Number.isSafeInteger(value)
    ? String(value)
    : JSON.stringify(each.length === 1 ? value : each)
}
