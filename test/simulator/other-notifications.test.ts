import { constants, createPrivateKey, privateDecrypt } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { retryDelays } from '#simulator/retry-schedule.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, paidOrder } from './support/merchant.ts'
import type { Answer, Merchant } from './support/merchant.ts'
import { envelopeOf, resourceOf, startReceiver, verify } from './support/receiver.ts'
import type { Receiver } from './support/receiver.ts'
import { encrypted } from './support/wechat-field.ts'

let simulator: Simulator
let merchant: Merchant
let receiver: Receiver

beforeAll(async () => {
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual' })
  merchant = createMerchant(simulator)
  receiver = await startReceiver()
})
beforeEach(() => {
  receiver.arrivals.length = 0
  receiver.respond = (response) => response.writeHead(204).end()
})
afterAll(async () => {
  await simulator.stop()
  await receiver.stop()
})

const HOUR = 3_600_000
const content = (at = 0): unknown => resourceOf(simulator.keys().apiv3_key, receiver.arrivals[at]!)

describe('a notification of another kind', () => {
  it.each([
    ['COMPLAINT.CREATE', 'complaint', { complaint_id: expect.any(String), action_type: 'CREATE_COMPLAINT' }],
    ['COMPLAINT.STATE_CHANGE', 'complaint', { complaint_id: expect.any(String) }],
    ['MCHTRANSFER.BILL.FINISHED', 'mch_payment', { mch_id: MCHID, state: 'SUCCESS', transfer_amount: 100 }],
    ['PROFITSHARING', 'profitsharing', { mchid: MCHID, receiver: { amount: 100 } }],
  ])('%s is signed, encrypted and delivered', async (event_type, original_type, wanted) => {
    const { id, state } = await simulator.control.send({ url: receiver.url, event_type })
    expect(state).toBe('waiting')
    await simulator.advance(0)
    expect(verify(simulator.keys(), receiver.arrivals[0]!).ok).toBe(true)
    expect(envelopeOf(receiver.arrivals[0]!)).toMatchObject({
      id,
      event_type,
      resource_type: 'encrypt-resource',
      resource: { original_type, associated_data: original_type, nonce: expect.stringMatching(/^\w{12}$/) },
    })
    expect(content()).toMatchObject(wanted)
    const [last] = (await simulator.control.notifications()).slice(-1)
    expect(last).toMatchObject({ id, event: 'other', event_type, state: 'delivered' })
  })

  it('of any type has the content that is given', async () => {
    const given = { url: receiver.url, event_type: 'PAYSCORE.USER_PAID' }
    await expect(simulator.control.send(given)).rejects.toThrow('PAYSCORE.USER_PAID needs a resource')
    await simulator.control.send({
      ...given,
      resource: { service_id: '500001' },
      original_type: 'payscore_order',
      associated_data: '',
      summary: '支付成功通知',
    })
    await simulator.advance(0)
    expect(envelopeOf(receiver.arrivals[0]!)).toMatchObject({
      summary: '支付成功通知',
      resource: { original_type: 'payscore_order', associated_data: '' },
    })
    expect(content()).toEqual({ service_id: '500001' })
  })

  it('can be spoiled like any other', async () => {
    await simulator.control.addFault({ kind: 'tampered_body', match: { event: 'other' } })
    await simulator.control.send({ url: receiver.url, event_type: 'COMPLAINT.CREATE' })
    await simulator.advance(0)
    expect(verify(simulator.keys(), receiver.arrivals[0]!)).toMatchObject({ ok: false, reason: 'signature' })
  })

  it('can be built without being sent, and an order notice be given another type', async () => {
    const built = await simulator.control.build({ event_type: 'COMPLAINT.CREATE' })
    expect(JSON.parse(built.body)).toMatchObject({ event_type: 'COMPLAINT.CREATE' })
    const number = await paidOrder(simulator)
    const overlay = { out_trade_no: number, original_type: 'order', summary: '其他' }
    expect(JSON.parse((await simulator.control.build(overlay)).body)).toMatchObject({
      event_type: 'TRANSACTION.SUCCESS',
      summary: '其他',
      resource: { original_type: 'order', associated_data: 'order' },
    })
  })
})

