/** What anybody begins with: three clients of the AWS SDK, bundled and nothing left out, and the calls that a notification or a query needs. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'

const dynamoDb = new DynamoDBClient({})
const secretsManager = new SecretsManagerClient({})
const sqs = new SQSClient({})

interface Asked {
  readonly routeKey: string
}

interface Answer {
  readonly statusCode: number
}

export async function handler({ routeKey }: Asked): Promise<Answer> {
  return routeKey.startsWith('GET ') ? query() : notify()
}

async function query(): Promise<Answer> {
  await dynamoDb.send(new GetItemCommand({ TableName: 'orders', Key: { order_key: { S: 'key' } } }))
  return { statusCode: 200 }
}

async function notify(): Promise<Answer> {
  await Promise.all(
    ['platform-keys', 'apiv3-key'].map((SecretId) =>
      secretsManager.send(new GetSecretValueCommand({ SecretId })),
    ),
  )
  const condition = { ConditionExpression: 'attribute_not_exists(fact_key)' }
  await dynamoDb.send(
    new PutItemCommand({ TableName: 'facts', Item: { fact_key: { S: 'key' } }, ...condition }),
  )
  await sqs.send(
    new SendMessageCommand({ QueueUrl: process.env['FACT_QUEUE_URL'] ?? '', MessageBody: 'key' }),
  )
  return { statusCode: 204 }
}
