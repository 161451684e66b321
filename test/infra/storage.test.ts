import { describe, expect, it } from 'vitest'
import { PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { EXPIRY_ATTRIBUTE } from '#shared/stores/fact-item.ts'
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
  ])('%s has the key %s and the one sparse index that its store reads', (name, key, index, Projection) => {
    const { Properties } = tables[name]!
    expect(Properties['KeySchema']).toEqual([{ AttributeName: key, KeyType: 'HASH' }])
    expect(Properties['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: index.name,
        KeySchema: [
          { AttributeName: index.shardAttribute, KeyType: 'HASH' },
          { AttributeName: index.timeAttribute, KeyType: 'RANGE' },
        ],
        Projection,
      },
    ])
    expect(Properties['AttributeDefinitions']).toEqual([
      { AttributeName: key, AttributeType: 'S' },
      { AttributeName: index.shardAttribute, AttributeType: 'S' },
      { AttributeName: index.timeAttribute, AttributeType: 'N' },
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
  it('are three empty shells that outlive the stack', () => {
    expect(Object.keys(secrets)).toEqual(['SecretsMerchantSigning', 'SecretsApiV3Key', 'SecretsPlatformKeys'])
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
