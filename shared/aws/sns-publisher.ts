/** Publishes events to the topic, with the attributes that subscribers may filter by. */
import { PublishCommand } from '@aws-sdk/client-sns'
import type { SNSClient } from '@aws-sdk/client-sns'
import { AppError, nameOf } from '#shared/errors.ts'
import { providedBy } from '#shared/events/payment-event.ts'
import type { PaymentEvent, Publisher } from '#shared/events/payment-event.ts'

/** Creates the publisher. Fails with AppError `storage_unavailable` when the topic may not have taken the event. */
export function createSnsPublisher({
  client,
  topicArn,
}: {
  readonly client: SNSClient
  readonly topicArn: string
}): Publisher {
  return {
    async publish(event, { signal } = {}) {
      const { provider } = providedBy(mchidOf(event))
      const command = new PublishCommand({
        TopicArn: topicArn,
        Message: JSON.stringify(event),
        MessageAttributes: {
          type: attribute(event.type),
          mchid: attribute(mchidOf(event)),
          ...(provider === undefined ? {} : { provider: attribute(provider) }),
          subject: attribute(event.subject),
          // Whoever subscribes to notices wants some types of them.
          ...(event.type === 'notification.received' ? { event_type: attribute(event.data.event_type) } : {}),
        },
      })
      try {
        await client.send(command, signal === undefined ? {} : { abortSignal: signal })
      } catch (cause) {
        const told = `the topic did not take the event: ${nameOf(cause)}`
        throw new AppError('storage_unavailable', told, { cause })
      }
    },
  }
}

function attribute(value: string) {
  return { DataType: 'String', StringValue: value }
}

/** The last part of `/wechatpay/<mchid>`. */
function mchidOf({ source }: PaymentEvent): string {
  return source.slice(source.lastIndexOf('/') + 1)
}
