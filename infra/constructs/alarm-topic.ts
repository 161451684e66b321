/** Where alarms go: the topic of the stage's own, or one that is there already. */
import { Aws } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { servicePrincipal } from './service-principal.ts'

export interface AlarmTopicProps {
  readonly key: IKey
  /** A topic that exists already. @default a new one */
  readonly given?: ITopic | undefined
}

export class AlarmTopic extends Construct {
  readonly topic: ITopic

  constructor(scope: Construct, id: string, { key, given }: AlarmTopicProps) {
    super(scope, id)
    this.topic = given ?? this.#newTopic(key)
  }

  #newTopic(key: IKey): Topic {
    // Under the stack's own key: CloudWatch cannot publish to a topic under the one that SNS manages.
    const topic = new Topic(this, 'Alarms', { enforceSSL: true, masterKey: key })
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [servicePrincipal('cloudwatch')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    )
    return topic
  }
}
