/** The ports of lists: they read, and nothing else. */
import { systemClock } from '#shared/clock.ts'
import { orderFact } from '#shared/facts/fact.ts'
import { createDynamoOrderLists } from '#shared/stores/dynamo-order-lists.ts'
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import { dynamoDb } from './dynamo-port.ts'
import { factPorts } from './fact-ports.ts'

interface ListEnvironment {
  readonly ORDERS_TABLE_NAME: string
  readonly FACTS_TABLE_NAME: string
}

/** Of one account. Made once per container; nothing is loaded or connected here. */
export function listPorts(env: ListEnvironment, mchid: string) {
  const { facts } = factPorts(env)
  const table = { client: dynamoDb(), tableName: env.ORDERS_TABLE_NAME }
  return {
    mchid,
    orders: createDynamoOrderStore({ ...table, readFact: async (key) => orderFact(await facts.get(key)) }),
    lists: createDynamoOrderLists({ ...table, mchid }),
    clock: systemClock,
  }
}
