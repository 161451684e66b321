import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RETRY_DELAYS_MS } from '#simulator/retry-schedule.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, paidOrder, prepayBody, refundBody } from './support/merchant.ts'
import { envelopeOf, resourceOf, startReceiver, verify } from './support/receiver.ts'
import type { Receiver } from './support/receiver.ts'

let simulator: Simulator
let receiver: Receiver

beforeEach(async () => {
  receiver = await startReceiver()
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    refundDelayMs: 1000,
    notifyTimeoutMs: 200,
  })
})
afterEach(async () => {
  await simulator.stop()
  await receiver.stop()
})

const MINUTES = [0.25, 0.25, 0.5, 3, 10, 20, 30, 30, 30, 60, 180, 180, 180, 360, 360]

describe('a payment notification', () => {
  it('is an encrypted, signed POST of what a query would answer', async () => {
    const number = await paidOrder(simulator, { notify_url: receiver.url, attach: 'shop 7' })
    await simulator.advance(0)
    const [arrival] = receiver.arrivals
    expect(receiver.arrivals).toHaveLength(1)
    expect([arrival!.method, arrival!.headers['content-type']]).toEqual(['POST', 'application/json'])
    expect(verify(simulator.keys(), arrival!)).toEqual({
      ok: true,
      serial: simulator.keys().platform.signing_serial_no,
    })
    expect(envelopeOf(arrival!)).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      create_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
      resource_type: 'encrypt-resource',
      event_type: 'TRANSACTION.SUCCESS',
      summary: '支付成功',
      resource: {
        original_type: 'transaction',
        algorithm: 'AEAD_AES_256_GCM',
        associated_data: 'transaction',
        nonce: expect.stringMatching(/^\w{12}$/),
        ciphertext: expect.any(String),
      },
    })
    const query = await createMerchant(simulator).get(
      `/v3/pay/transactions/out-trade-no/${number}?mchid=${MCHID}`,
    )
    expect(resourceOf(simulator.keys().apiv3_key, arrival!)).toEqual(query.json)
    expect(query.json.trade_state).toBe('SUCCESS')
  })

  it('is not sent for an order that nobody pays', async () => {
    const body = prepayBody({ notify_url: receiver.url })
    await createMerchant(simulator).post('/v3/pay/transactions/native', body)
    await simulator.control.giveUp({ out_trade_no: String(body['out_trade_no']) })
    await simulator.advance(60_000)
    expect([receiver.arrivals.length, (await simulator.control.notifications()).length]).toEqual([0, 0])
  })
})

describe('a refund notification', () => {
  it.each([
    ['SUCCESS', '退款成功'],
    ['CLOSED', '退款关闭'],
    ['ABNORMAL', '退款异常'],
  ] as const)('tells %s as refund_status, without channel, currency or status', async (status, summary) => {
    const number = await paidOrder(simulator)
    await simulator.control.addFault({ kind: 'drop', match: { event: 'payment' } })
    const body = refundBody(number, { notify_url: receiver.url })
    const accepted = await createMerchant(simulator).post('/v3/refund/domestic/refunds', body)
    await simulator.control.finishRefund(String(body['out_refund_no']), status)
    await simulator.advance(0)
    const arrival = receiver.arrivals.at(-1)!
    expect(verify(simulator.keys(), arrival).ok).toBe(true)
    expect(envelopeOf(arrival)).toMatchObject({
      event_type: `REFUND.${status}`,
      summary,
      resource: { original_type: 'refund', associated_data: 'refund' },
    })
    const { success_time: successTime, ...resource } = resourceOf(simulator.keys().apiv3_key, arrival)!
    expect(resource).toEqual({
      mchid: MCHID,
      transaction_id: accepted.json.transaction_id,
      out_trade_no: number,
      refund_id: accepted.json.refund_id,
      out_refund_no: body['out_refund_no'],
      refund_status: status,
      user_received_account: '支付用户零钱',
      amount: { total: 100, refund: 30, payer_total: 100, payer_refund: 30 },
    })
    expect(successTime !== undefined).toBe(status === 'SUCCESS')
  })

  it('is not sent when the refund named no notify_url', async () => {
    const number = await paidOrder(simulator)
    await createMerchant(simulator).post('/v3/refund/domestic/refunds', refundBody(number))
    await simulator.advance(1000)
    expect((await simulator.control.notifications()).map(({ event }) => event)).toEqual(['payment'])
  })
})

