/** Chapter 2: what comes twice, and what does not come from WeChat. */
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { settled } from './scene.ts'
import type { Scene } from './scene.ts'
import { everythingWritten } from './tables.ts'

export async function notifications(scene: Scene): Promise<void> {
  await duplicates(scene)
  await forgeries(scene)
}

async function duplicates(scene: Scene): Promise<void> {
  const { story, stack, merchant, wechat } = scene
  await story.step('The same notification 20 times at once', async (expect) => {
    const before = await everythingWritten(stack)
    const events = merchant.events.length
    const { id } = await wechat.waitForNotification({ out_trade_no: 'DEMO-NATIVE-1' })
    const attempts = await wechat.resend(id, { times: 20 })
    expect.equal(
      '20 answers, all 204',
      attempts.map(({ status }) => status),
      Array.from({ length: 20 }, () => 204),
    )
    // Whatever those duplicates might have set off is ahead of this one in the queue.
    await marker(scene, 'DEMO-MARKER-1')
    expect.equal('no event more', merchant.events.length, events + 1)
    const rows = JSON.parse(await everythingWritten(stack)).flat()
    expect.equal(
      'nothing written',
      JSON.stringify(rows.filter((row: object) => !JSON.stringify(row).includes('DEMO-MARKER-1'))),
      JSON.stringify(JSON.parse(before).flat()),
    )
  })
}

async function marker(scene: Scene, outTradeNo: string): Promise<void> {
  const { merchant, wechat } = scene
  await merchant.post('/v1/payments', {
    channel: 'native',
    out_trade_no: outTradeNo,
    description: 'a marker',
    amount: { total: 1 },
  })
  await wechat.pay({ out_trade_no: outTradeNo })
  await settled(scene, paymentFactKey(scene.mchid, outTradeNo, 'SUCCESS'))
}

const FORGERIES = [
  ['signed by somebody else under a known serial', { kind: 'foreign_key', serial: 'known' }],
  ['signed by somebody else under an unknown serial', { kind: 'foreign_key', serial: 'unknown' }],
  ['ten minutes old', { kind: 'stale_timestamp', seconds: 600 }],
  ['a SIGNTEST probe of WeChat', { kind: 'probe' }],
  ['changed after it was signed', { kind: 'tampered_body' }],
] as const

async function forgeries({ story, stack, wechat, merchant }: Scene): Promise<void> {
  await story.step('Forged, stale, probing and tampered notifications', async (expect) => {
    const before = await everythingWritten(stack)
    const events = merchant.events.length
    const { id } = await wechat.waitForNotification({ out_trade_no: 'DEMO-JSAPI-1' })
    for (const [what, fault] of FORGERIES) {
      const [attempt] = await wechat.resend(id, { faults: [fault] })
      expect.equal(`${what}: 401`, attempt?.status, 401)
    }
    expect.equal(
      'nothing written, no event',
      [await everythingWritten(stack), merchant.events.length],
      [before, events],
    )
  })
}
