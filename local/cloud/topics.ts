/** Creates the template's topics and the subscriptions of queues to them. */
import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import * as v from 'valibot'
import { readProperties, type TemplateStack } from '#local/template/template-stack.ts'
import { TagsProperty } from '#local/template/tags-property.ts'
import { BooleanProperty } from '#local/template/number-property.ts'

const TopicProperties = v.object({ Tags: TagsProperty })

const SubscriptionProperties = v.object({
  TopicArn: v.string(),
  Protocol: v.string(),
  Endpoint: v.optional(v.string()),
  RawMessageDelivery: v.optional(BooleanProperty, false),
  FilterPolicy: v.optional(v.unknown()),
  FilterPolicyScope: v.optional(v.string()),
})

/**
 * Creates topics and queue subscriptions. Subscriptions by e-mail, HTTPS and the like cannot be delivered here.
 *
 * @returns one sentence for each subscription that was left out.
 */
export async function createTopics(stack: TemplateStack, client: SNSClient): Promise<readonly string[]> {
  for (const resource of stack.resources('AWS::SNS::Topic')) {
    const { Tags } = readProperties(resource, TopicProperties)
    const Name = stack.attribute(resource.logicalId, 'TopicName')
    await client.send(new CreateTopicCommand({ Name, Tags }))
  }
  const leftOut: string[] = []
  for (const resource of stack.resources('AWS::SNS::Subscription')) {
    const subscription = readProperties(resource, SubscriptionProperties)
    const { Protocol, TopicArn, Endpoint, RawMessageDelivery, FilterPolicy, FilterPolicyScope } = subscription
    if (Protocol !== 'sqs') {
      leftOut.push(
        `subscription ${resource.logicalId} is left out: SNS delivers to queues only on this machine`,
      )
      continue
    }
    const Attributes: Record<string, string> = { RawMessageDelivery: String(RawMessageDelivery) }
    if (FilterPolicy !== undefined) Attributes['FilterPolicy'] = JSON.stringify(FilterPolicy)
    if (FilterPolicyScope !== undefined) Attributes['FilterPolicyScope'] = FilterPolicyScope
    await client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes }))
  }
  return leftOut
}
