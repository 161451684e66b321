/** The console's API over a simulator that runs alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Listing } from '#console/contract.ts'
import type { FaultsOnShow, SimulatorClock, SimulatorOrder, WireLine } from '#console/contract-simulator.ts'
import type { NotificationInFull, NotificationRow, Resent } from '#console/contract-watch.ts'
import { deliveryRoutes } from '#console/server/delivery-routes.ts'
import { explainSimulator } from '#console/server/explain-simulator.ts'
import { startConsole } from '#console/server/server.ts'
import type { ConsoleServer } from '#console/server/server.ts'
import { simulatorRoutes } from '#console/server/simulator-routes.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, createMerchant, MCHID, prepayBody } from '#test/simulator/support/merchant.ts'
import type { Merchant } from '#test/simulator/support/merchant.ts'
import { startReceiver } from '#test/simulator/support/receiver.ts'
import type { Receiver } from '#test/simulator/support/receiver.ts'

let simulator: Simulator
let merchant: Merchant
let receiver: Receiver
let desk: ConsoleServer

beforeAll(async () => {
  receiver = await startReceiver()
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual' })
  merchant = createMerchant(simulator)
  desk = await startConsole({
    port: 0,
    page: new Map(),
    write: true,
    guarded: false,
    explain: explainSimulator,
    routes: { ...simulatorRoutes(simulator), ...deliveryRoutes(simulator.control) },
  })
})
afterAll(async () => {
  await desk.stop()
  await simulator.stop()
  await receiver.stop()
})

async function ask<Answer>(path: string, method = 'GET', body?: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json', origin: new URL(desk.url).origin }
  const answer = await fetch(`${desk.url}api/${path}`, {
    method,
    headers: method === 'GET' ? {} : headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (await answer.json()) as Answer
}

async function placed(number: string): Promise<void> {
  const body = prepayBody({ out_trade_no: number, notify_url: receiver.url })
  expect((await merchant.post('/v3/pay/transactions/native', body)).status).toBe(200)
}
const orderOf = async (number: string): Promise<SimulatorOrder | undefined> =>
  (await ask<Listing<SimulatorOrder>>('simulator/orders')).entries.find(
    ({ out_trade_no }) => out_trade_no === number,
  )

describe('the payer', () => {
  it('is shown each order with its code and page, newest first, and pays it', async () => {
    await placed('DESK-1')
    await placed('DESK-2')
    const { entries } = await ask<Listing<SimulatorOrder>>('simulator/orders')
    expect(entries.map(({ out_trade_no }) => out_trade_no)).toEqual(['DESK-2', 'DESK-1'])
    expect(entries[0]).toMatchObject({
      trade_state: 'NOTPAY',
      channel: 'native',
      code_url: expect.stringMatching(/^weixin:/),
      payer_url: expect.stringContaining('DESK-2'),
      refunds: [],
    })
    expect(await ask('simulator/pay', 'POST', { out_trade_no: 'DESK-1' })).toMatchObject({
      trade_state: 'SUCCESS',
    })
    expect(await ask('simulator/give-up', 'POST', { out_trade_no: 'DESK-2' })).toMatchObject({
      trade_state: 'NOTPAY',
    })
    expect(await orderOf('DESK-1')).toMatchObject({ transaction_id: expect.stringMatching(/^42/) })
  })

  it('is told in the simulator’s words what cannot be done, and by name what is wrong', async () => {
    expect(await ask('simulator/pay', 'POST', { out_trade_no: 'NO-SUCH' })).toMatchObject({
      status: 404,
      title: expect.stringContaining('NO-SUCH'),
    })
    expect(await ask('simulator/pay', 'POST', { out_trade_no: 7 })).toMatchObject({
      code: 'invalid_request',
      errors: [{ field: 'out_trade_no' }],
    })
  })
})

describe('faults and time', () => {
  it('are set, listed with all kinds, and cleared', async () => {
    const set = await ask<FaultsOnShow>('simulator/faults', 'POST', {
      kind: 'slow',
      delay_ms: 5,
      count: null,
    })
    expect(set.set).toEqual([{ id: expect.any(String), kind: 'slow', remaining: null }])
    const withFields = set.kinds.filter(({ example }) => Object.keys(example).length > 0)
    expect(withFields.map(({ kind }) => kind)).toEqual(['error', 'slow', 'delay', 'refund_result'])
    for (const { kind, example } of withFields) {
      const { set: after } = await ask<FaultsOnShow>('simulator/faults', 'POST', { kind, ...example })
      expect(after.at(-1)?.kind).toBe(kind)
    }
    const [first] = set.set
    const cleared = await ask<FaultsOnShow>(`simulator/faults/${first!.id}`, 'DELETE', {})
    expect(cleared.set.map(({ id }) => id)).not.toContain(first!.id)
    expect((await ask<FaultsOnShow>('simulator/faults', 'DELETE', {})).set).toEqual([])
    expect(await ask('simulator/faults', 'POST', { kind: 'none' })).toMatchObject({ code: 'invalid_request' })
  })

  it('go on when somebody says so', async () => {
    const before = await ask<SimulatorClock>('simulator/clock')
    const after = await ask<SimulatorClock>('simulator/clock/advance', 'POST', { ms: 3_600_000 })
    expect(Date.parse(after.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(3_600_000)
    expect(await ask('simulator/clock/advance', 'POST', { ms: -1 })).toMatchObject({
      code: 'invalid_request',
    })
  })
})

describe('notifications and the wire', () => {
  it('are told attempt by attempt, and sent again', async () => {
    receiver.respond = (response) => response.writeHead(500).end()
    await placed('DESK-3')
    await ask('simulator/pay', 'POST', { out_trade_no: 'DESK-3' })
    await ask('simulator/clock/advance', 'POST', { ms: 0 })
    const { entries } = await ask<Listing<NotificationRow>>('notifications?outcome=refused')
    const [row] = entries.filter(({ out_trade_no }) => out_trade_no === 'DESK-3')
    expect(row).toMatchObject({
      status: 500,
      explanation: 'the merchant answered 500; WeChat takes 200 and 204 alone',
    })
    const full = await ask<NotificationInFull>(`notifications/${row!.id}`)
    expect(full.raw?.headers['Wechatpay-Signature']).toBe('***')
    expect(JSON.parse(full.decrypted!)).toMatchObject({ out_trade_no: 'DESK-3', payer: { openid: '***' } })
    receiver.respond = (response) => response.writeHead(204).end()
    const { attempts } = await ask<Resent>(`notifications/${row!.id}/resend`, 'POST', {})
    expect(attempts).toMatchObject([{ status: 204 }])
    expect(await ask('notifications/none')).toMatchObject({ code: 'not_here' })
  })

  it('is told line by line, also to who comes back', async () => {
    const { entries } = await ask<Listing<WireLine>>('simulator/wire')
    const [newest, , third] = entries
    expect(newest).toMatchObject({ direction: 'out', out_trade_no: 'DESK-3', status: 204, verdict: 'ok' })
    const leaving = new AbortController()
    const stream = await fetch(`${desk.url}api/simulator/wire/stream`, {
      headers: { 'Last-Event-ID': third!.id },
      signal: leaving.signal,
    })
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    let text = ''
    for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (text.includes(`id: ${newest!.id}\n`)) break
    }
    leaving.abort()
    const data = /^data: (.*)$/gm
    expect([...text.matchAll(data)].map(([, line]) => JSON.parse(line!) as WireLine)).toEqual([
      entries[1],
      newest,
    ])
  })
})
