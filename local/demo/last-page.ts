/** The last page of the demo: orders, refunds and facts as they are in the tables, and the count against the channels' own books. */
import { providerOf } from '#shared/facts/account.ts'
import { parseOrderKey } from '#shared/orders/order-key.ts'
import { PHANTOM } from './reconciling.ts'
import type { Scene } from './scene.ts'
import { factRows, orderRows, refundedOrders, textTable } from './tables.ts'
import { amountOf, booksAgree } from './three-books.ts'

export async function lastPage(scene: Scene): Promise<string> {
  const { story, stack, merchant } = scene
  const [written, facts] = [await orderRows(stack), await factRows(stack)]
  // The table holds other things as well.
  const orders = written.filter(({ status }) => status !== undefined)
  const refunds = await refundsOf({ stack, merchant })
  await story.step('Orders and refunds are listed by state and day', async (expect) => {
    const held = await merchant.get('/v1/payments?state=held')
    const numbers = listed(held.body).map(({ out_trade_no }) => out_trade_no)
    expect.equal('what is held is listed', [held.status, numbers.includes(PHANTOM)], [200, true])
    const [today, refunded] = [await merchant.get('/v1/payments'), await merchant.get('/v1/refunds')]
    expect.equal('and the days', [today.status, refunded.status], [200, 200])
    const alipay = listed((await merchant.get('/v1/payments?provider=alipay')).body)
    expect.that(
      'those of Alipay are a list of their own',
      alipay.length > 0 && alipay.every(({ channel }) => channel === 'precreate'),
    )
  })
  await booksAgree(scene, { orders, refunds })
  await story.step('Nothing is left to do', async (expect) => {
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
      ['order', 'channel', 'status', 'total', 'refundable', 'transaction_id'],
      orders.map((order) => [
        order['out_trade_no'],
        providerOf(String(order['mchid'])),
        order['status'],
        amountOf(order, 'total'),
        order['refundable'],
        order['transaction_id'],
      ]),
    ),
    textTable(
      ['refund', 'order', 'status', 'amount', 'refund_id'],
      refunds.map((refund) => [
        refund['out_refund_no'],
        refund['out_trade_no'],
        refund['status'],
        amountOf(refund, 'refund'),
        refund['refund_id'],
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

/** As the merchant is told of them: their orders are paid, so that nobody has to ask a channel. */
async function refundsOf({ stack, merchant }: Pick<Scene, 'stack' | 'merchant'>): Promise<Rows> {
  const keys = await refundedOrders(stack)
  const answers = await Promise.all(
    keys.map(async (key) => {
      const { mchid = '', outTradeNo = '' } = parseOrderKey(key) ?? {}
      return merchant.get(`/v1/payments/${outTradeNo}?provider=${providerOf(mchid)}`)
    }),
  )
  return answers.flatMap(({ body: { mchid, out_trade_no, refunds } }) =>
    Array.isArray(refunds) ? refunds.map((refund) => ({ ...refund, mchid, out_trade_no })) : [],
  )
}
