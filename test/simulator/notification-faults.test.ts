import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, paidOrder, refundBody } from './support/merchant.ts'
import { envelopeOf, resourceOf, startReceiver, verify } from './support/receiver.ts'
import type { Arrival, Receiver } from './support/receiver.ts'

let simulator: Simulator
let receiver: Receiver

beforeEach(async () => {
  receiver = await startReceiver()
  // A merchant that does what it must: refuse what does not verify.
  receiver.respond = (response, arrival) =>
    response.writeHead(verify(simulator.keys(), arrival).ok ? 204 : 401).end()
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual', refundDelayMs: 0 })
})
afterEach(async () => {
  await simulator.stop()
  await receiver.stop()
})

const pay = (): Promise<string> => paidOrder(simulator, { notify_url: receiver.url })
const resource = (arrival: Arrival): Record<string, unknown> =>
  resourceOf(simulator.keys().apiv3_key, arrival)!

describe('a notification as a whole', () => {
  it('arrives many times at once by "duplicate", each copy signed by itself', async () => {
    await simulator.control.addFault({ kind: 'duplicate', times: 20 })
    const held: (() => void)[] = []
    receiver.respond = (response) => {
      held.push(() => response.writeHead(204).end())
      // No copy is answered before all have come, so they must be under way together.
      if (held.length === 20) for (const answer of held) answer()
    }
    await pay()
    await simulator.advance(0)
    expect(receiver.arrivals).toHaveLength(20)
    expect(new Set(receiver.arrivals.map((arrival) => envelopeOf(arrival).id)).size).toBe(1)
    expect(new Set(receiver.arrivals.map(({ headers }) => headers['wechatpay-nonce'])).size).toBe(20)
  })

  it('arrives later by "delay"', async () => {
    await simulator.control.addFault({ kind: 'delay', delay_ms: 60_000 })
    await pay()
    await simulator.advance(59_000)
    expect(receiver.arrivals).toHaveLength(0)
    await simulator.advance(1000)
    expect(receiver.arrivals).toHaveLength(1)
  })

  it('arrives after the next one by "hold"', async () => {
    await simulator.control.addFault({ kind: 'hold' })
    const first = await pay()
    await simulator.advance(3_600_000)
    expect((await simulator.control.notifications())[0]!.state).toBe('held')
    const second = await pay()
    await simulator.advance(0)
    expect(receiver.arrivals.map((arrival) => resource(arrival)['out_trade_no'])).toEqual([second, first])
  })

  it('never arrives by "drop"', async () => {
    await simulator.control.addFault({ kind: 'drop' })
    await pay()
    await simulator.advance(48 * 3_600_000)
    expect([receiver.arrivals.length, (await simulator.control.notifications())[0]!.state]).toEqual([
      0,
      'dropped',
    ])
  })
})

describe('one attempt', () => {
  it.each([
    ['wrong_mchid', 'mchid', '1900000001'],
    ['wrong_appid', 'appid', 'wx00000000000bad00'],
  ] as const)('verifies but names another party by "%s"', async (kind, field, value) => {
    await simulator.control.addFault({ kind })
    await pay()
    await simulator.advance(0)
    expect(verify(simulator.keys(), receiver.arrivals[0]!).ok).toBe(true)
    expect(resource(receiver.arrivals[0]!)[field]).toBe(value)
  })

  it('verifies but tells another amount by "wrong_amount", of a payment or a refund', async () => {
    await simulator.control.addFault({ kind: 'wrong_amount', match: { event: 'payment' } })
    await simulator.control.addFault({ kind: 'wrong_amount', amount: 7, match: { event: 'refund' } })
    const number = await pay()
    await createMerchant(simulator).post(
      '/v3/refund/domestic/refunds',
      refundBody(number, { notify_url: receiver.url }),
    )
    await simulator.advance(0)
    const amounts = receiver.arrivals.map((arrival) => resource(arrival)['amount'])
    expect(amounts).toContainEqual(expect.objectContaining({ total: 101 }))
    expect(amounts).toContainEqual(expect.objectContaining({ total: 100, refund: 7 }))
  })

  it('verifies but tells of an event that nobody knows by "unknown_event_type"', async () => {
    await simulator.control.addFault({ kind: 'unknown_event_type' })
    await pay()
    await simulator.advance(0)
    expect(envelopeOf(receiver.arrivals[0]!).event_type).toBe('TRANSACTION.UNHEARD_OF')
  })

  it('is encrypted with the key before the last reset by "previous_apiv3_key"', async () => {
    const old = simulator.keys().apiv3_key
    await simulator.control.resetApiv3Key()
    await simulator.control.addFault({ kind: 'previous_apiv3_key' })
    const number = await pay()
    await simulator.advance(0)
    expect(resourceOf(simulator.keys().apiv3_key, receiver.arrivals[0]!)).toBeUndefined()
    expect(resourceOf(old, receiver.arrivals[0]!)).toMatchObject({ out_trade_no: number })
  })

  it.each([
    ['tampered_body', {}, 'signature'],
    ['foreign_key', {}, 'signature'],
    ['foreign_key', { serial: 'unknown' }, 'unknown_serial'],
    ['stale_timestamp', {}, 'timestamp'],
    ['stale_timestamp', { seconds: 400 }, 'timestamp'],
    ['probe', {}, 'probe'],
  ] as const)('does not verify by "%s" %j, and the retry is right', async (kind, extra, reason) => {
    await simulator.control.addFault({ kind, ...extra })
    await pay()
    await simulator.advance(15_000)
    expect(receiver.arrivals.map((arrival) => verify(simulator.keys(), arrival))).toMatchObject([
      { ok: false, reason },
      { ok: true },
    ])
    const [delivery] = await simulator.control.notifications()
    expect(delivery!.attempts.map(({ status, faults }) => [status, faults])).toEqual([
      [401, [kind]],
      [204, []],
    ])
  })

  it('applies as often and to what it was asked for', async () => {
    await simulator.control.addFault({ kind: 'probe', count: 2, match: { event: 'payment' } })
    await pay()
    await simulator.advance(30_000)
    expect(receiver.arrivals.map((arrival) => verify(simulator.keys(), arrival).ok)).toEqual([
      false,
      false,
      true,
    ])
    await simulator.control.addFault({ kind: 'probe', count: null, match: { out_trade_no: 'ANOTHER1' } })
    await pay()
    await simulator.advance(0)
    expect(verify(simulator.keys(), receiver.arrivals.at(-1)!).ok).toBe(true)
    expect(await simulator.control.faults()).toMatchObject([{ fault: { kind: 'probe' }, remaining: null }])
  })
})
