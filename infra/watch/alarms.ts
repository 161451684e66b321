/** Every alarm: what it watches, from when on it fires, what is at stake and what to do. The chapters are in docs/runbook.md. */
import { type ChannelName, tellerOf } from '#infra/channels/channels.ts'
import { operationsOf } from '#infra/operations/operations.ts'
import type { Operation } from '#shared/operations.ts'
import { alipayAlarms } from './alarms-of-alipay.ts'
import { channelAlarms } from './alarms-of-channels.ts'
import { billAlarms } from './alarms-of-bills.ts'
import { capacityAlarms } from './alarms-of-capacity.ts'
import { moneyAlarms } from './alarms-of-money.ts'
import { notificationAlarms } from './alarms-of-notifications.ts'
import type { MetricSources } from './metric-sources.ts'
import type { AlarmDefinition, Thresholds } from './definition.ts'

type Alarms = (metrics: MetricSources, thresholds: Thresholds) => readonly AlarmDefinition[]

/** About what each channel tells. */
const OF_CHANNEL: Readonly<Record<ChannelName, Alarms>> = { wechat: notificationAlarms, alipay: alipayAlarms }

/** All alarms of a stage. */
export function alarmDefinitions(
  metrics: MetricSources,
  thresholds: Thresholds,
  channels: readonly ChannelName[],
): readonly AlarmDefinition[] {
  return [
    ...moneyAlarms(metrics, thresholds, tellerOf(channels)),
    ...billAlarms(metrics, tellerOf(channels)),
    ...channelAlarms(metrics, thresholds, channels),
    ...channels.flatMap((name) => OF_CHANNEL[name](metrics, thresholds)),
    ...capacityAlarms(metrics, thresholds, channels),
    ...operationsOf(channels).map((operation) => functionErrors(metrics, operation)),
  ]
}

/** Functions answer what they expect to go wrong; an error is a crash, a time-out, or a job that could not be done. */
function functionErrors(metrics: MetricSources, operation: Operation): AlarmDefinition {
  return {
    id: `FunctionErrors ${operation}`,
    runbook: 'function-errors',
    metric: metrics.lambda('Errors', operation, { statistic: 'Sum', minutes: 1 }),
    threshold: 1,
    impact: `The function ${operation} crashed, timed out or could not do its job.`,
    action: 'Read its log around the alarm; turn the release back if there was one.',
    turnsBack: [operation],
  }
}
