/** Chapter 6: what does not fit waits for a person. */
import * as v from 'valibot'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { placeOrder, settled } from './scene.ts'
import type { Scene } from './scene.ts'

const Holds = v.array(v.object({ hold: v.string() }))
const Opened = v.tuple([v.string()])
const PERSON = { by: 'li.wei', note: 'looked it up at the merchant platform' }

export async function holds(scene: Scene): Promise<void> {
  await heldPayment(scene)
  await heldByAPerson(scene)
}

async function heldPayment(scene: Scene): Promise<void> {
  const { story, merchant, wechat, mchid } = scene
  const order = 'DEMO-HELD-1'
  await story.step(
    'A payment of another application is held, and applied when a person accepts it',
    async (expect) => {
      await placeOrder(scene, order, 80)
      await wechat.addFault({ kind: 'wrong_appid', match: { out_trade_no: order } })
      await wechat.pay({ out_trade_no: order })
      const { type, data } = await settled(scene, paymentFactKey(mchid, order, 'SUCCESS'))
      const [hold] = v.parse(Opened, data['opened'])
      expect.equal('held, and said so', [type, data['hold_reason']], ['order.held', 'appid_differs'])
      const { body } = await merchant.post(`/v1/payments/${order}/release`, {
        ...PERSON,
        hold,
        decision: 'accept',
      })
      expect.equal('accepted', [body['status'], body['held']], ['PAID', false])
      const accepted = await merchant.when(
        () =>
          merchant.events.find(({ data: told }) => told['decision'] === 'accept' && told['hold'] === hold),
        'the event of the accepted payment',
      )
      await settled(scene, accepted.id)
      expect.equal('published under an id of its own', accepted.type, 'payment.succeeded')
    },
  )
}

async function heldByAPerson({ story, merchant }: Scene): Promise<void> {
  const path = '/v1/payments/DEMO-JSAPI-1'
  await story.step('A person holds an order: no refund leaves until the hold is gone', async (expect) => {
    const { body } = await merchant.post(`${path}/hold`, PERSON)
    const [held] = v.parse(Holds, body['holds'])
    const hold = held?.hold
    const refused = await merchant.post(`${path}/refunds`, {
      out_refund_no: 'DEMO-REFUND-3',
      amount: { refund: 1 },
    })
    expect.equal('the refund is refused', [refused.status, refused.body['code']], [409, 'order_held'])
    const released = await merchant.post(`${path}/release`, { ...PERSON, hold, decision: 'dismiss' })
    expect.equal('dismissed', [released.status, released.body['held']], [200, false])
  })
}
