/** The alarms of a stage, and which of them turn a release back. */
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { AlarmDefinition } from '#infra/watch/definition.ts'
import type { Operation } from '#shared/operations.ts'
import { OperatorAlarm } from './operator-alarm.ts'

export interface AlarmsProps {
  readonly definitions: readonly AlarmDefinition[]
  readonly topicArn: string
}

export class Alarms extends Construct {
  readonly #made: ReadonlyArray<{ readonly alarm: Alarm; readonly turnsBack: readonly Operation[] }>

  constructor(scope: Construct, id: string, { definitions, topicArn }: AlarmsProps) {
    super(scope, id)
    this.#made = definitions.map(({ id: name, turnsBack = [], ...props }) => ({
      alarm: new OperatorAlarm(this, name, { ...props, topicArn }).alarm,
      turnsBack,
    }))
  }

  get all(): readonly Alarm[] {
    return this.#made.map(({ alarm }) => alarm)
  }

  /** Names of the alarms that turn back a release of this operation. */
  turningBack(operation: Operation): readonly string[] {
    return this.#made
      .filter(({ turnsBack }) => turnsBack.includes(operation))
      .map(({ alarm }) => alarm.alarmName)
  }
}
