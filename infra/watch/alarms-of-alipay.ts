/** Alarms about the notifications of Alipay, in a stage that has it. */
import type { AlarmDefinition, Thresholds } from './definition.ts'
import type { MetricSources, Reading } from './metric-sources.ts'

const MINUTE: Reading = { statistic: 'Sum', minutes: 1 }
const FIVE_MINUTES: Reading = { statistic: 'Sum', minutes: 5 }

export function alipayAlarms(metrics: MetricSources, thresholds: Thresholds): readonly AlarmDefinition[] {
  const own = (name: Parameters<MetricSources['own']>[0], reading: Reading) =>
    metrics.own(name, 'notify-alipay', reading)
  return [
    {
      id: 'AlipayUnverified',
      runbook: 'alipay-notifications',
      metric: own('NotificationUnverified', MINUTE),
      threshold: thresholds.unverifiedPerMinute,
      impact:
        'Notifications of Alipay do not verify: payments are learned by the sweep alone, minutes later.',
      action: "Compare the key in the secret alipay-keys with Alipay's; then look for somebody who guesses.",
      turnsBack: ['notify-alipay'],
    },
    {
      id: 'AlipayRefused',
      runbook: 'alipay-notifications',
      metric: own('NotificationRefused', FIVE_MINUTES),
      threshold: 1,
      impact: 'Alipay says something that is not taken, and says it again for 25 hours at most.',
      action: 'Read the reason in the log of notify-alipay: another app, or a form that is new.',
      turnsBack: ['notify-alipay'],
    },
    {
      id: 'AlipayConflict',
      runbook: 'alipay-notifications',
      metric: own('NotificationConflict', FIVE_MINUTES),
      threshold: 1,
      impact: 'Alipay told two stories of one payment; the order is held.',
      action: 'Compare both with the merchant portal of Alipay, then release the order.',
    },
  ]
}
