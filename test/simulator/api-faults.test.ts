import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { FaultInput } from '#simulator/faults.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, prepayBody } from './support/merchant.ts'
import type { Merchant } from './support/merchant.ts'
import { verify } from './support/receiver.ts'

let simulator: Simulator
let merchant: Merchant

beforeAll(async () => {
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual' })
  merchant = createMerchant(simulator)
})
afterEach(() => simulator.control.clearFaults())
afterAll(() => simulator.stop())

const NATIVE = '/v3/pay/transactions/native'
const known = async (body: Record<string, unknown>): Promise<boolean> =>
  (await simulator.control.orders()).some(({ out_trade_no: number }) => number === body['out_trade_no'])

describe('an answer', () => {
  it.each<[FaultInput, number, string]>([
    [{ kind: 'system_error' }, 500, 'SYSTEM_ERROR'],
    [{ kind: 'frequency_limited' }, 429, 'FREQUENCY_LIMITED'],
    [{ kind: 'bad_gateway' }, 502, 'SERVICE_UNAVAILABLE'],
    [{ kind: 'service_unavailable' }, 503, 'SERVICE_UNAVAILABLE'],
    [{ kind: 'error', code: 'RULE_LIMIT' }, 403, 'RULE_LIMIT'],
    [{ kind: 'error', code: 'SYSTEMERROR', status: 500, message: '系统超时' }, 500, 'SYSTEMERROR'],
    [{ kind: 'error', code: 'NEVER_SEEN' }, 400, 'NEVER_SEEN'],
  ])('is an error by %j, before or after the effect, once', async (fault, status, code) => {
    const before = prepayBody()
    await simulator.control.addFault(fault)
    const refused = await merchant.post(NATIVE, before)
    expect([refused.status, refused.json.code, await known(before)]).toEqual([status, code, false])
    expect(refused.headers['wechatpay-signature']).toBeUndefined()
    const after = prepayBody()
    await simulator.control.addFault({ ...fault, after_effect: true } as FaultInput)
    expect((await merchant.post(NATIVE, after)).status).toBe(status)
    expect(await known(after)).toBe(true)
    expect((await merchant.post(NATIVE, after)).status).toBe(200)
  })

  it.each([
    ['timeout_before', false, 'socket hang up'],
    ['timeout_after', true, 'socket hang up'],
    ['reset_before', false, 'ECONNRESET'],
    ['reset_after', true, 'ECONNRESET'],
  ] as const)('never comes by "%s"', async (kind, effect, message) => {
    const body = prepayBody()
    await simulator.control.addFault(kind.startsWith('timeout') ? { kind, hang_ms: 20 } : { kind })
    await expect(merchant.post(NATIVE, body)).rejects.toThrow(message)
    expect(await known(body)).toBe(effect)
  })

  it('comes late by "slow"', async () => {
    await simulator.control.addFault({ kind: 'slow', delay_ms: 60 })
    const start = performance.now()
    expect((await merchant.post(NATIVE, prepayBody())).status).toBe(200)
    expect(performance.now() - start).toBeGreaterThan(55)
  })

  it.each([
    ['unsigned', 'header_missing'],
    ['bad_signature', 'signature'],
    ['answer_probe', 'probe'],
  ] as const)('takes effect but cannot be verified by "%s"', async (kind, reason) => {
    const body = prepayBody()
    await simulator.control.addFault({ kind })
    const answer = await merchant.post(NATIVE, body)
    expect([answer.status, await known(body)]).toEqual([200, true])
    expect(verify(simulator.keys(), answer)).toMatchObject({ ok: false, reason })
    expect(verify(simulator.keys(), await merchant.post(NATIVE, body)).ok).toBe(true)
  })

  it('tells a state that nobody knows by "strange_state", signed, and once', async () => {
    await merchant.post(NATIVE, prepayBody({ out_trade_no: 'STRANGE-1' }))
    const path = `/v3/pay/transactions/out-trade-no/STRANGE-1?mchid=${MCHID}`
    await simulator.control.addFault({ kind: 'strange_state', match: { endpoint: 'query' } })
    const strange = await merchant.get(path)
    expect([verify(simulator.keys(), strange).ok, JSON.parse(strange.body.toString()).trade_state]).toEqual([
      true,
      'REVERSED',
    ])
    expect(JSON.parse((await merchant.get(path)).body.toString()).trade_state).toBe('NOTPAY')
  })

  it('of an endpoint, domain or number other than the matched one is as usual', async () => {
    await simulator.control.addFault({ kind: 'system_error', match: { endpoint: 'refund' } })
    await simulator.control.addFault({ kind: 'system_error', match: { host: 'backup' } })
    await simulator.control.addFault({ kind: 'system_error', match: { out_trade_no: 'MATCHED-1' } })
    expect((await merchant.post(NATIVE, prepayBody())).status).toBe(200)
    expect((await merchant.get('/v3/refund/domestic/refunds/R1')).status).toBe(404)
    expect((await merchant.post('/v3/refund/domestic/refunds', {})).status).toBe(500)
    expect((await merchant.post(NATIVE, prepayBody(), { baseUrl: simulator.backupUrl })).status).toBe(500)
    expect((await merchant.post(NATIVE, prepayBody({ out_trade_no: 'MATCHED-1' }))).status).toBe(500)
  })
})

describe('the primary domain', () => {
  it('refuses connections by "primary_down" until cleared, while the backup domain answers', async () => {
    const { id } = await simulator.control.addFault({ kind: 'primary_down' })
    await expect(merchant.post(NATIVE, prepayBody())).rejects.toThrow('ECONNREFUSED')
    expect((await merchant.post(NATIVE, prepayBody(), { baseUrl: simulator.backupUrl })).status).toBe(200)
    await simulator.control.clearFaults(id)
    expect((await merchant.post(NATIVE, prepayBody())).status).toBe(200)
  })
})

describe('asking for a fault', () => {
  it.each([
    [{ kind: 'nonsense' }, 'no fault "nonsense"; known: error, system_error'],
    [{ kind: 'slow' }, 'delay_ms'],
    [{ kind: 'duplicate', times: 1 }, 'times'],
    [{ kind: 'probe', count: 0 }, 'count'],
    [{ kind: 'probe', match: { order: 'x' } }, 'match.order'],
    [{ kind: 'probe', delay_ms: 1 }, 'delay_ms'],
    [{}, 'kind'],
  ])('as %j is refused with what is wrong', async (input, message) => {
    await expect(simulator.control.addFault(input as never)).rejects.toThrow(message)
    expect(await simulator.control.faults()).toEqual([])
  })

  it('says so when the one to clear does not exist', async () => {
    await expect(simulator.control.clearFaults('fault-0')).rejects.toThrow('no fault fault-0')
  })
})
