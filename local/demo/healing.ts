/** Chapter 7: what gets lost on the way heals. */
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import { placeOrder, settled } from './scene.ts'
import type { Scene } from './scene.ts'

export async function healing(scene: Scene): Promise<void> {
  await lostNotification(scene)
  await lostAnswer(scene)
  await lostRefund(scene)
  await killedFunction(scene)
}

async function lostNotification(scene: Scene): Promise<void> {
  const { story, merchant, wechat } = scene
  await story.step('A notification that never arrives: a query heals the order', async (expect) => {
    await placeOrder(scene, 'DEMO-LOST-1', 420)
    await wechat.addFault({ kind: 'drop', match: { out_trade_no: 'DEMO-LOST-1' } })
    await wechat.pay({ out_trade_no: 'DEMO-LOST-1' })
    await wechat.waitForNotification({ out_trade_no: 'DEMO-LOST-1', state: 'dropped' })
    const { body } = await merchant.get('/v1/payments/DEMO-LOST-1')
    expect.equal('the query tells that it is paid', body['status'], 'PAID')
    const event = await settled(scene, paymentFactKey(scene.mchid, 'DEMO-LOST-1', 'SUCCESS'))
    expect.equal('and the event follows', event.type, 'payment.succeeded')
  })
}

async function lostAnswer(scene: Scene): Promise<void> {
  const { story, merchant, wechat } = scene
  const order = 'DEMO-ANSWER-1'
  await story.step(
    'An answer of WeChat that never arrives: a query finds the order there',
    async (expect) => {
      const fault = {
        kind: 'reset_after',
        match: { endpoint: 'prepay', out_trade_no: order },
        count: null,
      } as const
      const { id } = await wechat.addFault(fault)
      const request = {
        channel: 'native',
        out_trade_no: order,
        description: 'tea to go',
        amount: { total: 40 },
      }
      const { status } = await merchant.post('/v1/payments', request)
      expect.that('the shop is told that nobody knows', status >= 500)
      await wechat.clearFaults(id)
      const { body } = await merchant.get(`/v1/payments/${order}`)
      expect.equal('the order waits for its payment', body['status'], 'AWAITING_PAYMENT')
      const again = await merchant.post('/v1/payments', request)
      expect.equal('and the same request gets its code', again.status, 200)
    },
  )
}

async function lostRefund(scene: Scene): Promise<void> {
  const { story, merchant, wechat } = scene
  const refund = 'DEMO-REFUND-4'
  await story.step('A refund whose notification never arrives: a query heals it', async (expect) => {
    await wechat.addFault({ kind: 'drop', match: { out_refund_no: refund } })
    await merchant.post('/v1/payments/DEMO-NATIVE-1/refunds', {
      out_refund_no: refund,
      amount: { refund: 200 },
    })
    await wechat.finishRefund(refund)
    await wechat.waitForNotification({ out_refund_no: refund, state: 'dropped' })
    const { body } = await merchant.get(`/v1/refunds/${refund}`)
    expect.equal('the query tells that it is made', body['status'], 'SUCCESS')
    const event = await settled(scene, refundFactKey(scene.mchid, refund, 'SUCCESS'))
    expect.equal('and the event follows', event.type, 'refund.succeeded')
  })
}

async function killedFunction(scene: Scene): Promise<void> {
  const { story, stack, wechat } = scene
  await story.step('kill -9 of settle and notify: the next ones go on', async (expect) => {
    await placeOrder(scene, 'DEMO-KILL-1', 50)
    const killed = [...(await stack.kill('settle')), ...(await stack.kill('notify'))]
    expect.that(`${killed.length} processes killed`, killed.length > 0)
    await wechat.pay({ out_trade_no: 'DEMO-KILL-1' })
    expect.equal(
      'paid and published all the same',
      (await settled(scene, paymentFactKey(scene.mchid, 'DEMO-KILL-1', 'SUCCESS'))).type,
      'payment.succeeded',
    )
  })
}
