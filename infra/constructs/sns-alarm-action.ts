/** Sends an alarm to a topic by its ARN. */
import type { AlarmActionConfig, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch'

export class SnsAlarmAction implements IAlarmAction {
  readonly #topicArn: string

  constructor(topicArn: string) {
    this.#topicArn = topicArn
  }

  bind(): AlarmActionConfig {
    return { alarmActionArn: this.#topicArn }
  }
}
