import { describe, expect, it } from 'vitest'
import { PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { EXPIRY_ATTRIBUTE } from '#shared/stores/fact-item.ts'
import { DAY_INDEX } from '#shared/stores/dynamo-day-index.ts'
import { HELD_INDEX } from '#shared/stores/dynamo-order-lists.ts'
import { DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import { resourcesOf, templateOf } from './template.ts'

const template = templateOf()
const tables = resourcesOf(template, 'AWS::DynamoDB::Table')
const secrets = resourcesOf(template, 'AWS::SecretsManager::Secret')

describe('tables', () => {
  it.each(['TablesOrders', 'TablesFacts'])(
    '%s is on demand, encrypted, recoverable and outlives the stack',
    (name) => {
      const table = tables[name]!
      expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
      expect(table.Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
        SSESpecification: { SSEEnabled: true },
      })
    },
  )

  it.each([
    ['TablesOrders', 'order_key', DUE_INDEX, { ProjectionType: 'KEYS_ONLY' }],
    [
      'TablesFacts',
      'fact_key',
      PENDING_INDEX,
      { ProjectionType: 'INCLUDE', NonKeyAttributes: ['received_at'] },
    ],
  ])('%s has the key %s and the sparse index that its store reads', (name, key, index, Projection) => {
    const { Properties } = tables[name]!
    expect(Properties['KeySchema']).toEqual([{ AttributeName: key, KeyType: 'HASH' }])
    expect((Properties['GlobalSecondaryIndexes'] as readonly unknown[])[0]).toEqual({
      IndexName: index.name,
      KeySchema: [
        { AttributeName: index.shardAttribute, KeyType: 'HASH' },
        { AttributeName: index.timeAttribute, KeyType: 'RANGE' },
      ],
      Projection,
    })
    expect((Properties['AttributeDefinitions'] as readonly unknown[]).slice(0, 3)).toEqual([
      { AttributeName: key, AttributeType: 'S' },
      { AttributeName: index.shardAttribute, AttributeType: 'S' },
      { AttributeName: index.timeAttribute, AttributeType: 'N' },
    ])
  })

  it('of orders has the indexes of days and of held orders as well, and that of facts no other', () => {
    const indexesOf = (name: string) =>
      tables[name]!.Properties['GlobalSecondaryIndexes'] as readonly unknown[]
    expect(indexesOf('TablesFacts')).toHaveLength(1)
    expect(indexesOf('TablesOrders').slice(1)).toEqual([
      {
        IndexName: DAY_INDEX.name,
        KeySchema: [
          { AttributeName: DAY_INDEX.shardAttribute, KeyType: 'HASH' },
          { AttributeName: 'order_key', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['billed'] },
      },
      {
        IndexName: HELD_INDEX.name,
        KeySchema: [
          { AttributeName: HELD_INDEX.shardAttribute, KeyType: 'HASH' },
          { AttributeName: 'order_key', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ])
  })

  it('expire by the attribute that the store writes, facts alone', () => {
    expect(tables['TablesFacts']!.Properties['TimeToLiveSpecification']).toEqual({
      AttributeName: EXPIRY_ATTRIBUTE,
      Enabled: true,
    })
    expect(tables['TablesOrders']!.Properties).not.toHaveProperty('TimeToLiveSpecification')
  })

  it('are two', () => {
    expect(Object.keys(tables)).toEqual(['TablesOrders', 'TablesFacts'])
  })
})

describe('secrets', () => {
  it('are four empty shells that outlive the stack', () => {
    expect(Object.keys(secrets)).toEqual([
      'SecretsMerchantSigning',
      'SecretsApiV3Key',
      'SecretsApiV2Key',
      'SecretsPlatformKeys',
    ])
    for (const secret of Object.values(secrets)) {
      expect(secret).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' })
      expect(Object.keys(secret.Properties).sort()).toEqual(['Description', 'KmsKeyId', 'Tags'])
    }
  })
})

describe('names', () => {
  it('are left to CloudFormation, so that a stack can be deployed twice and replaced', () => {
    const naming = /^(?:TableName|QueueName|TopicName|RoleName|LogGroupName|FunctionName|Name)$/
    const invoked = /^AWS::Lambda::(?:Permission|EventSourceMapping|EventInvokeConfig|Alias|Version)$/
    const named = Object.entries(template.Resources)
      .filter(
        ([, { Type, Properties }]) =>
          !invoked.test(Type) && Object.keys(Properties).some((key) => naming.test(key)),
      )
      .map(([, { Type }]) => Type)
    // The name of an HTTP API is a label and need not be unique; the one of its access log holds the id of the stack.
    expect(named).toEqual(['AWS::ApiGatewayV2::Api', 'AWS::Logs::LogGroup'])
  })
})

describe('the bucket of reports', () => {
  const [bucket] = Object.values(resourcesOf(template, 'AWS::S3::Bucket'))

  it('is encrypted, closed to everybody, keeps what is written over, and outlives the stack', () => {
    expect(bucket!.DeletionPolicy).toBe('RetainExceptOnCreate')
    expect(bucket!.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
    })
  })

  it('forgets reports after the days of the stage', () => {
    expect(bucket!.Properties['LifecycleConfiguration']).toMatchObject({
      Rules: [{ ExpirationInDays: 1096, NoncurrentVersionExpiration: { NoncurrentDays: 90 } }],
    })
  })
})