describe('retries', () => {
  it("follow WeChat's plan of 15 over 24 h 4 m, with one id and a new signature and ciphertext each time", async () => {
    expect(RETRY_DELAYS_MS).toEqual(MINUTES.map((minutes) => minutes * 60_000))
    expect(RETRY_DELAYS_MS.reduce((sum, delay) => sum + delay)).toBe(24 * 3_600_000 + 4 * 60_000)
    receiver.respond = (response) => response.writeHead(500).end()
    await paidOrder(simulator, { notify_url: receiver.url })
    await simulator.advance(0)
    for (const [index, delay] of RETRY_DELAYS_MS.entries()) {
      await simulator.advance(delay - 1000)
      expect(receiver.arrivals).toHaveLength(index + 1)
      await simulator.advance(1000)
      expect(receiver.arrivals).toHaveLength(index + 2)
    }
    await simulator.advance(48 * 3_600_000)
    const [delivery] = await simulator.control.notifications()
    expect([delivery!.state, delivery!.attempts.length]).toEqual(['given_up', 16])
    expect(new Set(receiver.arrivals.map((arrival) => envelopeOf(arrival).id)).size).toBe(1)
    expect(new Set(receiver.arrivals.map(({ headers }) => headers['wechatpay-signature'])).size).toBe(16)
    expect(new Set(receiver.arrivals.map((arrival) => envelopeOf(arrival).resource.nonce)).size).toBe(16)
    expect(receiver.arrivals.every((arrival) => verify(simulator.keys(), arrival).ok)).toBe(true)
  })

  it.each([200, 204])('end with an answer of %i', async (status) => {
    receiver.respond = (response) => response.writeHead(receiver.arrivals.length < 3 ? 503 : status).end()
    await paidOrder(simulator, { notify_url: receiver.url })
    await simulator.advance(3_600_000)
    const [delivery] = await simulator.control.notifications()
    expect([delivery!.state, delivery!.attempts.map((attempt) => attempt.status)]).toEqual([
      'delivered',
      [503, 503, status],
    ])
  })

  it.each([201, 202, 302, 401])(
    'go on after an answer of %i, and redirects are not followed',
    async (status) => {
      receiver.respond = (response) => response.writeHead(status, { Location: receiver.url }).end()
      await paidOrder(simulator, { notify_url: receiver.url })
      await simulator.advance(15_000)
      expect(receiver.arrivals).toHaveLength(2)
    },
  )

  it('go on when nobody answers in time or nobody is there', async () => {
    receiver.respond = () => undefined
    const silent = await paidOrder(simulator, { notify_url: receiver.url })
    const absent = await paidOrder(simulator, { notify_url: 'http://127.0.0.1:1/notify' })
    await simulator.advance(0)
    const deliveries = await simulator.control.notifications()
    const errors = [silent, absent].map(
      (number) => deliveries.find((entry) => entry.out_trade_no === number)!.attempts[0]!.error,
    )
    expect(errors).toEqual(['time-out', 'ECONNREFUSED'])
  })

  it('run by themselves on a compressed clock', async () => {
    const fast = await startSimulator({ mchid: MCHID, appids: [APPID], timeScale: 1000 })
    receiver.respond = (response) => response.writeHead(receiver.arrivals.length < 4 ? 500 : 204).end()
    const number = await paidOrder(fast, { notify_url: receiver.url })
    const delivery = await fast.control.waitForNotification({ out_trade_no: number })
    expect(delivery.attempts.map(({ status }) => status)).toEqual([500, 500, 500, 204])
    await fast.stop()
  })
})

describe('the signature of notifications', () => {
  it('is by certificate or public key at random, in the share that was set, while both are in use', async () => {
    await simulator.control.setMode('mixed', 0.5)
    const numbers = Array.from({ length: 40 }, () => paidOrder(simulator, { notify_url: receiver.url }))
    await Promise.all(numbers)
    await simulator.advance(0)
    const serials = new Set(
      receiver.arrivals.map((arrival) => {
        const verified = verify(simulator.keys(), arrival)
        return verified.ok && verified.serial
      }),
    )
    expect(serials).toEqual(
      new Set([simulator.keys().platform.signing_serial_no, simulator.keys().public_key.id]),
    )
    await simulator.control.setMode('public_key')
    await paidOrder(simulator, { notify_url: receiver.url })
    await simulator.advance(0)
    expect(verify(simulator.keys(), receiver.arrivals.at(-1)!)).toMatchObject({
      serial: simulator.keys().public_key.id,
    })
  })
})
