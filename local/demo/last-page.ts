/** The last page of the demo: orders, refunds and facts as they are in the tables, and the count against WeChat's own books. */
import { PHANTOM } from './reconciling.ts'
import type { Scene } from './scene.ts'
import { factRows, orderRows, refundedOrders, textTable } from './tables.ts'

export async function lastPage({ story, stack, merchant, wechat }: Scene): Promise<string> {
  const [orders, facts, books] = [await orderRows(stack), await factRows(stack), await wechat.books()]
  const refunds = await refundsOf({ stack, merchant })
  await story.step('Orders and refunds are listed by state and day', async (expect) => {
    const held = await merchant.get('/v1/payments?state=held')
    const numbers = listed(held.body).map(({ out_trade_no }) => out_trade_no)
    expect.equal('what is held is listed', [held.status, numbers.includes(PHANTOM)], [200, true])
    const [today, refunded] = [await merchant.get('/v1/payments'), await merchant.get('/v1/refunds')]
    expect.equal('and the days', [today.status, refunded.status], [200, 200])
  })
  await story.step('The books agree', async (expect) => {
    const paid = orders.filter(({ status, out_trade_no }) => status === 'PAID' && out_trade_no !== PHANTOM)
    expect.equal(
      'what WeChat took is what our orders say, but for the one that is held because only we have it',
      sum(paid.map(totalOf)),
      books.payments.total,
    )
    expect.equal(
      'what WeChat gave back is what our refunds say',
      sum(refunds.filter(({ status }) => status === 'SUCCESS').map(({ amount }) => Number(amount))),
      books.refunds.SUCCESS.total,
    )
    const ids = new Set(merchant.events.map(({ id }) => id))
    expect.equal(
      'every fact has its event',
      facts.map(({ fact_key }) => String(fact_key)).filter((key) => !ids.has(key)),
      [],
    )
    expect.equal(
      'and every fact is settled',
      facts.filter(({ pending_shard }) => pending_shard !== undefined).length,
      0,
    )
  })
  return [
    textTable(
      ['order', 'status', 'total', 'refundable', 'transaction_id'],
      orders.map((order) => [
        order['out_trade_no'],
        order['status'],
        totalOf(order),
        order['refundable'],
        order['transaction_id'],
      ]),
    ),
    textTable(
      ['refund', 'order', 'status', 'amount', 'refund_id'],
      refunds.map(({ out_refund_no, out_trade_no, status, amount, refund_id }) => [
        out_refund_no,
        out_trade_no,
        status,
        amount,
        refund_id,
      ]),
    ),
    textTable(
      ['fact', 'source', 'settled'],
      facts.map(({ fact_key, source, settled_at }) => [
        fact_key,
        source,
        settled_at === undefined ? 'no' : 'yes',
      ]),
    ),
  ].join('\n\n')
}

type Rows = ReadonlyArray<Readonly<Record<string, unknown>>>

function listed({ orders }: Readonly<Record<string, unknown>>): Rows {
  return Array.isArray(orders) ? orders : []
}

type Refunds = ReadonlyArray<Readonly<Record<string, unknown>>>

/** As the merchant is told of them: their orders are paid, so that nobody has to ask WeChat. */
async function refundsOf({ stack, merchant }: Pick<Scene, 'stack' | 'merchant'>): Promise<Refunds> {
  const numbers = await refundedOrders(stack)
  const answers = await Promise.all(numbers.map((number) => merchant.get(`/v1/payments/${number}`)))
  return answers.flatMap(({ body: { out_trade_no, refunds } }) =>
    Array.isArray(refunds)
      ? refunds.map((refund) => ({ ...refund, out_trade_no, amount: refund.amount.refund }))
      : [],
  )
}

function totalOf({ amount }: Readonly<Record<string, unknown>>): number {
  return typeof amount === 'object' && amount !== null && 'total' in amount ? Number(amount.total) : 0
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
