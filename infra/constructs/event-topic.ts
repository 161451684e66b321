/** The topic of events that merchants subscribe their own queues to. */
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'

export interface EventTopicProps {
  readonly key: IKey
  /** Accounts besides this one whose queues and functions may be subscribed. */
  readonly subscriberAccounts: readonly string[]
}

export class EventTopic extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, { key, subscriberAccounts }: EventTopicProps) {
    super(scope, id)
    this.topic = new Topic(this, 'Events', { enforceSSL: true, masterKey: key })
    if (subscriberAccounts.length > 0) this.#open(subscriberAccounts)
  }

  /** To queues and functions alone: an address of the web could be anybody's. */
  #open(accounts: readonly string[]): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'SubscriberAccounts',
        principals: accounts.map((account) => new AccountPrincipal(account)),
        actions: ['sns:Subscribe'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'sns:Protocol': ['sqs', 'lambda'] } },
      }),
    )
  }
}
