import { createPrivateKey, sign } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { loadCertificate } from '#shared/crypto/keys.ts'
import { answerMessage } from '#shared/wechat/trust/signature.ts'
import { APPID, MCHID, createMerchant, paidOrder, refundBody } from './support/merchant.ts'
import type { Merchant } from './support/merchant.ts'
import { resourceOf, startReceiver, verify } from './support/receiver.ts'
import type { Receiver } from './support/receiver.ts'

let simulator: Simulator
let merchant: Merchant
let receiver: Receiver

beforeAll(async () => {
  receiver = await startReceiver()
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    refundDelayMs: 'manual',
  })
  merchant = createMerchant(simulator)
})
afterAll(async () => {
  await simulator.stop()
  await receiver.stop()
})

const lower = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

describe('the primary URL', () => {
  it('serves the control API as well, and to no web page either', async () => {
    const keys = await fetch(`${simulator.url}/_control/keys`)
    expect(await keys.json()).toEqual(await simulator.control.keys())
    const page = await fetch(`${simulator.url}/_control/keys`, {
      headers: { origin: 'https://evil.example' },
    })
    expect(page.status).toBe(403)
  })
})

describe('keys', () => {
  it("let an outside program sign what verifies as WeChat's own", async () => {
    const keys = await simulator.control.keys()
    const [certificate] = keys.platform.certificates
    const body = Buffer.from('{"id":"made elsewhere"}')
    const timestamp = String(Math.floor(Date.now() / 1000))
    const headers = {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': 'abc',
      'wechatpay-serial': certificate!.serial_no,
      'wechatpay-signature': sign(
        'sha256',
        answerMessage(timestamp, 'abc', body),
        createPrivateKey(certificate!.private_key_pem),
      ).toString('base64'),
    }
    expect(verify(keys, { headers, body }).ok).toBe(true)
    expect(loadCertificate(keys.merchant[0]!.certificate_pem).serial).toBe(keys.merchant[0]!.serial_no)
    expect(keys.public_key.id).toMatch(/^PUB_KEY_ID_\d{34}$/)
    expect(keys.apiv3_key).toMatch(/^\w{32}$/)
  })

  it("may be the caller's own", async () => {
    const { certificate_pem: merchantCertificatePem, private_key_pem: key } = simulator.keys().merchant[0]!
    const apiv3Key = 'k'.repeat(32)
    const other = await startSimulator({
      mchid: MCHID,
      appids: [APPID],
      merchantCertificatePem,
      merchantPrivateKeyPem: key!,
      apiv3Key,
    })
    expect(other.keys()).toMatchObject({ apiv3_key: apiv3Key, merchant: simulator.keys().merchant })
    expect((await createMerchant(other).get('/v3/certificates')).status).toBe(200)
    await other.stop()
    await expect(startSimulator({ mchid: MCHID, appids: [APPID], apiv3Key: 'short' })).rejects.toThrow(
      '32 ASCII characters',
    )
  })
})

describe('a built notification', () => {
  it('of an order is what WeChat would send, and is not sent', async () => {
    const number = await paidOrder(simulator, { notify_url: receiver.url })
    const built = await simulator.control.build({ out_trade_no: number })
    const arrival = { method: 'POST', headers: lower(built.headers), body: Buffer.from(built.body) }
    expect([verify(simulator.keys(), arrival).ok, built.url]).toEqual([true, receiver.url])
    expect(resourceOf(simulator.keys().apiv3_key, arrival)).toEqual(built.resource)
    expect(receiver.arrivals).toHaveLength(0)
  })

  it('of a refund, of anything at all, by either kind of key, or spoiled', async () => {
    const number = await paidOrder(simulator)
    const body = refundBody(number)
    await merchant.post('/v3/refund/domestic/refunds', body)
    await simulator.control.finishRefund(String(body['out_refund_no']))
    const refund = await simulator.control.build({
      out_refund_no: String(body['out_refund_no']),
      sign_with: 'public_key',
    })
    expect(refund.resource).toMatchObject({ refund_status: 'SUCCESS' })
    expect(refund.headers['Wechatpay-Serial']).toBe(simulator.keys().public_key.id)
    const free = await simulator.control.build({
      event_type: 'TRANSACTION.SUCCESS',
      resource: { mchid: 'x' },
    })
    expect(free.resource).toEqual({ mchid: 'x' })
    const overlaid = await simulator.control.build({
      out_trade_no: number,
      resource: { mchid: 'x' },
      faults: [{ kind: 'stale_timestamp' }],
    })
    expect(overlaid.resource).toMatchObject({ mchid: 'x', out_trade_no: number })
    const arrival = { headers: lower(overlaid.headers), body: Buffer.from(overlaid.body) }
    expect(verify(simulator.keys(), arrival)).toMatchObject({ reason: 'timestamp' })
    await expect(simulator.control.build({})).rejects.toThrow('give out_trade_no')
    await expect(simulator.control.build({ out_trade_no: 'UNKNOWN1' })).rejects.toThrow('订单不存在')
  })
})

