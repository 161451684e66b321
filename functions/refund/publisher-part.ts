/** The topic: read when there is a first answer to publish, so that no start waits for it. */
import { createSnsClient } from '#shared/aws/sns-client.ts'
import { createSnsPublisher } from '#shared/aws/sns-publisher.ts'
import type { Publisher } from '#shared/events/payment-event.ts'

export function topicPublisher(env: { readonly EVENT_TOPIC_ARN: string }): Publisher {
  return createSnsPublisher({ client: createSnsClient(), topicArn: env.EVENT_TOPIC_ARN })
}
