/** The topic of events that merchants subscribe their own queues to. */
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Alias } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

export class EventTopic extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.topic = new Topic(this, 'Events', {
      enforceSSL: true,
      masterKey: Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
    })
  }
}
