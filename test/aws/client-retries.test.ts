import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { PublishCommand } from '@aws-sdk/client-sns'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createDynamoDbClient,
  createSecretsManagerClient,
  createSnsClient,
  createSqsClient,
} from '#shared/aws/clients.ts'
import type { ClientOptions } from '#shared/aws/clients.ts'
import { refusalOf } from '#test/support/sdk-errors.ts'

/** How a service writes an error on the wire. */
const asJson = (code: string) => JSON.stringify({ __type: `com.amazonaws#${code}`, message: 'm' })
const asXml = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>`

const SERVICES = {
  dynamodb: {
    wire: asJson,
    call: (options: ClientOptions) =>
      createDynamoDbClient(options).send(new GetItemCommand({ TableName: 't', Key: { k: { S: 'x' } } })),
  },
  sqs: {
    wire: asJson,
    call: (options: ClientOptions) =>
      createSqsClient(options).send(
        new SendMessageCommand({ QueueUrl: `${options.endpoint}/0/q`, MessageBody: 'x' }),
      ),
  },
  sns: {
    wire: asXml,
    call: (options: ClientOptions) =>
      createSnsClient(options).send(
        new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:0:t', Message: 'x' }),
      ),
  },
  secrets: {
    wire: asJson,
    call: (options: ClientOptions) =>
      createSecretsManagerClient(options).send(new GetSecretValueCommand({ SecretId: 's' })),
  },
} as const

type Row = readonly [service: keyof typeof SERVICES, status: number, code: string, name?: string]

/** What passes by itself is tried twice more, soon; the sweep, the queue and WeChat do the rest. */
const REPEATED: readonly Row[] = [
  ['dynamodb', 400, 'ThrottlingException'],
  ['dynamodb', 400, 'ProvisionedThroughputExceededException'],
  ['dynamodb', 400, 'RequestLimitExceeded'],
  ['dynamodb', 500, 'InternalServerError'],
  ['sqs', 400, 'ThrottlingException'],
  ['sqs', 503, 'ServiceUnavailable'],
  ['sns', 400, 'ThrottlingException'],
  ['sns', 500, 'InternalError', 'InternalErrorException'],
  ['dynamodb', 400, 'ReplicatedWriteConflictException'],
  ['sqs', 400, 'RequestThrottled'],
  ['sns', 429, 'Throttled', 'ThrottledException'],
  ['secrets', 400, 'ThrottlingException'],
  ['secrets', 500, 'InternalServiceError'],
]
/**
 * What somebody has to mend fails at once: a repeat would only cost the time that is left. The SDK counts throttling of KMS
 * among them, which is as well: the next driver comes later than a repeat would.
 */
const FINAL: readonly Row[] = [
  ['dynamodb', 400, 'ReplicationInProgress'],
  ['dynamodb', 400, 'ValidationException'],
  ['dynamodb', 400, 'AccessDeniedException'],
  ['dynamodb', 400, 'KMSInvalidStateException'],
  ['dynamodb', 400, 'ExpiredTokenException'],
  ['dynamodb', 400, 'UnrecognizedClientException'],
  ['sqs', 400, 'AccessDeniedException'],
  ['sqs', 400, 'KmsDisabled'],
  ['sqs', 400, 'KmsAccessDenied'],
  ['sqs', 400, 'KmsInvalidState'],
  ['sqs', 400, 'KmsThrottled'],
  ['sns', 403, 'AuthorizationError', 'AuthorizationErrorException'],
  ['sns', 400, 'KMSDisabled', 'KMSDisabledException'],
  ['sns', 400, 'KMSAccessDenied', 'KMSAccessDeniedException'],
  ['sns', 400, 'KMSInvalidState', 'KMSInvalidStateException'],
  ['sns', 400, 'KMSThrottling', 'KMSThrottlingException'],
  ['secrets', 400, 'AccessDeniedException'],
  ['secrets', 400, 'DecryptionFailure'],
  ['secrets', 400, 'ExpiredTokenException'],
]

/** The name that the SDK gives the error. */
const nameIn = ([, , code, name = code]: Row) => name
const titled = (rows: readonly Row[]) =>
  rows.map((row) => [`${row[0]} gets ${row[1]} ${row[2]}`, row] as const)

describe('an AWS client', () => {
  let server: Server
  let requests: number
  let answer: { readonly status: number; readonly body: string }
  let options: ClientOptions
  beforeEach(async () => {
    requests = 0
    server = createServer((request, response) => {
      requests += 1
      request.resume().on('end', () => response.writeHead(answer.status).end(answer.body))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    options = {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }
    // No pause between the tries.
    vi.spyOn(Math, 'random').mockReturnValue(0)
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  const tries = async ([service, status, code]: Row) => {
    const { wire, call } = SERVICES[service]
    answer = { status, body: wire(code) }
    const error = await refusalOf(call(options))
    return { name: error instanceof Error ? error.name : error, requests }
  }

  it.each(titled(REPEATED))('of %s, and tries twice more', async (_, row) => {
    expect(await tries(row)).toEqual({ name: nameIn(row), requests: 3 })
  })

  it.each(titled(FINAL))('of %s, and does not try again', async (_, row) => {
    expect(await tries(row)).toEqual({ name: nameIn(row), requests: 1 })
  })
})
