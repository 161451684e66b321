import { createHash, privateEncrypt, constants, sign } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { asRsa, loadPrivateKey } from '#shared/crypto/keys.ts'
import { requestRoutes } from '#simulator/control-requests.ts'
import type { LoggedRequest, RequestInFull } from '#simulator/request-log.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, newNumber, prepayBody } from './support/merchant.ts'
import type { Merchant } from './support/merchant.ts'

const NATIVE = '/v3/pay/transactions/native'
let simulator: Simulator
let merchant: Merchant
let onRequest: (entry: LoggedRequest) => void

beforeAll(async () => {
  const options = { mchid: MCHID, appids: [APPID], timers: 'manual' } as const
  simulator = await startSimulator({ ...options, onRequest: (entry) => onRequest(entry) })
  merchant = createMerchant(simulator)
})
beforeEach(() => {
  onRequest = () => undefined
})
afterAll(() => simulator.stop())

/** The entry of what `call` causes: it is written a moment after the answer has arrived. */
async function logged(call: () => Promise<unknown>): Promise<LoggedRequest> {
  const entry = new Promise<LoggedRequest>((resolve) => {
    onRequest = resolve
  })
  await call().catch(() => undefined)
  return entry
}

async function control<T>(path: string, body?: unknown): Promise<T> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  return (await (await fetch(`${simulator.controlUrl}/_control${path}`, init)).json()) as T
}
const inFull = async (id: number): Promise<RequestInFull> =>
  (await control<{ request: RequestInFull }>(`/requests/${id}`)).request

describe('the log of requests', () => {
  it('tells what was asked and answered, without its body, and with it to who asks for one request', async () => {
    const body = prepayBody()
    const entry = await logged(() => merchant.post(NATIVE, body))
    expect(entry).toMatchObject({
      domain: 'primary',
      method: 'POST',
      url: NATIVE,
      verdict: 'ok',
      status: 200,
      endpoint: 'prepay',
      out_trade_no: body['out_trade_no'],
    })
    expect(JSON.stringify(entry)).not.toContain('咖啡')
    const full = await inFull(entry.id)
    expect(full.sign_message.split('\n').toSpliced(2, 2)).toEqual(['POST', NATIVE, JSON.stringify(body), ''])
    const { requests } = await control<{ requests: LoggedRequest[] }>('/requests')
    expect(requests.at(-1)).toEqual(entry)
  })

  it('names nobody and holds no secret, whether a request is taken or refused', async () => {
    const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
    const jsapi = '/v3/pay/transactions/jsapi'
    const entries = [
      await logged(() => merchant.post(jsapi, prepayBody({ payer: { openid } }))),
      await logged(() => merchant.post(jsapi, prepayBody({ payer: { openid: openid.repeat(5) } }))),
      await logged(() => merchant.post(jsapi, prepayBody({ payer: openid }))),
      await logged(() => merchant.post(jsapi, prepayBody({ payer: { openid } }), { sign: { body: '' } })),
    ]
    expect(entries.map(({ status }) => status)).toEqual([200, 400, 400, 401])
    const { apiv3_key: secret } = simulator.keys()
    for (const text of [openid, openid.slice(0, 8), secret, 'signature="', 'PRIVATE KEY'])
      expect(JSON.stringify([entries, await control('/requests')])).not.toContain(text)
  })

  it('says where a message of the caller parts from the right one', async () => {
    const { id } = await logged(() => merchant.get(`/v3/certificates`))
    const { sign_message } = await inFull(id)
    expect(await control('/requests/compare', { id, sign_message })).toEqual({ equal: true })
    const other = sign_message.replace('/v3/certificates', '/v3/certificate?')
    expect(await control('/requests/compare', { id, sign_message: other })).toEqual({
      equal: false,
      differs_at: { line: 2, column: 16 },
    })
  })

  it('tells a refused field, a typo, another method and a broken connection apart', async () => {
    expect(await logged(() => merchant.post(NATIVE, prepayBody({ appid: 'wx0' })))).toMatchObject({
      verdict: 'refused',
      status: 400,
      code: 'APPID_MCHID_NOT_MATCH',
    })
    expect(await logged(() => merchant.get('/v3/certificate'))).toMatchObject({
      verdict: 'no_such_endpoint',
      status: 404,
    })
    expect(await logged(() => merchant.get(NATIVE))).toMatchObject({
      verdict: 'no_such_endpoint',
      status: 405,
    })
    await simulator.control.addFault({ kind: 'reset_before' })
    expect(await logged(() => merchant.get('/v3/certificates'))).toMatchObject({
      verdict: 'no_answer',
      status: null,
      faults: ['reset_before'],
    })
  })

  it('keeps the last 500', async () => {
    await control('/reset', {})
    for (let wave = 0; wave < 10; wave += 1)
      await Promise.all(Array.from({ length: 51 }, () => fetch(`${simulator.url}/v3/nowhere`)))
    const ids = async (): Promise<readonly number[]> =>
      (await control<{ requests: LoggedRequest[] }>('/requests')).requests.map(({ id }) => id)
    await expect.poll(async () => (await ids()).length).toBe(500)
    const gone = (await ids())[0]! - 1
    expect((await fetch(`${simulator.controlUrl}/_control/requests/${gone}`)).status).toBe(404)
  })

  it('keeps 16 KiB of a message and its length', async () => {
    const { id } = await logged(() => merchant.post(NATIVE, prepayBody({ attach: '字'.repeat(10_000) })))
    const full = await inFull(id)
    expect(full.sign_message_bytes).toBeGreaterThan(30_000)
    expect(Buffer.byteLength(full.sign_message)).toBeLessThan(16_400)
  })

  it('shows a body to other machines no more than WeChat does', () => {
    const request = {
      id: 1,
      sign_message: 'POST\n/v3\n1\nN\n{"openid":"o"}\n',
      signed_instead: 'x{"openid":"o"}',
    } as RequestInFull
    const log = { find: () => request, begin: vi.fn(), list: () => [], clear: () => undefined }
    const { signal } = new AbortController()
    const call = { body: {}, item: '1', query: new URLSearchParams(), lastEventId: null, signal }
    const show = requestRoutes(log)['GET /_control/requests/*']!
    expect(show({ ...call, isLocal: true })).toEqual({ request })
    expect(show({ ...call, isLocal: false })).toEqual({
      request: { id: 1, sign_message: 'POST\n/v3\n1\nN\n{"openid' },
    })
  })
})

