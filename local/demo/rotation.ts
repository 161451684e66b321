/** Chapter 4: WeChat changes its keys while payments go on. */
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { placeOrder, settled } from './scene.ts'
import type { Scene } from './scene.ts'

export async function rotation(scene: Scene): Promise<void> {
  await newCertificate(scene)
  await publicKey(scene)
}

async function newCertificate(scene: Scene): Promise<void> {
  const { story, stack, wechat } = scene
  await story.step(
    'WeChat adds a certificate and signs with it at once; rotate-certs fetches it; old and new both verify',
    async (expect) => {
      const old = await serialOfPayment(scene, 'DEMO-KEY-OLD')
      const { platform } = await wechat.addCertificate({ activate: false })
      const fresh = platform.certificates.at(-1)?.serial_no ?? ''
      expect.that(
        'rotate-certs succeeded',
        (await stack.fire('rotate-certs')).every(({ ok }) => ok),
      )
      await wechat.activateCertificate(fresh)
      expect.equal(
        'a payment signed with the new serial is settled',
        await serialOfPayment(scene, 'DEMO-KEY-NEW'),
        fresh,
      )
      await wechat.activateCertificate(old)
      expect.equal(
        'one signed with the old serial as well',
        await serialOfPayment(scene, 'DEMO-KEY-OLD-AGAIN'),
        old,
      )
    },
  )
}

async function publicKey(scene: Scene): Promise<void> {
  const { story, wechat } = scene
  await story.step('WeChat switches callbacks to its public key', async (expect) => {
    const { public_key } = await wechat.setMode('mixed', 1)
    expect.equal(
      'a payment signed with the public key is settled',
      await serialOfPayment(scene, 'DEMO-KEY-PUBLIC'),
      public_key.id,
    )
    await wechat.setMode('mixed', 0)
    await serialOfPayment(scene, 'DEMO-KEY-MIXED')
    expect.that('and the certificate still verifies', true)
  })
}

/** Pays an order and waits for its event. @returns the serial that its notification was signed with */
async function serialOfPayment(scene: Scene, outTradeNo: string): Promise<string> {
  await placeOrder(scene, outTradeNo, 100)
  await scene.wechat.pay({ out_trade_no: outTradeNo })
  await settled(scene, paymentFactKey(scene.mchid, outTradeNo, 'SUCCESS'))
  const { attempts } = await scene.wechat.waitForNotification({ out_trade_no: outTradeNo })
  return attempts.at(-1)?.serial ?? ''
}
