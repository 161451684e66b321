import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalDynamoDb, startDynamoDb } from '#local/cloud/dynamodb.ts'
import { testClient } from '#test/stores/engines.ts'

let dynamo: LocalDynamoDb
let client: DynamoDBClient
beforeAll(async () => {
  dynamo = await startDynamoDb()
  client = testClient(dynamo.endpoint)
})
afterAll(async () => {
  client?.destroy()
  await dynamo?.stop()
})

const create = (TableName: string, more: object = {}) =>
  client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
      ...more,
    }),
  )
const described = async (TableName: string) =>
  (await client.send(new DescribeTableCommand({ TableName }))).Table
const remove = (TableName: string) => client.send(new DeleteTableCommand({ TableName }))

describe('a protected table', () => {
  it('is not deleted, as DynamoDB says it, until the protection is taken off', async () => {
    await create('protected', { DeletionProtectionEnabled: true })
    expect((await described('protected'))?.DeletionProtectionEnabled).toBe(true)
    await expect(remove('protected')).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      $metadata: { httpStatusCode: 400 },
    })
    expect((await described('protected'))?.TableStatus).toBe('ACTIVE')

    const { TableDescription } = await client.send(
      new UpdateTableCommand({ TableName: 'protected', DeletionProtectionEnabled: false }),
    )
    expect(TableDescription).toMatchObject({ TableName: 'protected', DeletionProtectionEnabled: false })
    await remove('protected')
    await expect(described('protected')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('can become one later, and an unprotected one says so', async () => {
    await create('later')
    expect((await described('later'))?.DeletionProtectionEnabled).toBe(false)
    await client.send(new UpdateTableCommand({ TableName: 'later', DeletionProtectionEnabled: true }))
    await expect(remove('later')).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('leaves no protection to a table that is not there', async () => {
    await expect(
      client.send(new UpdateTableCommand({ TableName: 'absent', DeletionProtectionEnabled: true })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await create('absent')
    await remove('absent')
  })
})

describe('tags given at creation', () => {
  it('are listed by the ARN that the table describes itself with', async () => {
    const Tags = [
      { Key: 'application', Value: 'wechatpay-lambda' },
      { Key: 'stage', Value: 'dev' },
    ]
    await create('tagged', { Tags })
    const ResourceArn = (await described('tagged'))?.TableArn
    const listed = await client.send(new ListTagsOfResourceCommand({ ResourceArn }))
    expect(listed.Tags).toEqual(Tags)
  })
})
