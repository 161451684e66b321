/** What functions call is held against what their roles allow: both ways, from a request on the wire to a line of drift. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type AwsCall, awsCallOf } from '#local/cloud/aws-calls.ts'
import { watchRequests } from '#local/cloud/request-log.ts'
import { driftOf, type OperationRight } from '#local/demo/rights.ts'
import { readCloudAssembly } from '#local/template/cloud-assembly.ts'
import { stackIdentity } from '#local/template/local-identity.ts'
import { rightsOf } from '#local/template/role-rights.ts'
import { createTemplateStack } from '#local/template/template-stack.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'

const identity = stackIdentity('wxpay-dev', 'us-east-1')
let server: Server
const answered: Array<AwsCall | undefined> = []
let stop: () => void

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume()
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"__type":"ValidationException"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  stop = watchRequests((request) => {
    if (request.port === port) answered.push(awsCallOf(request, identity))
  })
})
afterAll(() => {
  stop()
  server.close()
})

describe('a call of the SDK', () => {
  const made = async (): Promise<AwsCall | undefined> => {
    await expect.poll(() => answered.length).toBe(1)
    return answered.pop()
  }
  const client = () => ({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'local-settle', secretAccessKey: 'x' },
    maxAttempts: 1,
  })

  it('is told by who signed it, its action and its resource', async () => {
    const query = new QueryCommand({ TableName: 'facts', IndexName: 'pending', KeyConditionExpression: 'a' })
    await new DynamoDBClient(client()).send(query).catch(() => {})
    expect(await made()).toEqual({
      caller: 'local-settle',
      action: 'dynamodb:Query',
      resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/facts/index/pending',
    })
    const secret = new GetSecretValueCommand({ SecretId: 'arn:secret' })
    await new SecretsManagerClient(client()).send(secret).catch(() => {})
    expect(await made()).toMatchObject({ action: 'secretsmanager:GetSecretValue', resource: 'arn:secret' })
    const publish = new PublishCommand({ TopicArn: 'arn:topic', Message: 'Action=Subscribe&TopicArn=other' })
    await new SNSClient(client()).send(publish).catch(() => {})
    expect(await made()).toMatchObject({ action: 'sns:Publish', resource: 'arn:topic' })
    const QueueUrl = `${client().endpoint}/000000000000/facts`
    await new SQSClient(client()).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })).catch(() => {})
    expect(await made()).toMatchObject({
      action: 'sqs:SendMessage',
      resource: 'arn:aws:sqs:us-east-1:000000000000:facts',
    })
  })

  it('is none when nobody signed it', async () => {
    await fetch(client().endpoint, { method: 'POST', body: '{}' })
    expect(await made()).toBeUndefined()
  })
})

describe('the roles of the template', () => {
  it('give each function rights on resources of this machine', async () => {
    const { template } = await readCloudAssembly(await givenAssembly())
    const addresses = { sqsUrl: 'http://127.0.0.1:1', apiUrl: 'http://127.0.0.1:2' }
    const rights = rightsOf(createTemplateStack(template, { identity, addresses }))
    const ofClose = rights.filter(({ functionId }) => functionId.startsWith('CloseFunction'))
    expect(ofClose.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['dynamodb:GetItem', 'dynamodb:PutItem', 'sqs:SendMessage', 'kms:Decrypt']),
    )
    const read = ofClose.filter(({ action }) => action === 'dynamodb:GetItem').map(({ resource }) => resource)
    expect(read).toContainEqual(
      expect.stringMatching(/^arn:aws:dynamodb:us-east-1:000000000000:table\/wxpay-dev-TablesOrders/),
    )
  })
})

describe('drift', () => {
  const right = (action: string, resource: string, operation = 'settle'): OperationRight => ({
    operation,
    action,
    resource,
  })
  const rights = [
    right('dynamodb:GetItem', 'orders'),
    right('sns:Publish', 'topic'),
    right('kms:Decrypt', 'key'),
    right('kms:GenerateDataKey', 'key'),
    right('sqs:ReceiveMessage', 'facts'),
    right('logs:PutLogEvents', 'log'),
  ]
  const calls = [right('dynamodb:GetItem', 'orders'), right('sns:Publish', 'topic')]

  it('is none where all that is called is allowed, and all that is allowed is called', () => {
    expect(driftOf(rights, calls)).toEqual({ missing: [], unused: [] })
  })

  it.each([
    ['an action', right('dynamodb:PutItem', 'orders'), 'settle dynamodb:PutItem orders'],
    ['a resource', right('dynamodb:GetItem', 'facts'), 'settle dynamodb:GetItem facts'],
    ['a function', right('dynamodb:GetItem', 'orders', 'notify'), 'notify dynamodb:GetItem orders'],
  ])('is a call of %s that no role allows', (_, call, line) => {
    expect(driftOf(rights, [...calls, call])).toEqual({ missing: [line], unused: [] })
  })

  it('is a right that nobody uses, and the use of the key that nobody needs', () => {
    expect(driftOf([...rights, right('dynamodb:Scan', 'orders')], calls).unused).toEqual([
      'settle dynamodb:Scan orders',
    ])
    expect(driftOf(rights, calls.slice(0, 1)).unused).toEqual([
      'settle kms:Decrypt',
      'settle kms:GenerateDataKey',
      'settle sns:Publish topic',
    ])
  })

  it('is the key that a service would need', () => {
    const withoutKey = rights.filter(({ action }) => action !== 'kms:GenerateDataKey')
    expect(driftOf(withoutKey, calls).missing).toEqual(['settle kms:GenerateDataKey'])
  })
})
