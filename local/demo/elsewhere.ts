/** Between chapters: what WeChat tells besides payments and refunds of ours, and what people do on the merchant platform. */
import { formatFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import { NOTIFY_PAYMENT_PATH, NOTIFY_REFUND_V2_PATH } from '#shared/operations.ts'
import { placeOrder, settled } from './scene.ts'
import type { Scene } from './scene.ts'

export async function elsewhere(scene: Scene): Promise<void> {
  await unknownType(scene)
  await learnedByItsNumber(scene)
  await toldInXml(scene)
}

async function unknownType({ story, stack, merchant, wechat, mchid }: Scene): Promise<void> {
  await story.step(
    'A notification of a type that nobody here knows is stored and published',
    async (expect) => {
      const { id } = await wechat.send({
        url: `${stack.apiUrl}${NOTIFY_PAYMENT_PATH}`,
        event_type: 'COMPLAINT.CREATE',
      })
      const { attempts } = await wechat.waitForNotification({ event_type: 'COMPLAINT.CREATE' })
      expect.equal('acknowledged', attempts.at(-1)?.status, 204)
      const key = formatFactKey({ kind: 'notification', mchid, number: id })
      const { type, data } = await merchant.event(key)
      expect.equal(
        'published, and what it says of people is left out',
        [type, data['event_type'], data['content']],
        ['notification.received', 'COMPLAINT.CREATE', undefined],
      )
      const { line } = await stack.logs.waitFor(
        ({ line: logged }) => logged.includes('NOTIFICATION_UNEXPECTED') && logged.includes(key),
      )
      expect.that('counted, for nobody subscribes to it', line.includes('"outcome":"stored"'))
    },
  )
}

async function learnedByItsNumber(scene: Scene): Promise<void> {
  const { story, merchant, wechat, mchid } = scene
  const order = 'DEMO-ELSEWHERE-1'
  await story.step('A refund made on the merchant platform, of which nobody is told', async (expect) => {
    await paid(scene, order)
    const { out_refund_no } = await wechat.refundElsewhere({ out_trade_no: order, amount: 60 })
    const { body } = await merchant.get(`/v1/payments/${order}?refresh=true`)
    expect.equal('WeChat calls the order refunded: it is held', body['held'], true)
    const refused = await merchant.post(`/v1/payments/${order}/refunds`, {
      out_refund_no: 'DEMO-ELSEWHERE-R',
      amount: { refund: 60 },
    })
    expect.equal('no refund leaves meanwhile', refused.body['code'], 'order_held')
    const told = await merchant.get(`/v1/refunds/${out_refund_no}?refresh=true`)
    expect.equal('by its number it becomes known', told.body['status'], 'SUCCESS')
    await settled(scene, refundFactKey(mchid, out_refund_no, 'SUCCESS'))
    const { body: after } = await merchant.get(`/v1/payments/${order}`)
    expect.equal('and the hold is gone', [after['held'], after['refundable']], [false, 40])
  })
}

async function toldInXml(scene: Scene): Promise<void> {
  const { story, stack, merchant, wechat, mchid } = scene
  const order = 'DEMO-ELSEWHERE-2'
  await story.step('The same, with the notice in XML that WeChat sends of it', async (expect) => {
    await paid(scene, order)
    const { out_refund_no } = await wechat.refundElsewhere({
      out_trade_no: order,
      amount: 60,
      notify_url: `${stack.apiUrl}${NOTIFY_REFUND_V2_PATH}`,
    })
    const { type } = await settled(scene, refundFactKey(mchid, out_refund_no, 'SUCCESS'))
    expect.equal('asked for at WeChat, whose answer is the fact', type, 'refund.succeeded')
    const { body } = await merchant.get(`/v1/payments/${order}`)
    expect.equal('known at once', [body['held'], body['refundable']], [false, 40])
  })
}

async function paid(scene: Scene, order: string): Promise<void> {
  await placeOrder(scene, order, 100)
  await scene.wechat.pay({ out_trade_no: order })
  await scene.merchant.when(
    () => scene.merchant.events.find(({ data }) => data['out_trade_no'] === order),
    `the event of ${order}`,
  )
}
