/** Finds an order by any number that somebody has of it, and what is stored of it beside. */
import {
  REFUND_FACT_STATES,
  formatFactKey,
  PAYMENT_FACT_STATES,
  paymentFactKey,
  refundFactKey,
} from '#shared/facts/fact-key.ts'
import type { StoredFact } from '#shared/facts/fact.ts'
import { ownFacts } from '#cli/stack/own-facts.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import type { Provider } from '#shared/providers.ts'
import { type Account, accountOf } from './accounts.ts'
import { callApi } from './api-client.ts'
import type { StackAccess } from './stack-access.ts'
import { stackOrders } from './stack-orders.ts'
import { CliError } from '#cli/terminal/cli-error.ts'

const AT_ONCE = 16
/** The channel's own numbers of payments. */
const TRANSACTION_ID = /^\d{20,32}$/
const ORDER_NUMBER = /^[0-9A-Za-z_\-|*]{6,32}$/
const REFUND_NUMBER = /^[0-9A-Za-z_\-|*@]{1,64}$/

/** @param account whose number it is; without it WeChat Pay's, or the only one of the stack.
 * @returns undefined when no order, refund or payment of it has the number. */
export async function findOrder(
  stack: StackAccess,
  number: string,
  { provider, mchid }: Account = accountOf(stack),
): Promise<Order | undefined> {
  const orders = stackOrders(stack)
  if (!REFUND_NUMBER.test(number)) return undefined
  const own = ORDER_NUMBER.test(number) ? await orders.get(orderKey(mchid, number)) : undefined
  if (own !== undefined) return own
  const ofRefund = await orders.findByRefundNumber(mchid, number)
  if (ofRefund !== undefined) return orders.get(ofRefund)
  const named = TRANSACTION_ID.test(number) ? await orderNumberOf(stack, number, provider) : undefined
  return named === undefined ? undefined : orders.get(orderKey(mchid, named))
}

/** Only the channel knows which order a payment belongs to. */
async function orderNumberOf(
  stack: StackAccess,
  transactionId: string,
  provider: Provider,
): Promise<string | undefined> {
  try {
    return (await callApi(stack, (api) => api.queryTransaction(transactionId, { provider }))).out_trade_no
  } catch (error) {
    if (error instanceof CliError && error.message.includes('order_not_found')) return undefined
    throw error
  }
}

/** The facts of an order: those that it remembers, and those that may wait beside it. */
export async function factsOf(stack: StackAccess, order: Order): Promise<readonly StoredFact[]> {
  const store = createDynamoFactStore({ client: stack.dynamodb, tableName: stack.tables.facts })
  const keys = [...new Set([...Object.keys(order.handled), ...possibleKeys(order)])]
  const found: StoredFact[] = []
  for (let first = 0; first < keys.length; first += AT_ONCE) {
    const read = await Promise.all(keys.slice(first, first + AT_ONCE).map((key) => store.get(key)))
    found.push(...read.filter((stored) => stored !== undefined))
  }
  const stored = new Set(found.map(({ fact }) => fact.fact_key))
  return [...found, ...ownFacts(order).filter(({ fact }) => !stored.has(fact.fact_key))]
}

function possibleKeys({ mchid, out_trade_no, books, refunds }: Order): readonly string[] {
  const attempts = books.ours.refunds.flatMap(({ out_refund_no: number, attempt }) =>
    attempt > 0 ? [formatFactKey({ kind: 'failure', mchid, number, attempt })] : [],
  )
  const states = Object.keys(refunds).flatMap((number) =>
    REFUND_FACT_STATES.map((state) => refundFactKey(mchid, number, state)),
  )
  return [
    ...PAYMENT_FACT_STATES.map((state) => paymentFactKey(mchid, out_trade_no, state)),
    ...states,
    ...attempts,
  ]
}
