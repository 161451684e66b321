/** Alarms about the notifications of Alipay, in a stage that has it. */
import type { AlarmDefinition, Thresholds } from './definition.ts'
import { math } from './metric-sources.ts'
import type { MetricSources, Reading } from './metric-sources.ts'

const MINUTE: Reading = { statistic: 'Sum', minutes: 1 }
const HOUR = { statistic: 'Sum', minutes: 60 } as const
const QUARTER: Reading = { statistic: 'Sum', minutes: 15 }
const FIVE_MINUTES = { statistic: 'Sum', minutes: 5 } as const

export function alipayAlarms(metrics: MetricSources, thresholds: Thresholds): readonly AlarmDefinition[] {
  const own = (name: Parameters<MetricSources['own']>[0], reading: Reading) =>
    metrics.own(name, 'notify-alipay', reading)
  return [
    {
      id: 'AlipayLatency',
      runbook: 'notify-latency',
      metric: metrics.lambda('Duration', 'notify-alipay', { statistic: 'p99', minutes: 1 }),
      threshold: thresholds.notifyLatencyMs,
      periods: 3,
      impact: 'Notifications of Alipay are acknowledged slowly; what it stops waiting for it sends again.',
      action: 'Compare the latencies of DynamoDB and SQS and the cold starts of notify-alipay.',
      turnsBack: ['notify-alipay'],
    },
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
      metric: math('FILL(refused, 0) + FILL(held, 0)', {
        minutes: FIVE_MINUTES.minutes,
        label: 'refused or held',
        using: {
          refused: own('NotificationRefused', FIVE_MINUTES),
          held: own('NotificationHeld', FIVE_MINUTES),
        },
      }),
      threshold: 1,
      impact: 'Alipay told something of another app, or in a form that is new: it changes no order.',
      action: 'Read ALIPAY_NOTIFICATION_REFUSED and ALIPAY_NOTIFICATION_HELD in the log of notify-alipay.',
      turnsBack: ['notify-alipay'],
    },
    {
      id: 'AlipayUnknown',
      runbook: 'alipay-notifications',
      metric: math('FILL(types, 0) + FILL(states, 0)', {
        minutes: HOUR.minutes,
        label: 'unknown types and states',
        using: {
          types: own('NotificationUnexpected', HOUR),
          states: own('WechatStateUnknown', HOUR),
        },
      }),
      threshold: 1,
      impact:
        'Alipay told a type or a state that we do not know: it is stored and published; what looks like an end holds its order.',
      action: 'Read ALIPAY_TYPE_UNKNOWN and ALIPAY_STATE_UNKNOWN in the log of notify-alipay.',
    },
    {
      id: 'AlipayConflict',
      runbook: 'alipay-notifications',
      metric: own('NotificationConflict', FIVE_MINUTES),
      threshold: 1,
      impact: 'Alipay told two stories of one payment; the order is held.',
      action: 'Compare both with the merchant portal of Alipay, then release the order.',
    },
    {
      id: 'AlipayRefundsUnread',
      runbook: 'alipay-refunds-unread',
      metric: own('RefundNoticeUnread', QUARTER),
      // A question that fails once is asked again by the sweep.
      threshold: 3,
      impact:
        'Refunds are told whose amounts Alipay does not say when it is asked: those of others hold their orders, and the books lack them.',
      action: 'Read ALIPAY_REFUND_NOT_ASKED in the log of notify-alipay; look whether Alipay answers at all.',
    },
  ]
}
