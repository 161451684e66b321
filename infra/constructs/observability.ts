/** Alarms, the topic they go to, and the dashboard. */
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { ChannelName } from '#infra/channels/channels.ts'
import { alarmDefinitions } from '#infra/watch/alarms.ts'
import { MetricSources, type MetricSubjects } from '#infra/watch/metric-sources.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'
import { AlarmTopic } from './alarm-topic.ts'
import { Alarms } from './alarms.ts'
import { Dashboard } from './dashboard.ts'

export interface ObservabilityProps {
  readonly stage: Pick<SystemSettings, 'name' | 'thresholds'>
  readonly channels: readonly ChannelName[]
  readonly key: IKey
  readonly subjects: MetricSubjects
  /** A topic for the alarms that is there already. @default a new one */
  readonly alarmTopic?: ITopic | undefined
}

export class Observability extends Construct {
  readonly alarms: Alarms
  readonly dashboard: Dashboard
  readonly metrics: MetricSources
  readonly topic: ITopic

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id)
    const { stage, channels, key, subjects, alarmTopic } = props
    this.metrics = new MetricSources(subjects)
    this.topic = new AlarmTopic(this, 'AlarmTopic', { key, given: alarmTopic }).topic
    this.alarms = new Alarms(this, 'Alarms', {
      definitions: alarmDefinitions(this.metrics, stage.thresholds, channels),
      topicArn: this.topic.topicArn,
    })
    this.dashboard = new Dashboard(this, 'Dashboard', {
      metrics: this.metrics,
      alarms: this.alarms.all,
      stageName: stage.name,
      channels,
    })
  }
}