describe('retries of', () => {
  it.each([
    ['COMPLAINT.CREATE', 32, 2 * HOUR],
    ['COMPLAINT.STATE_CHANGE', 32, 2 * HOUR],
    ['ECOMMERCE_ENTRUST.SIGN', 29, 23 * 300_000 + 120_000],
    ['MCHTRANSFER.BILL.FINISHED', 15, 24 * HOUR + 240_000],
    ['TRANSACTION.SUCCESS', 15, 24 * HOUR + 240_000],
  ])('%s are %i', (type, count, total) => {
    expect(retryDelays(type)).toHaveLength(count)
    expect(retryDelays(type).reduce((sum, delay) => sum + delay)).toBe(total)
  })

  it('a complaint end after two hours', async () => {
    receiver.respond = (response) => response.writeHead(500).end()
    const { id } = await simulator.control.send({ url: receiver.url, event_type: 'COMPLAINT.CREATE' })
    await simulator.advance(10 * 60_000)
    expect(receiver.arrivals).toHaveLength(11)
    await simulator.advance(24 * HOUR)
    expect(receiver.arrivals).toHaveLength(33)
    const delivery = (await simulator.control.notifications()).find((entry) => entry.id === id)
    expect(delivery?.state).toBe('given_up')
  })
})

describe('the test of a callback', () => {
  const echo = (body: unknown, serial?: string): Promise<Answer> =>
    merchant.post('/v3/security/echo', body, { headers: { 'Wechatpay-Serial': serial } })

  function opened(ciphertext: unknown): string {
    const key = createPrivateKey(simulator.keys().merchant[0]!.private_key_pem!)
    const sealed = Buffer.from(String(ciphertext), 'base64')
    const options = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
    return privateDecrypt(options, sealed).toString('utf8')
  }

  const fields = ({ body }: Answer): Readonly<Record<string, unknown>> => JSON.parse(body.toString('utf8'))

  it('answers the message, and notifies it encrypted for the merchant', async () => {
    const { serial_no: serial, certificate_pem: pem } = simulator.keys().platform.certificates[0]!
    const body = {
      notify_url: receiver.url,
      echo_message: '你好',
      encrypted_echo_message: encrypted(pem, '6225880000000000'),
    }
    const answer = await echo(body, serial)
    expect([answer.status, verify(simulator.keys(), answer).ok]).toEqual([200, true])
    expect(fields(answer)['echo_message']).toBe('你好')
    expect(opened(fields(answer)['encrypted_echo_message'])).toBe('6225880000000000')
    await simulator.advance(0)
    expect(envelopeOf(receiver.arrivals[0]!)).toMatchObject({
      event_type: 'SECURITY_ECHO.SUCCESS',
      resource_type: 'encrypt-resource',
      resource: { original_type: 'security' },
    })
    const told = resourceOf(simulator.keys().apiv3_key, receiver.arrivals[0]!)!
    expect(told['echo_message']).toBe('你好')
    expect(opened(told['encrypt_echo_message'])).toBe('6225880000000000')
  })

  it('does without a secret and without a callback, not without a key of WeChat', async () => {
    const { serial_no: serial } = simulator.keys().platform.certificates[0]!
    const answer = await echo({ echo_message: 'x' }, serial)
    expect([answer.status, fields(answer)]).toEqual([200, { echo_message: 'x' }])
    await simulator.advance(0)
    expect(receiver.arrivals).toEqual([])
    const unnamed = await echo({ echo_message: 'x' })
    expect([unnamed.status, unnamed.json.code]).toEqual([400, 'PARAM_ERROR'])
    const foreign = await echo({ echo_message: 'x', encrypted_echo_message: 'AAAA' }, serial)
    expect(foreign.json.detail.field).toBe('/encrypted_echo_message')
  })
})
