/** The topic of events that merchants subscribe their own queues to. */
import type { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'

export class EventTopic extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, { key }: { readonly key: Key }) {
    super(scope, id)
    this.topic = new Topic(this, 'Events', { enforceSSL: true, masterKey: key })
  }
}
