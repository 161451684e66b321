/** A bill as it comes from WeChat: applied for, loaded from nowhere else, and read while it comes. */
import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBill } from '#shared/bills/open-bill.ts'
import { readTradeBill } from '#shared/bills/trade-bill.ts'
import type { BillChannel } from '#shared/orders/bill-channel.ts'
import { createHttpDownload } from '#shared/http/http-download.ts'
import { createBills } from '#shared/wechat/v3/bills.ts'
import { startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { failed, reset, signed, silence } from '#test/support/wechat-peer.ts'
import type { Answerer } from '#test/support/wechat-peer.ts'
import { tradeBill } from './sample-bill.ts'

const text = tradeBill(Array.from({ length: 2000 }, (_, number) => ({ number, fen: 100 })))
const file = gzipSync(text)
const sha1 = createHash('sha1').update(text).digest('hex')
const TOKEN = '/v3/billdownload/file?token=g44b%2FIUH1_a-b&tartype=gzip'

let it_: WechatFixture
let bills: BillChannel
beforeEach(async () => {
  it_ = await startWechat()
  bills = createBills({ ...it_.deps(), sleep: async () => {}, download: createHttpDownload({ idleMs: 200 }) })
})
afterEach(() => it_.close())

const announced = (changes: object = {}): Answerer =>
  signed(it_.platform.publicKey, {
    hash_type: 'SHA1',
    hash_value: sha1,
    download_url: it_.primary.origin + TOKEN,
    ...changes,
  })
const sent: Answerer = (_, response) =>
  response.writeHead(200, { 'content-type': 'application/x-gzip' }).end(file)

async function read(): Promise<number> {
  const day = await bills.dayBill('trade', '2026-11-24')
  if (day.state !== 'ready') throw new Error(day.state)
  const bytes = openBill(day.file.chunks, { sha1: day.file.sha1, maxBytes: 10_000_000 })
  return (await readTradeBill(bytes, () => {})).rows
}

describe('the bill of a day', () => {
  it('is applied for, loaded byte for byte from where WeChat says, signed, and read', async () => {
    it_.primary.answer(announced(), sent)
    expect(await read()).toBe(2000)
    const [apply, load] = it_.primary.requests
    expect(apply?.url).toBe('/v3/bill/tradebill?bill_date=2026-11-24&bill_type=ALL&tar_type=GZIP')
    expect(load).toMatchObject({ method: 'GET', url: TOKEN, body: '' })
    expect(load?.headers.authorization).toMatch(/^WECHATPAY2-SHA256-RSA2048 mchid="1900000109",/)
    expect(load?.headers).toMatchObject({
      accept: 'application/json',
      'user-agent': expect.stringMatching(/^wechatpay-lambda/),
    })
  })

  it('of the funds is another one', async () => {
    it_.primary.answer(announced(), sent)
    expect(await bills.dayBill('fund_flow', '2026-11-24')).toMatchObject({ state: 'ready' })
    expect(it_.primary.requests[0]?.url).toBe(
      '/v3/bill/fundflowbill?bill_date=2026-11-24&account_type=BASIC&tar_type=GZIP',
    )
  })

  it('may lie at the other of the two domains', async () => {
    it_.primary.answer(announced({ download_url: it_.backup.origin + TOKEN }))
    it_.backup.answer(sent)
    expect(await read()).toBe(2000)
  })

  it.each([
    ['NO_STATEMENT_EXIST', 'none'],
    ['NOSTATEMENTEXIST', 'none'],
    ['STATEMENT_CREATING', 'creating'],
  ])('is not there for %s', async (code, state) => {
    it_.primary.answer(failed(400, code))
    expect(await bills.dayBill('trade', '2026-11-24')).toEqual({ state })
    expect(it_.primary.requests).toHaveLength(1)
  })

  it('is not there for the same answer to a second try', async () => {
    it_.primary.answer(reset)
    it_.backup.answer(failed(400, 'NO_STATEMENT_EXIST'))
    expect(await bills.dayBill('trade', '2026-11-24')).toEqual({ state: 'none' })
  })

  it.each(['20261124', '2026-11-24&bill_type=SUCCESS', '', '2026-11-24\n'])('%j is no day', async (date) => {
    await expect(bills.dayBill('trade', date)).rejects.toThrow(RangeError)
    expect(it_.primary.requests).toHaveLength(0)
  })

  it.each([
    ['another host', () => 'https://evil.example/v3/billdownload/file?token=1'],
    ['a host that begins like it', () => `${it_.primary.origin}.evil.example/v3/billdownload/file`],
    ['somebody at another host', () => `${it_.primary.origin}@evil.example/v3/billdownload/file`],
    ['another port', () => `${it_.primary.origin}1/v3/billdownload/file`],
    ['another scheme', () => it_.primary.origin.replace('http:', 'ftp:') + TOKEN],
    ['another path', () => `${it_.primary.origin}/_control/keys`],
    ['no scheme', () => it_.primary.origin.replace('http:', '') + TOKEN],
    ['a backslash', () => `${it_.primary.origin}/v3/\\evil.example`],
    ['a fragment', () => `${it_.primary.origin}${TOKEN}#a`],
    ['a line end', () => `${it_.primary.origin}${TOKEN}\r\nX-A: b`],
    ['nothing', () => ''],
    ['an endless address', () => it_.primary.origin + TOKEN + 'a'.repeat(2048)],
  ])('is not loaded from %s', async (_, url) => {
    it_.primary.answer(announced({ download_url: url() }), sent)
    expect(await wechatError(bills.dayBill('trade', '2026-11-24'))).toMatchObject({ code: 'invalid_answer' })
    expect(it_.primary.requests).toHaveLength(1)
  })

  it.each([
    ['another hash', { hash_type: 'SHA256' }],
    ['half a hash', { hash_value: sha1.slice(1) }],
    ['no hash', { hash_value: null }],
  ])('is not loaded with %s', async (_, changes) => {
    it_.primary.answer(announced(changes), sent)
    expect(await wechatError(bills.dayBill('trade', '2026-11-24'))).toMatchObject({ code: 'invalid_answer' })
  })

  it('follows no redirect', async () => {
    it_.primary.answer(announced(), (_, response) =>
      response.writeHead(302, { location: it_.backup.origin + TOKEN }).end(),
    )
    it_.backup.answer(sent)
    expect(await wechatError(bills.dayBill('trade', '2026-11-24'))).toMatchObject({
      code: 'server_error',
      httpStatus: 302,
    })
    expect(it_.backup.requests).toHaveLength(0)
  })

  it.each([
    [400, 'INVALID_REQUEST', 'refused'],
    [403, 'NO_AUTH', 'refused'],
    [500, 'SYSTEM_ERROR', 'server_error'],
    [403, 'FORBIDDEN', 'server_error'],
  ])('that is answered %i %s is no file', async (status, code, meaning) => {
    it_.primary.answer(announced(), failed(status, code))
    expect(await wechatError(bills.dayBill('trade', '2026-11-24'))).toMatchObject({
      code: meaning,
      wechatCode: code,
    })
  })

  it('is never read from an announcement that nobody signed', async () => {
    it_.primary.answer((_, response) => response.writeHead(200).end('{}'))
    it_.backup.answer((_, response) => response.writeHead(200).end('{}'))
    expect(await wechatError(bills.dayBill('trade', '2026-11-24'))).toMatchObject({ code: 'unverifiable' })
  })
})

describe('a bill that stops coming', () => {
  const half: Answerer = (_, response) => {
    response.writeHead(200, { 'content-length': file.length })
    response.write(file.subarray(0, file.length / 2))
  }

  it('is a network failure where the connection ends', async () => {
    it_.primary.answer(announced(), (request, response) => {
      half(request, response)
      setImmediate(() => response.socket?.resetAndDestroy())
    })
    expect(await wechatError(read())).toMatchObject({ code: 'network', certain: false })
  })

  it.each([
    ['before the first byte', (): Answerer => silence],
    ['half-way', (): Answerer => half],
  ])('is a time-out %s', async (_, answerer) => {
    it_.primary.answer(announced(), answerer())
    expect(await wechatError(read())).toMatchObject({ code: 'timeout', certain: false })
  })

  it('ends with the call', async () => {
    it_.primary.answer(announced(), half)
    const controller = new AbortController()
    const day = await bills.dayBill('trade', '2026-11-24', { signal: controller.signal })
    const reading = (async () => {
      if (day.state === 'ready') for await (const _ of day.file.chunks) controller.abort()
    })()
    expect(await wechatError(reading)).toMatchObject({ code: 'timeout' })
  })

  it('is none while nobody takes what has come', async () => {
    const much = randomBytes(8_000_000)
    it_.primary.answer(announced(), (_, response) => response.writeHead(200).end(much))
    const download = createHttpDownload({ idleMs: 200 })
    const day = await createBills({ ...it_.deps(), download }).dayBill('trade', '2026-11-24')
    it_.backup.answer(silence)
    // Each takes as long as the other could have waited, and longer.
    for (const path of ['/first', '/second'])
      await expect(download({ origin: it_.backup.origin, path, headers: {} })).rejects.toMatchObject({
        failure: 'timeout',
      })
    const chunks: Uint8Array[] = []
    if (day.state === 'ready') for await (const chunk of day.file.chunks) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(much)).toBe(true)
  })
})