describe('a refused signature', () => {
  const path = (): string => `/v3/pay/transactions/out-trade-no/${newNumber()}?mchid=${MCHID}`
  const get = (sign: Parameters<Merchant['authorization']>[3]) => () => merchant.get(path(), { sign: sign! })

  it.each<[string, () => Promise<unknown>, RegExp, object?]>([
    [
      'the query left out',
      () => {
        const url = path()
        return merchant.get(url, { sign: { url: url.split('?')[0]! } })
      },
      /^the query was not signed/,
      { differs_at: { line: 2 } },
    ],
    [
      'the body written anew',
      () => {
        const body = prepayBody()
        return merchant.post(NATIVE, body, {
          raw: JSON.stringify(body, null, 2),
          sign: { body: JSON.stringify(body) },
        })
      },
      /after it was signed$/,
      { differs_at: { line: 5, column: 2 } },
    ],
    [
      'the method in small letters',
      get({ method: 'get' }),
      /in small letters/,
      { differs_at: { line: 1, column: 1 } },
    ],
    ['something else altogether', get({ url: '/elsewhere' }), /none of the usual/],
    ['an old timestamp', get({ timestamp: Math.floor(Date.now() / 1000) - 400 }), /\d s behind/],
    ['another merchant', get({ mchid: '1900000999' }), /mchid is not 1900000100/],
    ['an unknown serial', get({ serialNo: 'AB'.repeat(20) }), /not that of the merchant API certificate/],
    [
      "WeChat's serial",
      () => get({ serialNo: simulator.keys().platform.signing_serial_no })(),
      /serial_no is WeChat's own/,
    ],
    ['no header', () => merchant.get(path(), { headers: { Authorization: undefined } }), /no Authorization/],
    [
      'a missing field',
      () => merchant.get(path(), { headers: { Authorization: 'WECHATPAY2-SHA256-RSA2048 mchid="1"' } }),
      /^Authorization has no nonce_str, no signature, no timestamp, no serial_no$/,
    ],
    ['SHA-1', () => signedBy((key, message) => sign('sha1', message, key)), /over a hash of sha1/],
    [
      'a foreign key',
      () => signedBy((_, message) => sign('sha256', message, foreignKey())),
      /apiclient_key.pem/,
    ],
    ['a short signature', () => signedBy(() => Buffer.from('short')), /not base64 of 256 bytes but of 5/],
    ['the bare hash', () => signedBy((key, message) => bareHash(key, message)), /over another kind of hash/],
  ])('says what was wrong with %s', async (_, call, problem, differs = {}) => {
    expect(await logged(call)).toMatchObject({
      verdict: 'refused',
      status: 401,
      code: 'SIGN_ERROR',
      problem: expect.stringMatching(problem),
      ...differs,
    })
  })

  const foreignKey = () => asRsa(loadPrivateKey(simulator.keys().public_key.private_key_pem), 'key')
  type Key = ReturnType<typeof foreignKey>
  const bareHash = (key: Key, message: Buffer) =>
    privateEncrypt(
      { key, padding: constants.RSA_PKCS1_PADDING },
      createHash('sha256').update(message).digest(),
    )

  /** Sends a request whose signature is made by `make`. */
  function signedBy(make: (key: Key, message: Buffer) => Buffer): Promise<unknown> {
    const url = path()
    const [own] = simulator.keys().merchant
    const header = merchant.authorization('GET', url, '')
    const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(header)![1]!
    const message = Buffer.from(`GET\n${url}\n${field('timestamp')}\n${field('nonce_str')}\n\n`)
    const value = make(asRsa(loadPrivateKey(own!.private_key_pem!), 'key'), message).toString('base64')
    const Authorization = header.replace(/signature="[^"]*"/, `signature="${value}"`)
    return merchant.get(url, { headers: { Authorization } })
  }

  it('shows what was signed instead, where it could be found out', async () => {
    const url = path()
    const { id } = await logged(() => merchant.get(url, { sign: { url: url.split('?')[0]! } }))
    const { signed_instead: instead, sign_message: right } = await inFull(id)
    expect(right).toContain(`${url}\n`)
    expect(instead).toBe(right.replace(/\?mchid=\d+/, ''))
  })
})
