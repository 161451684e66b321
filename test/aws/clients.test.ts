import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { PublishCommand } from '@aws-sdk/client-sns'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createDynamoDbClient,
  createSecretsManagerClient,
  createSnsClient,
  createSqsClient,
} from '#shared/aws/clients.ts'
import type { ClientOptions } from '#shared/aws/clients.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'

const CALLS: ReadonlyArray<readonly [string, (options: ClientOptions) => Promise<unknown>]> = [
  [
    'DynamoDB',
    (options) =>
      createDynamoDbClient(options).send(new GetItemCommand({ TableName: 't', Key: { k: { S: 'x' } } })),
  ],
  [
    'SQS',
    (options) =>
      createSqsClient(options).send(
        new SendMessageCommand({ QueueUrl: `${options.endpoint}/q`, MessageBody: 'x' }),
      ),
  ],
  [
    'SNS',
    (options) =>
      createSnsClient(options).send(
        new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:0:t', Message: 'x' }),
      ),
  ],
  [
    'Secrets Manager',
    (options) => createSecretsManagerClient(options).send(new GetSecretValueCommand({ SecretId: 's' })),
  ],
]

describe('an AWS client', () => {
  let server: Server
  let requests: number
  let options: ClientOptions
  beforeEach(async () => {
    requests = 0
    // A service that takes requests and never answers.
    server = createServer(() => {
      requests += 1
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    options = {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestTimeoutMs: 50,
    }
  })
  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  it.each(CALLS)('of %s gives up a call that gets no answer, after one more try', async (_service, call) => {
    await expect(call(options)).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(requests).toBe(2)
  })

  it('of DynamoDB that times out is storage that is not available', async () => {
    const store = createDynamoFactStore({ client: createDynamoDbClient(options), tableName: 't' })
    await expect(store.get('x')).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('TimeoutError'),
      cause: expect.any(Error),
    })
  })
})
