/** Chapter 5: 国密. The merchant signs with SM2, WeChat answers and notifies in SM2 and SM4, and RSA goes on beside. */
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import { placeOrder, settled } from './scene.ts'
import type { Scene } from './scene.ts'
import { wxpay } from './wxpay.ts'

const PayParams = v.record(v.string(), v.string())
/** Whatever holds keys, so that it reads the new ones without waiting for them to be old enough. */
const HOLDERS = [
  'prepay',
  'query',
  'close',
  'refund',
  'notify',
  'sweep',
  'rotate-certs',
  'reconcile',
] as const

export async function shangmi(scene: Scene): Promise<void> {
  await changeOver(scene)
  await payAndRefund(scene)
  await andBack(scene)
}

async function changeOver(scene: Scene): Promise<void> {
  const { story, stack, wechat } = scene
  await story.step(
    '国密: wxpay setup enters an SM2 certificate, rotate-certs fetches those of WeChat, of both kinds',
    async (expect) => {
      const { sm2, merchant, platform } = await wechat.useSm2(false)
      const said = await enter(scene, {
        'private-key': sm2?.merchant.private_key_pem ?? '',
        certificate: sm2?.merchant.certificate_pem ?? '',
        'client-key': merchant[0]?.private_key_pem ?? '',
      })
      expect.that('the pair of SM2 belongs together', said.includes('SM2 key, certificate and serial'))
      expect.that(
        'rotate-certs succeeded, its call signed under SM2',
        (await stack.fire('rotate-certs')).every(({ ok }) => ok),
      )
      const held = await wxpay(scene, 'certs', '--json')
      expect.that(
        'the certificates of SM2 and of RSA are held side by side',
        [sm2?.platform.serial_no, platform.signing_serial_no].every((serial) => held.includes(serial ?? '?')),
      )
    },
  )
}

async function payAndRefund(scene: Scene): Promise<void> {
  const { story, merchant, wechat, mchid } = scene
  await story.step('A payment and a refund under SM2, notified in SM4', async (expect) => {
    const { sm2 } = await wechat.useSm2()
    const order = { out_trade_no: 'DEMO-SM2', description: 'a pot of tea', amount: { total: 500 } }
    const { body } = await merchant.post('/v1/payments', {
      ...order,
      channel: 'jsapi',
      payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    })
    await wechat.invoke(v.parse(PayParams, body['pay_params']))
    expect.that("the payer's client takes the parameters, which a key of RSA signs", true)
    await wechat.pay({ out_trade_no: order.out_trade_no })
    await settled(scene, paymentFactKey(mchid, order.out_trade_no, 'SUCCESS'))
    const { attempts } = await wechat.waitForNotification({ out_trade_no: order.out_trade_no })
    expect.equal('the notification is signed with SM2', attempts.at(-1)?.serial, sm2?.platform.serial_no)
    const request = { out_refund_no: 'DEMO-SM2-REFUND', amount: { refund: 200 } }
    const refund = await merchant.post(`/v1/payments/${order.out_trade_no}/refunds`, request)
    expect.equal('the refund is accepted', [refund.status, refund.body['status']], [200, 'PROCESSING'])
    await settled(scene, refundFactKey(mchid, request.out_refund_no, 'SUCCESS'))
    const after = await merchant.get(`/v1/payments/${order.out_trade_no}`)
    expect.equal('300 fen are left to refund', after.body['refundable'], 300)
  })
}

async function andBack(scene: Scene): Promise<void> {
  const { story, wechat, mchid } = scene
  await story.step('Back to RSA: what WeChat still signs with SM2 verifies all the same', async (expect) => {
    const { sm2, merchant } = await wechat.keys()
    await enter(scene, {
      'private-key': merchant[0]?.private_key_pem ?? '',
      certificate: merchant[0]?.certificate_pem ?? '',
    })
    await placeOrder(scene, 'DEMO-SM2-LATE', 100)
    await wechat.pay({ out_trade_no: 'DEMO-SM2-LATE' })
    await settled(scene, paymentFactKey(mchid, 'DEMO-SM2-LATE', 'SUCCESS'))
    const { attempts } = await wechat.waitForNotification({ out_trade_no: 'DEMO-SM2-LATE' })
    expect.equal('placed under RSA, notified under SM2', attempts.at(-1)?.serial, sm2?.platform.serial_no)
    await wechat.useSm2(false)
  })
}

/** Enters keys as an operator does, from files. @returns what wxpay setup said */
async function enter(scene: Scene, pems: Readonly<Record<string, string>>): Promise<string> {
  const { stack, wechat } = scene
  const { apiv3_key: apiV3Key } = await wechat.keys()
  const folder = dirname(stack.stackFile)
  const flags = await Promise.all(
    Object.entries({ ...pems, 'apiv3-key-file': apiV3Key }).map(async ([option, text]) => {
      const path = join(folder, `${option}.demo`)
      await writeFile(path, text, { mode: 0o600 })
      return [`--${option}`, path]
    }),
  )
  const said = await wxpay(scene, 'setup', ...flags.flat())
  await Promise.all(HOLDERS.map((operation) => stack.kill(operation)))
  return said
}
