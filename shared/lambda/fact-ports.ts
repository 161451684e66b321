/** The facts. */
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { dynamoDb } from './dynamo-port.ts'

/** For functions that read facts. */
export function factPorts(env: { readonly FACTS_TABLE_NAME: string }) {
  return { facts: createDynamoFactStore({ client: dynamoDb(), tableName: env.FACTS_TABLE_NAME }) }
}
