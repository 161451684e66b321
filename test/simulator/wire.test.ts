import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ServerResponse } from 'node:http'
import { EventStream, sendEvents } from '#simulator/event-stream.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import type { WireLine } from '#simulator/wire-line.ts'
import { APPID, MCHID, createMerchant, prepayBody } from './support/merchant.ts'
import type { Merchant } from './support/merchant.ts'
import { startReceiver } from './support/receiver.ts'
import type { Receiver } from './support/receiver.ts'

const NATIVE = '/v3/pay/transactions/native'
let simulator: Simulator
let merchant: Merchant
let receiver: Receiver

beforeAll(async () => {
  receiver = await startReceiver()
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual' })
  merchant = createMerchant(simulator)
})
afterAll(async () => {
  await simulator.stop()
  await receiver.stop()
})

const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${simulator.controlUrl}/_control${path}`, { headers })
async function lines(after = 0): Promise<readonly WireLine[]> {
  const answer = (await (await ask(`/wire?after=${after}`)).json()) as { lines: WireLine[] }
  return answer.lines
}

/** Opens the stream. @returns the next line of it, each time it is called. */
async function watch(headers: Record<string, string> = {}) {
  const leaving = new AbortController()
  const answer = await fetch(`${simulator.controlUrl}/_control/wire/stream`, {
    headers,
    signal: leaving.signal,
  })
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<WireLine> => {
    for (;;) {
      const event = /^id: (\d+)\nevent: line\ndata: (.*)\n\n/m.exec(text)
      if (event !== null) {
        text = text.slice(event.index + event[0].length)
        return { ...(JSON.parse(event[2]!) as WireLine), id: Number(event[1]) }
      }
      const { value, done } = await reader.read()
      if (done) throw new Error('the stream ended')
      text += value
    }
  }
  return { type: answer.headers.get('content-type'), next, leave: () => leaving.abort() }
}

describe('the wire', () => {
  it('is told line by line as it happens: what was taken, what was refused and why, what was sent', async () => {
    const stream = await watch()
    expect(stream.type).toBe('text/event-stream')
    const body = prepayBody({ notify_url: receiver.url })
    await merchant.post(NATIVE, body)
    expect(await stream.next()).toMatchObject({
      direction: 'in',
      method: 'POST',
      url: NATIVE,
      status: 200,
      verdict: 'ok',
    })

    await merchant.post(NATIVE, body, { sign: { body: '' } })
    const refused = await stream.next()
    expect(refused).toMatchObject({ status: 401, verdict: 'refused', code: 'SIGN_ERROR' })
    expect(refused.reason).toBe('the body was not signed, line 5, column 1')

    receiver.respond = (response) => response.writeHead(500).end()
    await simulator.control.pay({ out_trade_no: body['out_trade_no'] as string })
    await simulator.control.flush()
    expect(await stream.next()).toMatchObject({
      direction: 'out',
      url: receiver.url,
      status: 500,
      verdict: 'refused',
      reason: 'the merchant answered 500; WeChat takes 200 and 204 alone',
      event_type: 'TRANSACTION.SUCCESS',
      out_trade_no: body['out_trade_no'],
    })
    receiver.respond = (response) => response.writeHead(204).end()
    await simulator.advance(15_000)
    const taken = await stream.next()
    expect(taken).toMatchObject({ direction: 'out', status: 204, verdict: 'ok' })
    expect(taken.reason).toBeUndefined()
    stream.leave()

    expect((await lines()).slice(-4).map(({ status }) => status)).toEqual([200, 401, 500, 204])
    expect(await lines(taken.id)).toEqual([])
  })

  it('gives who comes back what was missed', async () => {
    const before = (await lines()).at(-1)?.id ?? 0
    await merchant.get('/v3/certificates')
    await merchant.get('/v3/certificates?mchid=1&token=s3cret')
    const stream = await watch({ 'last-event-id': String(before) })
    expect((await stream.next()).url).toBe('/v3/certificates')
    expect((await stream.next()).url).toBe('/v3/certificates?mchid=1&token=***')
    stream.leave()
  })

  it('names nobody and holds no secret', async () => {
    const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
    const before = (await lines()).at(-1)?.id ?? 0
    await merchant.post('/v3/pay/transactions/jsapi', prepayBody({ payer: { openid } }))
    await merchant.get(`/v3/payscore/user/${openid}?openid=${openid}&${openid}`).catch(() => undefined)
    await expect.poll(async () => (await lines(before)).length).toBe(2)
    const text = JSON.stringify(await lines(before))
    for (const secret of [openid, 'signature', simulator.keys().apiv3_key]) expect(text).not.toContain(secret)
    expect(text).toContain('/v3/payscore/user/***?openid=***&***')
  })

  it('says what has to be done where a notification may not be sent', async () => {
    const { id } = await simulator.control.send({
      url: 'https://shop.example/n',
      event_type: 'COMPLAINT.CREATE',
    })
    await simulator.control.flush()
    expect((await lines()).at(-1)).toMatchObject({
      verdict: 'not_sent',
      status: null,
      reason: 'not sent: shop.example is not this machine; --allow-notify-host shop.example allows it',
      notification_id: id,
    })
  })

  it.each([
    ['/wire?after=x', {}],
    ['/wire/stream', { 'last-event-id': '-1' }],
  ])('refuses %s %j', async (path, headers) => {
    const answer = await ask(path, headers)
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { code: 'bad_request', message: expect.stringMatching(/expected the number of a line$/) },
    ])
  })

  it('is not for web pages', async () => {
    expect((await ask('/wire/stream', { origin: 'https://evil.example' })).status).toBe(403)
  })

  it('forgets what was before a reset, and counts on', async () => {
    const last = (await lines()).at(-1)!
    await simulator.control.reset()
    expect(await lines()).toEqual([])
    await merchant.get('/v3/certificates')
    await expect.poll(async () => (await lines()).map(({ id }) => id)).toEqual([last.id + 1])
  })
})

describe('a stream', () => {
  const response = (writableLength: number, destroy = vi.fn<() => void>()) =>
    ({ writeHead: vi.fn(), write: vi.fn(), destroy, writableLength }) as unknown as ServerResponse

  it('drops a caller who does not read', () => {
    const destroy = vi.fn<() => void>()
    const stream = new EventStream((send) => {
      send({ id: 1, name: 'line', data: {} })
      return () => undefined
    })
    sendEvents(response(2_000_000, destroy), stream, new AbortController().signal)
    expect(destroy).toHaveBeenCalled()
  })

  it('ends what it watches when the caller goes, and does not begin for one who has gone', () => {
    const [ended, gone] = [vi.fn(), new AbortController()]
    const begin = vi.fn(() => ended)
    sendEvents(response(0), new EventStream(begin), gone.signal)
    gone.abort()
    expect(ended).toHaveBeenCalledOnce()
    sendEvents(response(0), new EventStream(begin), gone.signal)
    expect(begin).toHaveBeenCalledOnce()
  })
})
