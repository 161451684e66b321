/** The orders. */
import { orderFact } from '#shared/facts/fact.ts'
import { ORDER_FORMS } from '#shared/order-forms.ts'
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import { dynamoDb } from './dynamo-port.ts'
import { factPorts } from './fact-ports.ts'

interface OrderEnvironment {
  readonly ORDERS_TABLE_NAME: string
  readonly FACTS_TABLE_NAME: string
  readonly WXPAY_ORDER_FORM: string
}

/** For functions that read and write orders. What an order of an earlier form does not hold, its facts do. */
export function orderPorts(env: OrderEnvironment) {
  const { facts } = factPorts(env)
  return {
    orders: createDynamoOrderStore({
      client: dynamoDb(),
      tableName: env.ORDERS_TABLE_NAME,
      form: ORDER_FORMS.find((form) => env.WXPAY_ORDER_FORM === String(form)),
      readFact: async (key) => orderFact(await facts.get(key)),
    }),
  }
}
