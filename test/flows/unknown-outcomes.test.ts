import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FaultInput } from '#simulator/faults.ts'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'

const MINUTE = 60_000

let flow: Flow
beforeAll(async () => {
  flow = await startFlow({ assembly: await givenAssembly() })
})
afterAll(() => flow?.stop())
beforeEach(() => flow.wechat.clearFaults())

let count = 0
const next = (word: string) => `${word}-${(count += 1)}`

/** How a refund call can end without an answer that says what became of it. */
const UNKNOWN: readonly (readonly [string, FaultInput, happened: boolean])[] = [
  ['a time-out after the effect', { kind: 'timeout_after' }, true],
  [
    'a connection that closes without an answer before the effect',
    { kind: 'timeout_before', hang_ms: 50 },
    false,
  ],
  ['a connection that is reset after the effect', { kind: 'reset_after' }, true],
  ['SYSTEM_ERROR after the effect', { kind: 'system_error', after_effect: true }, true],
  ['SYSTEM_ERROR before the effect', { kind: 'system_error' }, false],
  ['429', { kind: 'frequency_limited' }, false],
  ['a bad gateway after the effect', { kind: 'bad_gateway', after_effect: true }, true],
  ['a 2xx without a signature', { kind: 'unsigned' }, true],
  ['a 2xx signed by somebody else', { kind: 'bad_signature' }, true],
]

describe('a refund whose outcome is unknown', () => {
  it.each(UNKNOWN)('after %s is answered 202 and resolved by the sweep', async (_, fault, happened) => {
    const order = next('UNKNOWN')
    const number = `${order}-R`
    await flow.paid(order, 1000)
    await flow.wechat.addFault({ ...fault, match: { endpoint: 'refund' } })
    const { status, body } = await flow.refund(order, number, 400)
    expect([status, body['status']]).toEqual([202, 'UNKNOWN'])
    expect((await flow.order(order)).refundable).toBe(600)
    const atWechat = async () =>
      (await flow.wechat.refunds()).filter(({ out_trade_no }) => out_trade_no === order)
    expect((await atWechat()).length).toBe(happened ? 1 : 0)

    await flow.sweepAfter(2 * MINUTE)
    expect((await flow.order(order)).refunds).toMatchObject([{ out_refund_no: number, status: 'PROCESSING' }])
    await flow.wechat.finishRefund(number)
    await flow.merchant.event(flow.refundKey(number))
    expect((await atWechat()).map(({ out_refund_no, amount }) => [out_refund_no, amount.refund])).toEqual([
      [number, 400],
    ])
    expect((await flow.order(order)).refundable).toBe(600)
  })

  it('is not touched by a sweep within its first minute, nor by a repeat of the request', async () => {
    const order = next('YOUNG')
    await flow.paid(order, 100)
    await flow.wechat.addFault({ kind: 'reset_before', match: { endpoint: 'refund' } })
    await flow.refund(order, `${order}-R`, 100)
    await flow.sweepAfter(0)
    const repeated = await flow.refund(order, `${order}-R`, 100)
    expect([repeated.status, repeated.body['status']]).toEqual([202, 'UNKNOWN'])
    expect((await flow.wechat.refunds()).some(({ out_trade_no }) => out_trade_no === order)).toBe(false)
  })
})

/** Faults of calls that may be repeated: one failure is not seen by the merchant. */
const PASSING: readonly (readonly [string, FaultInput])[] = [
  ['SYSTEM_ERROR', { kind: 'system_error' }],
  ['a bad gateway', { kind: 'bad_gateway' }],
  ['429', { kind: 'frequency_limited' }],
  ['a 2xx without a signature', { kind: 'unsigned' }],
  ['a reset connection', { kind: 'reset_after' }],
]

describe('a prepay call', () => {
  it.each(PASSING)('is repeated after %s, and the order is placed once', async (_, fault) => {
    const order = next('PASSING')
    await flow.wechat.addFault({ ...fault, match: { endpoint: 'prepay' } })
    expect((await flow.place(order))['status']).toBe('AWAITING_PAYMENT')
    expect((await flow.wechat.orders()).filter(({ out_trade_no }) => out_trade_no === order)).toHaveLength(1)
  })

  it('goes to the backup domain while the primary is down', async () => {
    await flow.wechat.addFault({ kind: 'primary_down' })
    const event = await flow.paid(next('BACKUP'), 100)
    expect(event.type).toBe('payment.succeeded')
  })

  it('that never gets an answer is 503, and the same request later gets the payment', async () => {
    const order = next('DOWN')
    await flow.wechat.addFault({ kind: 'service_unavailable', match: { endpoint: 'prepay' }, count: null })
    await expect(flow.place(order)).rejects.toThrow('503 wechat_unavailable')
    expect((await flow.order(order)).status).toBe('CREATED')
    await flow.wechat.clearFaults()
    expect((await flow.place(order))['code_url']).toMatch(/^weixin:/)
  })

  it('whose answers are all lost is resolved by the sweep once it is paid', async () => {
    const order = next('LOST')
    await flow.wechat.addFault({ kind: 'reset_after', match: { endpoint: 'prepay' }, count: null })
    await expect(flow.place(order)).rejects.toThrow('503 wechat_unavailable')
    await flow.wechat.clearFaults()
    await flow.wechat.addFault({ kind: 'drop', match: { out_trade_no: order } })
    await flow.wechat.pay({ out_trade_no: order })
    await flow.sweepAfter(2 * MINUTE)
    expect((await flow.merchant.event(flow.paymentKey(order))).type).toBe('payment.succeeded')
    expect((await flow.order(order)).status).toBe('PAID')
  })

  it('that WeChat refuses for certain rejects the order, and its number may be used for another', async () => {
    const order = next('REFUSED')
    await flow.wechat.addFault({ kind: 'error', code: 'NO_AUTH', match: { endpoint: 'prepay' } })
    await expect(flow.place(order, 100)).rejects.toThrow('422 wechat_refused')
    expect((await flow.order(order)).status).toBe('REJECTED')
    expect((await flow.place(order, 200))['status']).toBe('AWAITING_PAYMENT')
  })
})

describe('an unpaid order past its time', () => {
  it('is closed at WeChat first and then here', async () => {
    const order = next('EXPIRED')
    await flow.place(order)
    await flow.sweepAfter(8 * 24 * 60 * MINUTE)
    expect((await flow.merchant.event(flow.paymentKey(order, 'CLOSED'))).type).toBe('payment.closed')
    const atWechat = (await flow.wechat.orders()).find(({ out_trade_no }) => out_trade_no === order)
    expect(atWechat?.trade_state).toBe('CLOSED')
  })
})
