/** An alarm that says what is at stake and what to do: none can be made without it, and each has its chapter in the runbook. */
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { AlarmDefinition } from '#infra/watch/definition.ts'
import { SnsAlarmAction } from './sns-alarm-action.ts'

export interface OperatorAlarmProps extends Omit<AlarmDefinition, 'id' | 'turnsBack'> {
  /** Whom it tells, also when it is over. */
  readonly topicArn: string
}

const MISSING = {
  fine: TreatMissingData.NOT_BREACHING,
  broken: TreatMissingData.BREACHING,
  unchanged: TreatMissingData.IGNORE,
} as const

export class OperatorAlarm extends Construct {
  readonly alarm: Alarm

  constructor(scope: Construct, id: string, props: OperatorAlarmProps) {
    super(scope, id)
    const { below = false, periods = 1, enough = periods, missing = 'fine' } = props
    this.alarm = new Alarm(this, 'Default', {
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator: below
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      ...(enough === periods ? {} : { datapointsToAlarm: enough }),
      treatMissingData: MISSING[missing],
      alarmDescription: `${props.impact} ${props.action} Runbook: docs/runbook.md#${props.runbook}`,
    })
    const tell = new SnsAlarmAction(props.topicArn)
    this.alarm.addAlarmAction(tell)
    this.alarm.addOkAction(tell)
  }
}