describe('sending again', () => {
  it('delivers copies at once, spoiled on demand, and tells what each met', async () => {
    const number = await paidOrder(simulator, { notify_url: receiver.url })
    await simulator.control.flush()
    const { id } = await simulator.control.waitForNotification({ out_trade_no: number })
    const before = receiver.arrivals.length
    const attempts = await simulator.control.resend(id, { times: 5, faults: [{ kind: 'tampered_body' }] })
    expect(attempts.map(({ status, faults }) => [status, faults])).toEqual(
      Array.from({ length: 5 }, () => [204, ['tampered_body']]),
    )
    expect(receiver.arrivals.slice(before).some((arrival) => verify(simulator.keys(), arrival).ok)).toBe(
      false,
    )
    await expect(simulator.control.resend('no-such-id')).rejects.toThrow('no notification no-such-id')
  })
})

describe('the books', () => {
  it('sum up payments and refunds by state, and are empty after a reset', async () => {
    await simulator.control.reset()
    const number = await paidOrder(simulator)
    await paidOrder(simulator, { amount: { total: 11 } })
    const body = refundBody(number)
    await merchant.post('/v3/refund/domestic/refunds', body)
    await merchant.post(
      '/v3/refund/domestic/refunds',
      refundBody(number, { amount: { refund: 5, total: 100, currency: 'CNY' } }),
    )
    await simulator.control.finishRefund(String(body['out_refund_no']))
    const none = { count: 0, total: 0 }
    expect(await simulator.control.books()).toEqual({
      orders: 2,
      payments: { count: 2, total: 111 },
      refunds: {
        PROCESSING: { count: 1, total: 5 },
        SUCCESS: { count: 1, total: 30 },
        CLOSED: none,
        ABNORMAL: none,
      },
      balance: 81,
    })
    await simulator.control.reset()
    expect([await simulator.control.books(), await simulator.control.notifications()]).toMatchObject([
      { orders: 0, balance: 0 },
      [],
    ])
  })
})

describe('the control port', () => {
  function raw(headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        `${simulator.controlUrl}/_control/keys`,
        { headers, agent: false },
        (response) => {
          response.resume()
          resolve(response.statusCode)
        },
      )
      request.on('error', reject).end()
    })
  }

  it('answers programs but no web pages, whose names could be rebound to this machine', async () => {
    expect(await raw({})).toBe(200)
    expect(await raw({ Origin: 'https://evil.example' })).toBe(403)
    expect(await raw({ Host: 'evil.example' })).toBe(403)
  })

  it('says what is wrong with a request', async () => {
    const answer = async (path: string, init: RequestInit): Promise<unknown> => {
      const response = await fetch(`${simulator.controlUrl}${path}`, init)
      return [response.status, await response.json()]
    }
    expect(await answer('/_control/nothing', {})).toEqual([
      404,
      { code: 'no_such_route', message: 'no GET /_control/nothing; see docs/simulator.md' },
    ])
    expect(await answer('/_control/payer/pay', { method: 'POST', body: '{' })).toEqual([
      400,
      { code: 'bad_request', message: 'the body is not JSON' },
    ])
    expect(await answer('/_control/time/advance', { method: 'POST', body: '{"ms":-1}' })).toMatchObject([
      400,
      { code: 'bad_request' },
    ])
  })

  it('waits no longer for a notification than it was told to', async () => {
    await expect(
      simulator.control.waitForNotification({ out_trade_no: 'NEVER-1', timeout_ms: 10 }),
    ).rejects.toThrow('no notification like that')
  })
})
