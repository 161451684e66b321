/** Between chapters: somebody stops refunds at once, without a deploy, and lets them go on. */
import { setTimeout as delay } from 'node:timers/promises'
import { SWITCH_TTL_MS } from '#shared/switches.ts'
import { settled } from './scene.ts'
import type { Scene } from './scene.ts'
import { wxpay } from './wxpay.ts'
import { refundFactKey } from '#shared/facts/fact-key.ts'

const PATH = '/v1/payments/DEMO-NATIVE-1/refunds'
const asked = { out_refund_no: 'DEMO-REFUND-3', amount: { refund: 100 } }
/** What a function read last is a fifth older at most. */
const OBEYED_MS = SWITCH_TTL_MS * 1.2

export async function switches(scene: Scene): Promise<void> {
  const { story, merchant, wechat } = scene
  await story.step('wxpay switch set refunds: nothing goes out until it is cleared', async (expect) => {
    const known = (await wechat.refunds()).length
    await wxpay(scene, 'switch', 'set', 'refunds', '--by', 'demo', '--note', 'is this fraud?')
    await delay(OBEYED_MS)
    const paused = await merchant.post(PATH, asked)
    expect.equal('a refund is paused', [paused.status, paused.body['code']], [503, 'refunds_paused'])
    const before = await merchant.get('/v1/refunds/DEMO-REFUND-1?refresh=true')
    expect.equal('what was refunded is still asked about', before.body['status'], 'SUCCESS')
    expect.equal('WeChat got no new refund', (await wechat.refunds()).length, known)
    const on = await wxpay(scene, 'switch', 'show')
    expect.that('it says who set it and why', on.includes('demo') && on.includes('is this fraud?'))
  })
  await story.step('wxpay switch clear refunds: the same request goes through', async (expect) => {
    await wxpay(scene, 'switch', 'clear', 'refunds', '--by', 'demo', '--note', 'it is none')
    await delay(OBEYED_MS)
    const { status } = await merchant.post(PATH, asked)
    expect.equal('accepted by WeChat', status, 200)
    await settled(scene, refundFactKey(scene.mchid, asked.out_refund_no, 'SUCCESS'))
  })
}
