/** Chapter 8: the job of every minute drives on whatever stopped half-way. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { placeOrder, settled } from './scene.ts'
import type { Scene } from './scene.ts'
import { orderRows } from './tables.ts'

const PAID = 'DEMO-SWEEP-1'
const CREATED = 'DEMO-SWEEP-2'
const STORED = 'DEMO-SWEEP-3'

/** Orders that nobody will ask for. */
export async function leftBehind(scene: Scene): Promise<void> {
  const { merchant, wechat } = scene
  await placeOrder(scene, PAID, 60)
  await wechat.addFault({ kind: 'drop', match: { out_trade_no: PAID } })
  await wechat.pay({ out_trade_no: PAID })
  // WeChat places the order, and the answer never comes back.
  const fault = {
    kind: 'reset_after',
    match: { endpoint: 'prepay', out_trade_no: CREATED },
    count: null,
  } as const
  const { id } = await wechat.addFault(fault)
  await merchant.post('/v1/payments', {
    channel: 'native',
    out_trade_no: CREATED,
    description: 'a pot of tea',
    amount: { total: 70 },
  })
  await wechat.clearFaults(id)
}

export async function sweeping(scene: Scene): Promise<void> {
  const { story, stack, mchid } = scene
  await story.step(
    'The sweep asks for what nobody asked for, and dispatches what was only stored',
    async (expect) => {
      await storedOnly(scene)
      for (const number of [PAID, CREATED]) await firstLookIsDue(scene, mchid, number)
      expect.that(
        'it ran',
        (await stack.fire('sweep')).every(({ ok }) => ok),
      )
      await settled(scene, paymentFactKey(mchid, PAID, 'SUCCESS'))
      expect.that('a payment whose notification was lost is settled', true)
      await settled(scene, paymentFactKey(mchid, STORED, 'CLOSED'))
      expect.that('so is a fact that no message told of', true)
      const stored = (await orderRows(stack)).find(({ out_trade_no }) => out_trade_no === CREATED)
      expect.equal('an order whose answer was lost is placed', stored?.['status'], 'AWAITING_PAYMENT')
    },
  )
}

/** A minute passes for an order of this account. */
export async function firstLookIsDue({ stack }: Scene, account: string, number: string): Promise<void> {
  await stack.clients.dynamodb.send(
    new UpdateItemCommand({
      TableName: stack.description.tables.orders,
      Key: { order_key: { S: orderKey(account, number) } },
      UpdateExpression: 'SET next_check_at = :due',
      ExpressionAttributeValues: { ':due': { N: '1' } },
    }),
  )
}

/** The queue is down when an order is closed: the fact is stored, and nobody told of it. A minute passes. */
async function storedOnly(scene: Scene): Promise<void> {
  const { stack, merchant, mchid } = scene
  await placeOrder(scene, STORED, 90)
  stack.cloud.messaging.setQueuesFault('down')
  await merchant.post(`/v1/payments/${STORED}/close`, {})
  stack.cloud.messaging.setQueuesFault('none')
  await stack.clients.dynamodb.send(
    new UpdateItemCommand({
      TableName: stack.description.tables.facts,
      Key: { fact_key: { S: paymentFactKey(mchid, STORED, 'CLOSED') } },
      UpdateExpression: 'SET dispatch_due_at = :due',
      ExpressionAttributeValues: { ':due': { N: '1' } },
    }),
  )
}
