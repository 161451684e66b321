/** The event that Lambda makes of SQS messages, and what a function may answer about each of them. */
import type { Message } from '@aws-sdk/client-sqs'
import * as v from 'valibot'

export interface EventSourceIdentity {
  readonly queueArn: string
  readonly region: string
}

/** Builds the event: names start in lower case, unlike in SQS itself. */
export function sqsEvent(messages: readonly Message[], { queueArn, region }: EventSourceIdentity): object {
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
          name,
          {
            stringValue: attribute.StringValue,
            binaryValue: attribute.BinaryValue && Buffer.from(attribute.BinaryValue).toString('base64'),
            stringListValues: [],
            binaryListValues: [],
            dataType: attribute.DataType,
          },
        ]),
      ),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  }
}

const BatchResponse = v.nullish(
  v.object({
    batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.pipe(v.string(), v.minLength(1)) }))),
  }),
)

/**
 * Ids of the messages that failed, by the rules of `ReportBatchItemFailures`.
 *
 * @returns undefined when the answer is malformed or names a message that was not in the batch: then all have failed.
 */
export function failedMessageIds(
  payload: string,
  messages: readonly Message[],
): ReadonlySet<string> | undefined {
  const response = v.safeParse(BatchResponse, parse(payload))
  if (!response.success) return undefined
  const failures = response.output?.batchItemFailures ?? []
  const ids = new Set(failures.map(({ itemIdentifier }) => itemIdentifier))
  const known = new Set(messages.map(({ MessageId }) => MessageId))
  return [...ids].every((id) => known.has(id)) ? ids : undefined
}

/** An answer that is not JSON, or is an empty string, counts as one without failures only when it is empty. */
function parse(payload: string): unknown {
  try {
    const value: unknown = JSON.parse(payload)
    return value === '' ? undefined : value
  } catch {
    return payload === '' ? undefined : payload
  }
}
