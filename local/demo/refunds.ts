/** Chapter 3: refunds, and the guard that no fen goes back twice. */
import { refundFactKey } from '#shared/facts/fact-key.ts'
import { settled } from './scene.ts'
import type { Scene } from './scene.ts'

const PATH = '/v1/payments/DEMO-NATIVE-1/refunds'
const first = { out_refund_no: 'DEMO-REFUND-1', amount: { refund: 300 }, reason: 'one cup was cold' }

export async function refunds(scene: Scene): Promise<void> {
  await partialRefund(scene)
  await refusals(scene)
}

async function partialRefund(scene: Scene): Promise<void> {
  const { story, merchant } = scene
  await story.step('Partial refund: accepted, then REFUND.SUCCESS', async (expect) => {
    const { status, body } = await merchant.post(PATH, first)
    expect.equal('accepted by WeChat', [status, body['status']], [200, 'PROCESSING'])
    const event = await settled(scene, refundFactKey(scene.mchid, 'DEMO-REFUND-1', 'SUCCESS'))
    expect.equal(
      'event',
      [event.type, event.data['amount']],
      ['refund.succeeded', { total: 1000, refund: 300 }],
    )
    const refund = await merchant.get('/v1/refunds/DEMO-REFUND-1')
    expect.equal('refund is SUCCESS', refund.body['status'], 'SUCCESS')
    const order = await merchant.get('/v1/payments/DEMO-NATIVE-1')
    expect.equal('700 fen are left to refund', order.body['refundable'], 700)
  })
}

async function refusals({ story, merchant, wechat }: Scene): Promise<void> {
  await story.step(
    'Too much, the same number with another amount, and the same once more',
    async (expect) => {
      const known = (await wechat.refunds()).length
      const tooMuch = await merchant.post(PATH, { out_refund_no: 'DEMO-REFUND-2', amount: { refund: 701 } })
      expect.equal(
        '701 of 700 fen: refused',
        [tooMuch.status, tooMuch.body['code']],
        [409, 'refund_exceeds_refundable'],
      )
      const other = await merchant.post(PATH, { ...first, amount: { refund: 200 } })
      expect.equal(
        'same number, other amount: refused',
        [other.status, other.body['code']],
        [409, 'refund_number_used'],
      )
      const same = await merchant.post(PATH, first)
      expect.equal(
        'same number, same amount: the stored refund',
        [same.status, same.body['status'], same.body['out_refund_no']],
        [200, 'SUCCESS', 'DEMO-REFUND-1'],
      )
      expect.equal('WeChat was asked for none of them', (await wechat.refunds()).length, known)
    },
  )
}
