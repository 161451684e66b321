/** Chapter 5: what gets lost on the way heals. */
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { placeOrder, settled } from './scene.ts'
import type { Scene } from './scene.ts'

export async function healing(scene: Scene): Promise<void> {
  await lostNotification(scene)
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
