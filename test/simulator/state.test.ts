import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createStateKeeper, readStateFile } from '#simulator/state-file.ts'
import { parseState } from '#simulator/state.ts'
import type { SimulatorState } from '#simulator/state.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import type { SimulatorOptions } from '#simulator/simulator-options.ts'
import {
  APPID,
  MCHID,
  createMerchant,
  newNumber,
  paidOrder,
  prepayBody,
  refundBody,
} from './support/merchant.ts'
import { startReceiver, verify } from './support/receiver.ts'
import type { Receiver } from './support/receiver.ts'

const running: Simulator[] = []
const fail = (error: unknown): void => expect.unreachable(String(error))
let receiver: Receiver
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-state-'))
  receiver = await startReceiver()
})
afterAll(async () => {
  await receiver.stop()
  await rm(folder, { recursive: true })
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()))
})

async function start(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual', ...options })
  running.push(simulator)
  return simulator
}

/** Stops a simulator and starts one with what a file would have kept of it. */
async function again(before: Simulator, options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  await before.stop()
  return start({ state: parseState(JSON.stringify(before.state())), ...options })
}

describe('a simulator that goes on', () => {
  it('has the same keys in their mode, signs and issues with them, and takes what the options give instead', async () => {
    const first = await start({ mode: 'mixed', https: true })
    await first.control.addCertificate({ activate: true })
    await first.control.resetApiv3Key()
    const kept = first.keys()
    const second = await again(first, { https: true })
    expect(second.keys()).toEqual(kept)
    expect(second.caCertificatePem).toBe(first.caCertificatePem)
    const third = await again(second, {
      mode: 'public_key',
      apiv3Key: 'k'.repeat(32),
      tlsNames: ['app'],
      https: true,
    })
    expect(third.keys()).toMatchObject({
      mode: 'public_key',
      apiv3_key: 'k'.repeat(32),
      merchant: kept.merchant,
    })
    expect(third.caCertificatePem).not.toBe(first.caCertificatePem)
    const fourth = await again(third, { mode: 'certificate' })
    const answer = await createMerchant(fourth).get('/v3/certificates')
    expect(verify(kept, answer).ok).toBe(true)
    expect((await fourth.control.addMerchantCertificate()).merchant).toHaveLength(2)
  })

  it('has the same orders, tickets and refunds, and never gives a number twice', async () => {
    const first = await start()
    const paid = await paidOrder(first)
    const body = prepayBody({ out_trade_no: newNumber() })
    const { json: placed } = await createMerchant(first).post('/v3/pay/transactions/native', body)
    await createMerchant(first).post('/v3/refund/domestic/refunds', refundBody(paid))
    const [orders, refunds] = [await first.control.orders(), await first.control.refunds()]
    const second = await again(first)
    // The page of each is on the port of this run.
    const kept = orders.map((order) => ({ ...order, payer_url: expect.stringContaining(second.controlUrl) }))
    expect(await second.control.orders()).toEqual(kept)
    expect(await second.control.refunds()).toEqual(refunds)
    expect((await second.control.pay({ code_url: placed.code_url })).trade_state).toBe('SUCCESS')
    const numbers = (await second.control.orders()).map((order) => order.transaction_id!.slice(-10))
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('goes on with retries and refunds where they were, and with the time that was jumped', async () => {
    receiver.respond = (response) => response.writeHead(500).end()
    const first = await start()
    const number = await paidOrder(first, { notify_url: receiver.url })
    await createMerchant(first).post('/v3/refund/domestic/refunds', refundBody(number))
    await first.advance(20_000)
    const { now, wall } = await first.control.advance(0)
    expect(receiver.arrivals).toHaveLength(2)
    const second = await again(first)
    const after = await second.control.advance(0)
    // Two clocks are read one after the other.
    expect(Math.round((after.now - after.wall) / 1000)).toBe(Math.round((now - wall) / 1000))
    expect((await second.control.notifications())[0]).toMatchObject({ state: 'waiting', attempts: [{}, {}] })
    receiver.respond = (response) => response.writeHead(204).end()
    await second.advance(9000)
    expect(receiver.arrivals).toHaveLength(2)
    await second.advance(1000)
    expect(receiver.arrivals).toHaveLength(3)
    expect((await second.control.notifications())[0]).toMatchObject({ state: 'delivered' })
    await second.advance(5 * 60_000)
    expect((await second.control.refunds())[0]).toMatchObject({ status: 'SUCCESS' })
  })

  it('makes an attempt again that was cut off, and holds what was held', async () => {
    receiver.arrivals.length = 0
    let asked = (): void => undefined
    const arrived = new Promise<void>((resolve) => {
      asked = resolve
    })
    receiver.respond = () => asked()
    const first = await start({ timers: 'real' })
    await paidOrder(first, { notify_url: receiver.url })
    await arrived
    await first.control.addFault({ kind: 'hold' })
    await paidOrder(first, { notify_url: receiver.url })
    receiver.respond = (response) => response.writeHead(204).end()
    const second = await again(first)
    const states = async () => (await second.control.notifications()).map(({ state }) => state)
    expect(await states()).toEqual(['waiting', 'held'])
    await second.advance(0)
    expect(await states()).toEqual(['delivered', 'delivered'])
    expect(receiver.arrivals).toHaveLength(3)
  })

  it('refuses the state of another merchant or version', async () => {
    const first = await start()
    const state = first.state()
    await expect(start({ mchid: '1900000999', state })).rejects.toThrow(`that of merchant ${MCHID}`)
    expect(() => parseState(JSON.stringify({ ...state, version: '0.0.1' }))).toThrow(
      'was not written by version',
    )
    expect(() => parseState('{')).toThrow('is not JSON')
  })
})

describe('a state file', () => {
  const file = (name: string): string => join(folder, name)
  const state = (saved_at: number) => ({ saved_at }) as SimulatorState

  it('is written for this user only, whole, and read again', async () => {
    const simulator = await start()
    await paidOrder(simulator)
    await createStateKeeper(file('a'), () => simulator.state(), fail).flush()
    expect((await stat(file('a'))).mode.toString(8)).toMatch(/600$/)
    expect(await readStateFile(file('a'))).toMatchObject({ mchid: MCHID, saved_at: expect.any(Number) })
    expect(await readStateFile(file('none'))).toBeUndefined()
  })

  it('has the last of many changes, written in few goes', async () => {
    let written = 0
    const keeper = createStateKeeper(file('b'), () => state((written += 1)), fail)
    for (let change = 0; change < 100; change += 1) keeper.changed()
    await keeper.flush()
    expect(JSON.parse(await readFile(file('b'), 'utf8'))).toEqual({ saved_at: written })
    expect(written).toBeLessThan(4)
  })

  it('that cannot be written or read is told', async () => {
    const failures: unknown[] = []
    await createStateKeeper(
      join(folder, 'no/such/folder'),
      () => state(1),
      (error) => failures.push(error),
    ).flush()
    expect(String(failures)).toContain('ENOENT')
    await writeFile(file('c'), 'nonsense')
    await expect(readStateFile(file('c'))).rejects.toThrow(`--state ${file('c')}: it is not JSON: remove it`)
    await expect(readStateFile(folder)).rejects.toThrow('the file cannot be read')
  })
})
