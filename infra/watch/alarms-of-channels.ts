/** Alarms about what payment channels tell, whichever a stage has. */
import { type ChannelName, notifiersOf, tellerOf } from '#infra/channels/channels.ts'
import { operationsOf } from '#infra/operations/operations.ts'
import type { Operation } from '#shared/operations.ts'
import type { AlarmDefinition, Thresholds } from './definition.ts'
import { math, type MetricSources, type Reading } from './metric-sources.ts'

const HALF_HOUR: Reading = { statistic: 'Sum', minutes: 30 }

/** Whoever reads a state in a message of a channel, but for those whose channel has an alarm of its own for it. */
const TOLD_STATES: readonly Operation[] = ['notify', 'query', 'close', 'refund', 'sweep']

export function channelAlarms(
  metrics: MetricSources,
  thresholds: Thresholds,
  channels: readonly ChannelName[],
): readonly AlarmDefinition[] {
  return [silenceAlarm(metrics, thresholds, channels), stateAlarm(metrics, channels)]
}

/** Of all channels together: nobody counts payments by channel. */
function silenceAlarm(
  metrics: MetricSources,
  { silentPayments }: Thresholds,
  channels: readonly ChannelName[],
): AlarmDefinition {
  const told = notifiersOf(channels).flatMap((notifier, index) => {
    const suffix = index === 0 ? '' : String(index)
    return [
      [`taken${suffix}`, metrics.own('NotificationAccepted', notifier, HALF_HOUR)] as const,
      [`again${suffix}`, metrics.own('NotificationDuplicate', notifier, HALF_HOUR)] as const,
    ]
  })
  const sum = told.map(([name]) => `FILL(${name}, 0)`).join(' + ')
  return {
    id: 'NotificationsSilent',
    runbook: 'notifications-silent',
    metric: math(`IF(FILL(payments, 0) >= ${silentPayments} AND ${sum} < 1, 1, 0)`, {
      minutes: HALF_HOUR.minutes,
      label: 'payments but no notification',
      using: { payments: metrics.lambda('Invocations', 'prepay', HALF_HOUR), ...Object.fromEntries(told) },
    }),
    threshold: 1,
    impact:
      'Payments are created and no notification arrives: orders become paid only as the sweep asks for them.',
    action: 'Call the notify URL from outside; check domain, certificate and, in China, the ICP filing.',
  }
}

function stateAlarm(metrics: MetricSources, channels: readonly ChannelName[]): AlarmDefinition {
  const own = operationsOf(channels)
  const told = TOLD_STATES.filter((operation) => own.includes(operation))
  const codes = channels.map((channel) => `${channel.toUpperCase()}_STATE_UNKNOWN`)
  return {
    id: 'WechatStateUnknown',
    runbook: 'wechat-state-unknown',
    metric: metrics.ownOf('WechatStateUnknown', told, { statistic: 'Sum', minutes: 60 }),
    threshold: 1,
    impact: `${tellerOf(channels)} told a state or a way to pay that we do not know: what is in an unknown state stays open until it is taught.`,
    action: `Read ${codes.join(' and ')} in the logs and compare the order with the merchant platform.`,
  }
}
