/** Chapter 9: Alipay (支付宝) takes the money of the same shop, through the same operations. */
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import { settled } from './scene.ts'
import type { Scene } from './scene.ts'
import { firstLookIsDue } from './sweeping.ts'
import { everythingWritten } from './tables.ts'

const PAID = 'DEMO_ALIPAY_1'
const UNPAID = 'DEMO_ALIPAY_2'
const LOST = 'DEMO_ALIPAY_3'
const REFUND = 'DEMO_ALIPAY_R_1'
const ELSEWHERE = 'DEMO_ALIPAY_R_2'

export async function alipayChannel(scene: Scene): Promise<void> {
  await payment(scene)
  await refund(scene)
  await refundTold(scene)
  await repeatedAndForged(scene)
  await lostNotification(scene)
}

/** Places an order by code of `total` fen. @returns what the code says */
export async function placeAtAlipay({ merchant }: Scene, number: string, total = 1000): Promise<string> {
  const { status, body } = await merchant.post('/v1/payments', {
    provider: 'alipay',
    channel: 'precreate',
    out_trade_no: number,
    description: 'a pot of tea',
    amount: { total },
  })
  if (status !== 200 || body['status'] !== 'AWAITING_PAYMENT')
    throw new Error(`the order ${number} could not be placed: ${status} ${String(body['code'])}`)
  return String(body['code_url'])
}

async function payment(scene: Scene): Promise<void> {
  const { story, merchant, alipay, account } = scene
  await story.step('Alipay: the shop shows a code, the payer scans and pays', async (expect) => {
    const code = await placeAtAlipay(scene, PAID)
    expect.that('the code is one of Alipay', code.startsWith('https://qr.alipay.com/'))
    const asked = await merchant.get(`/v1/payments/${PAID}?provider=alipay`)
    expect.equal('Alipay knows no order before somebody scans it', asked.body['status'], 'AWAITING_PAYMENT')
    await alipay.pay({ qr_code: code })
    const { attempts } = await alipay.waitForNotification({ out_trade_no: PAID })
    expect.equal(
      'the notification is answered with success, to the letter',
      attempts.map(({ taken }) => taken),
      [true],
    )
    const { type, data } = await settled(scene, paymentFactKey(account, PAID, 'SUCCESS'))
    expect.equal(
      'the event says who took the money',
      [type, data['provider']],
      ['payment.succeeded', 'alipay'],
    )
    const { body } = await merchant.get(`/v1/payments/${PAID}?provider=alipay`)
    expect.equal('order is PAID', [body['status'], body['refundable']], ['PAID', 1000])
    const elsewhere = await merchant.get(`/v1/payments/${PAID}`)
    expect.equal('at WeChat there is no order of this number', elsewhere.status, 404)
  })
}

async function refund(scene: Scene): Promise<void> {
  const { story, merchant, alipay, account } = scene
  await story.step('A partial refund is made at once, and told again in a notification', async (expect) => {
    const request = { out_refund_no: REFUND, amount: { refund: 300 } }
    const { status, body } = await merchant.post(`/v1/payments/${PAID}/refunds?provider=alipay`, request)
    expect.equal('the answer says that it is made', [status, body['status']], [200, 'SUCCESS'])
    const key = refundFactKey(account, REFUND, 'SUCCESS')
    const { type, data } = await settled(scene, key)
    expect.equal('event', [type, data['provider']], ['refund.succeeded', 'alipay'])
    await alipay.waitForNotification({ out_trade_no: PAID, out_request_no: REFUND })
    expect.equal(
      'the notification of it is taken, and is no second event',
      merchant.events.filter(({ id }) => id === key).length,
      1,
    )
  })
}

async function refundTold(scene: Scene): Promise<void> {
  const { story, merchant, alipay, account } = scene
  await story.step('A refund made elsewhere, told inside a notification of its payment', async (expect) => {
    await alipay.refundElsewhere({ out_trade_no: PAID, amount: 200, out_request_no: ELSEWHERE })
    const told = await alipay.waitForNotification({ out_trade_no: PAID, out_request_no: ELSEWHERE })
    expect.equal('it says that the payment succeeded', told.trade_status, 'TRADE_SUCCESS')
    const { type, data } = await settled(scene, refundFactKey(account, ELSEWHERE, 'SUCCESS'))
    expect.equal(
      'Alipay was asked for the refund that it names',
      [type, data['amount']],
      ['refund.succeeded', { total: 1000, refund: 200 }],
    )
    const { body } = await merchant.get(`/v1/payments/${PAID}?provider=alipay`)
    expect.equal('500 fen are left to refund', body['refundable'], 500)
  })
}

const FORGERIES = [
  ['signed by somebody else', 'foreign_key', 401],
  ['changed after it was signed', 'tampered_body', 401],
  ['signed over sign_type', 'kept_sign_type', 401],
  ['not signed', 'unsigned_notification', 401],
  ['for another app', 'wrong_app_id', 400],
  ['for another seller', 'wrong_seller_id', 400],
] as const

async function repeatedAndForged(scene: Scene): Promise<void> {
  const { story, stack, merchant, alipay } = scene
  await story.step('The same notification 20 times at once, and forged ones', async (expect) => {
    const before = await everythingWritten(stack)
    const events = merchant.events.length
    const { id } = await alipay.waitForNotification({ out_trade_no: PAID })
    const repeated = await alipay.resend(id, { times: 20 })
    expect.equal('20 times success', repeated.filter(({ taken }) => taken).length, 20)
    for (const [what, kind, status] of FORGERIES) {
      const [attempt] = await alipay.resend(id, { faults: [{ kind }] })
      expect.equal(`${what}: ${status}`, [attempt?.status, attempt?.taken], [status, false])
    }
    expect.equal(
      'nothing written, no event',
      [await everythingWritten(stack), merchant.events.length],
      [before, events],
    )
  })
}

async function lostNotification(scene: Scene): Promise<void> {
  const { story, stack, merchant, alipay, account } = scene
  await story.step('A notification that never arrives, and an order that nobody pays', async (expect) => {
    const code = await placeAtAlipay(scene, LOST, 420)
    await alipay.addFault({ kind: 'drop', match: { out_trade_no: LOST } })
    await alipay.pay({ qr_code: code })
    await firstLookIsDue(scene, account, LOST)
    expect.that(
      'the sweep runs for both channels',
      (await stack.fire('sweep')).every(({ ok }) => ok),
    )
    const event = await settled(scene, paymentFactKey(account, LOST, 'SUCCESS'))
    expect.equal('it asks Alipay, and the event follows', event.type, 'payment.succeeded')
    await alipay.open({ qr_code: await placeAtAlipay(scene, UNPAID, 90) })
    const { status, body } = await merchant.post(`/v1/payments/${UNPAID}/close?provider=alipay`, {})
    expect.equal('an order that was scanned can be closed', [status, body['status']], [200, 'CLOSED'])
    const closed = await settled(scene, paymentFactKey(account, UNPAID, 'CLOSED'))
    expect.equal('and its event follows', closed.type, 'payment.closed')
  })
}
