/** Puts fact keys on the fact queue, which wakes settle. */
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { MessageAttributeValue, SQSClient } from '@aws-sdk/client-sqs'
import { currentTrace } from '#shared/ambient-trace.ts'
import { AppError, nameOf } from '#shared/errors.ts'
import { CORRELATION_ATTRIBUTE } from '#shared/facts/dispatcher.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import { REQUEST_ID, TRACEPARENT, traceparentOf } from '#shared/trace.ts'

/** Creates the dispatcher. Fails with AppError `storage_unavailable` when the queue may not have taken the message. */
export function createSqsDispatcher({
  client,
  queueUrl,
}: {
  readonly client: SQSClient
  readonly queueUrl: string
}): Dispatcher {
  return {
    async dispatch(factKey, correlationId) {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify({ fact_key: factKey }),
        MessageAttributes: attributesOf(correlationId),
      })
      try {
        await client.send(command)
      } catch (cause) {
        const told = `the fact queue did not take the message: ${nameOf(cause)}`
        throw new AppError('storage_unavailable', told, { cause })
      }
    },
  }
}

/** Whoever takes the message up goes on with the trace, and names the request in its log. */
function attributesOf(correlationId: string | undefined) {
  const trace = currentTrace()
  const attributes: Record<string, MessageAttributeValue> = {}
  if (correlationId !== undefined) attributes[CORRELATION_ATTRIBUTE] = text(correlationId)
  if (trace !== undefined) attributes[TRACEPARENT] = text(traceparentOf(trace))
  if (trace?.requestId !== undefined) attributes[REQUEST_ID] = text(trace.requestId)
  return attributes
}

function text(StringValue: string): MessageAttributeValue {
  return { DataType: 'String', StringValue }
}
