/** The calls of AWS that one notification must make, and nothing else: what the pipeline is held against. */
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { PublishCommand } from '@aws-sdk/client-sns'
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { createDynamoDbClient, createSnsClient, createSqsClient } from '#shared/aws/clients.ts'
import type { Item } from '#shared/stores/dynamo.ts'

export interface Place {
  readonly region: string
  readonly endpoints: { readonly dynamodb: string; readonly sqs: string; readonly sns: string }
  readonly tables: { readonly orders: string; readonly facts: string }
  /** One of its own: that of the stack has a poller. */
  readonly queueUrl: string
  readonly topicArn: string
}

/** What is written, as the functions write it. */
export interface Written {
  readonly factKey: string
  readonly orderKey: string
  readonly fact: Item
  readonly order: Item
  readonly message: string
  readonly event: string
}

/** As many messages as Lambda hands over at once. */
const BATCH = 10
const LONG_POLL_SECONDS = 2
const LONG_POLL_MS = 10_000
/** A machine that does much else lets a call wait: tried again, a condition would fail on what the first try wrote. */
const CALL_MS = 30_000

export function callsAt({ region, endpoints, tables, queueUrl, topicArn }: Place) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const dynamo = createDynamoDbClient({
    region,
    credentials,
    endpoint: endpoints.dynamodb,
    attemptMs: CALL_MS,
  })
  // A long poll takes longer than any call of a function may.
  const sqs = createSqsClient({ region, credentials, endpoint: endpoints.sqs, attemptMs: LONG_POLL_MS })
  const sns = createSnsClient({ region, credentials, endpoint: endpoints.sns, attemptMs: CALL_MS })

  async function settle({ factKey, orderKey, order, event }: Written): Promise<void> {
    const [fact, own] = [{ fact_key: { S: factKey } }, { order_key: { S: orderKey } }]
    await dynamo.send(new GetItemCommand({ TableName: tables.facts, Key: fact, ConsistentRead: true }))
    await dynamo.send(new GetItemCommand({ TableName: tables.orders, Key: own, ConsistentRead: true }))
    await dynamo.send(
      new PutItemCommand({
        TableName: tables.orders,
        Item: order,
        ConditionExpression: '#version = :previous',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':previous': { N: '1' } },
      }),
    )
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: event }))
    await dynamo.send(
      new UpdateItemCommand({
        TableName: tables.facts,
        Key: fact,
        ConditionExpression: 'attribute_exists(fact_key)',
        UpdateExpression:
          'SET settled_at = if_not_exists(settled_at, :at) REMOVE pending_shard, dispatch_due_at, claim_id, traceparent, caller_request_id',
        ExpressionAttributeValues: { ':at': { N: '1770000000000' } },
      }),
    )
  }

  return {
    async take({ fact, message }: Written): Promise<void> {
      await dynamo.send(
        new PutItemCommand({
          TableName: tables.facts,
          Item: fact,
          ConditionExpression: 'attribute_not_exists(fact_key)',
        }),
      )
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: message }))
    },
    /** Settles a batch side by side, as settle does, and deletes it. @returns how many there were. */
    async settleNext(writtenFor: (message: Message) => Written): Promise<number> {
      const { Messages: messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: BATCH,
          WaitTimeSeconds: LONG_POLL_SECONDS,
        }),
      )
      await Promise.all(messages.map((message) => settle(writtenFor(message))))
      if (messages.length === 0) return 0
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
      return messages.length
    },
  }
}
