/** Alarms about the comparison of our books with WeChat's bills. */
import type { AlarmDefinition } from './definition.ts'
import type { MetricSources } from './metric-sources.ts'

const HOUR = 60
/** A bill may take some hours; a working day of Beijing is not over by then. */
const LATE_HOURS = 5

export function billAlarms(metrics: MetricSources, teller: string): readonly AlarmDefinition[] {
  return [
    {
      id: 'ReconciliationFound',
      runbook: 'reconciliation-found',
      metric: metrics.own('ReconciliationFound', 'reconcile', { statistic: 'Sum', minutes: HOUR }),
      threshold: 1,
      impact: `The bill of ${teller} and our books differed: a notification and the sweep missed something, or an order is held for a person.`,
      action: 'Run wxpay reconcile diff <day>: it says what differed and what became of it.',
    },
    {
      id: 'ReconciliationLate',
      runbook: 'reconciliation-late',
      metric: metrics.own('ReconciliationOverdueHours', 'reconcile', { statistic: 'Maximum', minutes: HOUR }),
      threshold: LATE_HOURS,
      periods: 2,
      // Each run tells it, also when nothing is due.
      missing: 'broken',
      impact: `A day has not been compared with the bills of ${teller}: what was lost on it stays unknown.`,
      action: 'Run wxpay reconcile show <day>, and read the log of reconcile.',
    },
  ]
}
