/** The topic of events that merchants subscribe their own queues to. */
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'

export interface EventTopicProps {
  readonly key: IKey
  /** Accounts besides this one whose queues and functions may be subscribed. */
  readonly subscriberAccounts: readonly string[]
  /** A topic that is there already, with a policy of its own. @default a new one */
  readonly given?: ITopic | undefined
}

export class EventTopic extends Construct {
  readonly topic: ITopic
  /** What its events are encrypted under. @default a key that needs no grant */
  readonly key: IKey | undefined

  constructor(scope: Construct, id: string, { key, subscriberAccounts, given }: EventTopicProps) {
    super(scope, id)
    if (given !== undefined) {
      this.topic = given
      this.key = given.masterKey
      return
    }
    this.key = key
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
