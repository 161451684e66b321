/** The orders of a stack. What an order of an earlier form does not hold, its facts do. */
import { orderFact } from '#shared/facts/fact.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import type { StackAccess } from './stack-access.ts'

export function stackOrders({
  dynamodb: client,
  tables,
}: Pick<StackAccess, 'dynamodb' | 'tables'>): OrderStore {
  const facts = createDynamoFactStore({ client, tableName: tables.facts })
  return createDynamoOrderStore({
    client,
    tableName: tables.orders,
    readFact: async (key) => orderFact(await facts.get(key)),
  })
}
