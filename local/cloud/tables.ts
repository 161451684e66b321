/** Creates the template's tables with their indexes. */
import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { setTimeout as delay } from 'node:timers/promises'
import * as v from 'valibot'
import { BooleanProperty } from '#local/template/number-property.ts'
import { TagsProperty } from '#local/template/tags-property.ts'
import { readProperties, type TemplateStack } from '#local/template/template-stack.ts'

const POLL_MS = 10

const KeySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) }))
const Projection = v.object({
  ProjectionType: v.optional(v.picklist(['ALL', 'KEYS_ONLY', 'INCLUDE'])),
  NonKeyAttributes: v.optional(v.array(v.string())),
})
const Index = v.object({ IndexName: v.string(), KeySchema, Projection })

const Settings = { DeletionProtectionEnabled: v.optional(BooleanProperty, false), Tags: TagsProperty }

const TableProperties = v.object({
  ...Settings,
  AttributeDefinitions: v.array(
    v.object({ AttributeName: v.string(), AttributeType: v.picklist(['S', 'N', 'B']) }),
  ),
  KeySchema,
  GlobalSecondaryIndexes: v.optional(v.array(Index)),
  LocalSecondaryIndexes: v.optional(v.array(Index)),
  /** Of a global table: each replica has settings of its own. */
  Replicas: v.optional(v.array(v.object({ Region: v.string(), ...Settings }))),
})

/**
 * Creates every table of the template, on demand, with its tags and its deletion protection. Encryption, backups and TTL
 * have no meaning for tables that live as long as this process.
 */
export async function createTables(stack: TemplateStack, client: DynamoDBClient): Promise<void> {
  for (const resource of stack.resources('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')) {
    const properties = readProperties(resource, TableProperties)
    const replica = properties.Replicas?.find(({ Region }) => Region === stack.identity.region)
    const { DeletionProtectionEnabled, Tags } = replica ?? properties
    await client.send(
      new CreateTableCommand({
        TableName: resource.ref,
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled,
        Tags,
        AttributeDefinitions: properties.AttributeDefinitions,
        KeySchema: properties.KeySchema,
        GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map(asIndex),
        LocalSecondaryIndexes: properties.LocalSecondaryIndexes?.map(asIndex),
      }),
    )
    await untilActive(client, resource.ref)
  }
}

async function untilActive(client: DynamoDBClient, TableName: string): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }))
    if (Table?.TableStatus === 'ACTIVE') return
    await delay(POLL_MS)
  }
}

function asIndex({ IndexName, KeySchema, Projection }: v.InferOutput<typeof Index>) {
  const { ProjectionType, NonKeyAttributes } = Projection
  return {
    IndexName,
    KeySchema,
    Projection: {
      ...(ProjectionType === undefined ? {} : { ProjectionType }),
      ...(NonKeyAttributes === undefined ? {} : { NonKeyAttributes }),
    },
  }
}
