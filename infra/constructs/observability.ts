/** Alarms, the topic they go to, and the dashboard. */
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { alarmDefinitions } from '#infra/watch/alarms.ts'
import { MetricSources, type MetricSubjects } from '#infra/watch/metric-sources.ts'
import type { Stage } from '#infra/stage/stage-settings.ts'
import { AlarmTopic } from './alarm-topic.ts'
import { Alarms } from './alarms.ts'
import { Dashboard } from './dashboard.ts'

export interface ObservabilityProps {
  readonly stage: Stage
  readonly key: IKey
  readonly subjects: MetricSubjects
}

export class Observability extends Construct {
  readonly alarms: Alarms
  readonly dashboard: Dashboard
  readonly topicArn: string

  constructor(scope: Construct, id: string, { stage, key, subjects }: ObservabilityProps) {
    super(scope, id)
    const metrics = new MetricSources(subjects)
    this.topicArn = new AlarmTopic(this, 'AlarmTopic', { key, topicArn: stage.alarmTopicArn }).topic.topicArn
    this.alarms = new Alarms(this, 'Alarms', {
      definitions: alarmDefinitions(metrics, stage.thresholds),
      topicArn: this.topicArn,
    })
    this.dashboard = new Dashboard(this, 'Dashboard', {
      metrics,
      alarms: this.alarms.all,
      stageName: stage.name,
    })
  }
}
