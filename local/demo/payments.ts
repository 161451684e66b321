/** Chapter 1: payments by code and in WeChat, from prepay to the merchant's event. */
import * as v from 'valibot'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { settled } from './scene.ts'
import type { Scene } from './scene.ts'

const PayParams = v.record(v.string(), v.string())

export async function payments(scene: Scene): Promise<void> {
  await nativePayment(scene)
  await jsapiPayment(scene)
  await closeUnpaid(scene)
}

async function nativePayment(scene: Scene): Promise<void> {
  const { story, merchant, wechat } = scene
  const order = {
    channel: 'native',
    out_trade_no: 'DEMO-NATIVE-1',
    description: 'a pot of tea',
    amount: { total: 1000 },
  }
  const code = await story.step('Native prepay: the shop shows a code', async (expect) => {
    const { status, body } = await merchant.post('/v1/payments', order)
    expect.equal(
      'the order is stored and waits for its payment',
      [status, body['status']],
      [200, 'AWAITING_PAYMENT'],
    )
    expect.that('the code can be shown', String(body['code_url']).startsWith('weixin://'))
    return String(body['code_url'])
  })
  await story.step('The same request again is the same payment, another one is refused', async (expect) => {
    const again = await merchant.post('/v1/payments', order)
    expect.equal('same code', again.body['code_url'], code)
    const other = await merchant.post('/v1/payments', { ...order, amount: { total: 1 } })
    expect.equal(
      'another amount under the same number: 409',
      [other.status, other.body['code']],
      [409, 'order_number_used'],
    )
  })
  await story.step('The payer scans and pays; WeChat notifies; the shop gets its event', async (expect) => {
    await wechat.pay({ code_url: code })
    const { attempts } = await wechat.waitForNotification({ out_trade_no: order.out_trade_no })
    expect.equal(
      'notification answered',
      attempts.map(({ status }) => status),
      [204],
    )
    const event = await settled(scene, paymentFactKey(scene.mchid, order.out_trade_no, 'SUCCESS'))
    expect.equal(
      'event on the subscribed queue',
      [event.type, event.data['amount']],
      ['payment.succeeded', { total: 1000, payer_total: 1000, currency: 'CNY' }],
    )
    const { body } = await merchant.get(`/v1/payments/${order.out_trade_no}`)
    expect.equal('order is PAID', [body['status'], body['refundable']], ['PAID', 1000])
  })
}

async function jsapiPayment(scene: Scene): Promise<void> {
  const { story, merchant, wechat } = scene
  await story.step('JSAPI prepay: signed parameters for the page, paid in WeChat', async (expect) => {
    const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
    const { status, body } = await merchant.post('/v1/payments', {
      channel: 'jsapi',
      out_trade_no: 'DEMO-JSAPI-1',
      description: 'a cup of tea',
      amount: { total: 350 },
      payer: { openid },
    })
    expect.equal('order placed', status, 200)
    const shown = await wechat.invoke(v.parse(PayParams, body['pay_params']))
    expect.equal('the WeChat client accepts paySign', shown.out_trade_no, 'DEMO-JSAPI-1')
    await wechat.pay({ out_trade_no: 'DEMO-JSAPI-1', openid })
    const event = await settled(scene, paymentFactKey(scene.mchid, 'DEMO-JSAPI-1', 'SUCCESS'))
    expect.that(
      'the event tells the payment and not the payer',
      event.type === 'payment.succeeded' && !JSON.stringify(event).includes(openid),
    )
  })
}

async function closeUnpaid(scene: Scene): Promise<void> {
  const { story, merchant, wechat } = scene
  await story.step('Close of an order that nobody pays', async (expect) => {
    await merchant.post('/v1/payments', {
      channel: 'native',
      out_trade_no: 'DEMO-CLOSED-1',
      description: 'cold tea',
      amount: { total: 100 },
    })
    const { status, body } = await merchant.post('/v1/payments/DEMO-CLOSED-1/close', {})
    expect.equal('closed', [status, body['status']], [200, 'CLOSED'])
    expect.equal(
      'closed at WeChat',
      (await wechat.orders()).find(({ out_trade_no }) => out_trade_no === 'DEMO-CLOSED-1')?.trade_state,
      'CLOSED',
    )
    expect.equal(
      'event',
      (await settled(scene, paymentFactKey(scene.mchid, 'DEMO-CLOSED-1', 'CLOSED'))).type,
      'payment.closed',
    )
    const paid = await merchant.post('/v1/payments/DEMO-NATIVE-1/close', {})
    expect.equal(
      'a paid order cannot be closed',
      [paid.status, paid.body['code']],
      [409, 'order_already_paid'],
    )
  })
}
