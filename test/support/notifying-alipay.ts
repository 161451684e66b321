/** Alipay's notifications over in-memory ports: what they say is given, what Alipay answers as well. */
import { createNotifyAlipay } from '#functions/notify-alipay/notify-alipay.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { alipayAccount } from '#shared/facts/account.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { ReadNotification, Told } from '#shared/orders/notification-channel.ts'
import { fakeWechat } from './fake-wechat.ts'
import { paid } from './sweeping.ts'
import { aWorld } from './world.ts'

export const ACCOUNT = alipayAccount('2021000000000001')
export const payment: Told = { kind: 'payment', transaction: { ...paid, mchid: ACCOUNT } }
export const named: Told = { kind: 'refund_named', out_trade_no: 'ORDER-0001', out_refund_no: 'R1' }
export const said = {
  ok: true,
  id: 'n-1',
  content: 'c',
  type: 'trade_status_sync',
  fields: { a: '1' },
  left_out: ['b'],
} as const
export const read = (...told: readonly Told[]): ReadNotification => ({ ...said, told })
export const inState = (trade_state: string, more: object = {}): Told => ({
  kind: 'payment',
  transaction: { out_trade_no: 'ORDER-0001', ...more, mchid: ACCOUNT, trade_state },
})

type Answers = Parameters<typeof fakeWechat>[0]

export function setUp(notification: ReadNotification, answers: Answers = {}, world = aWorld()) {
  const channel = fakeWechat(answers)
  const notify = createNotifyAlipay({
    ...world,
    mchid: ACCOUNT,
    channel,
    notifications: { readNotification: async () => notification },
    askMs: 1,
  })
  const deliver = (correlationId?: string) =>
    notify(
      { body: Buffer.from('raw'), ...(correlationId === undefined ? {} : { correlationId }) },
      world.logger,
      {},
    )
  const settleAll = async () => {
    for (const key of world.dispatched.splice(0)) await createSettle(world)(key)
  }
  const order = async () => (await world.orders.get(orderKey(ACCOUNT, 'ORDER-0001')))!
  return { world, channel, deliver, settleAll, order, counted: () => world.measured.map(([name]) => name) }
}

export const PAYMENT = `payment#${ACCOUNT}#ORDER-0001#SUCCESS`
export const REFUND = `refund#${ACCOUNT}#R1#SUCCESS`
export const NOTICE = `notification#${ACCOUNT}#n-1`
export const KEY = orderKey(ACCOUNT, 'ORDER-0001')
