import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, prepayBody } from './support/merchant.ts'
import type { Answer, CallOptions, Merchant } from './support/merchant.ts'

let simulator: Simulator
let merchant: Merchant

beforeAll(async () => {
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual' })
  merchant = createMerchant(simulator)
})
afterAll(() => simulator.stop())

const CERTIFICATES = '/v3/certificates'
const NATIVE = '/v3/pay/transactions/native'
const now = (): number => Math.floor(Date.now() / 1000)

/** What matters of an answer: status, code, message, and that nothing is signed. */
function outcome({ status, json, headers }: Answer): unknown {
  const signed = Object.keys(headers).filter((name) => name.startsWith('wechatpay-'))
  return { status, code: json.code, message: json.message, signed }
}
const signError = (message: string): unknown => ({ status: 401, code: 'SIGN_ERROR', message, signed: [] })

const FORMAT = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》'
const SERIAL = '商户证书序列号有误。请使用签名私钥匹配的证书序列号'
const CLOCK = 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟'

/** Rewrites the right header of a GET of the certificates. */
function rewritten(change: (header: string) => string | undefined): CallOptions {
  return { headers: { Authorization: change(merchant.authorization('GET', CERTIFICATES, '')) } }
}

describe('the Authorization header', () => {
  it('is accepted when it is right, in any order of parameters', async () => {
    expect((await merchant.get(CERTIFICATES)).status).toBe(200)
    const reversed = rewritten((header) => {
      const [schema, pairs] = header.split(' ')
      return `${schema} ${pairs!.split(',').reverse().join(',')}`
    })
    expect((await merchant.get(CERTIFICATES, reversed)).status).toBe(200)
  })

  it.each<[string, (header: string) => string]>([
    ['a blank after each comma', (header) => header.replaceAll(',', ', ')],
    ['blanks around commas', (header) => header.replaceAll(',', '  ,  ')],
    ['tabs after commas', (header) => header.replaceAll(',', ',\t')],
    ['more than one blank after the schema', (header) => header.replace(' ', '   ')],
    [
      'blanks around equal signs',
      (header) =>
        header.replaceAll(
          /(mchid|nonce_str|signature|timestamp|serial_no)=/g,
          (_, name: string) => `${name} = `,
        ),
    ],
    [
      'its serial in lower case',
      (header) => header.replace(/serial_no="[^"]*"/, (pair) => pair.toLowerCase()),
    ],
    ['a zero byte before its serial', (header) => header.replace('serial_no="', 'serial_no="00')],
  ])('is accepted with %s', async (_name, change) => {
    expect((await merchant.get(CERTIFICATES, rewritten(change))).status).toBe(200)
  })

  it.each<[string, (header: string) => string | undefined, string]>([
    ['missing', () => undefined, FORMAT],
    ['without a schema', (header) => header.split(' ')[1], FORMAT],
    [
      'of another schema',
      (header) => header.replace('RSA2048', 'RSA1024'),
      'HTTP头Authorization认证类型不正确',
    ],
    ['of schema Bearer', () => 'Bearer token', 'HTTP头Authorization认证类型不正确'],
    ['with nothing between two commas', (header) => header.replace(',', ', ,'), FORMAT],
    ['with a comma after the last', (header) => `${header},`, FORMAT],
    ['with a blank inside a value', (header) => header.replace('mchid="', 'mchid=" '), FORMAT],
    ['with semicolons', (header) => header.replaceAll(',', ';'), FORMAT],
    ['with a line feed of Unicode between pairs', (header) => header.replace(',', ',\u0085'), FORMAT],
    ['with single quotes', (header) => header.replaceAll('"', "'"), FORMAT],
    ['with an unknown parameter', (header) => `${header},extra="1"`, FORMAT],
    ['with a parameter twice', (header) => `${header},mchid="${MCHID}"`, FORMAT],
    ...['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'].map(
      (name): [string, (header: string) => string, string] => [
        `without ${name}`,
        (header) => {
          const [schema, pairs] = header.split(' ')
          return `${schema} ${pairs!
            .split(',')
            .filter((pair) => !pair.startsWith(`${name}=`))
            .join(',')}`
        },
        FORMAT,
      ],
    ),
    ['with an empty nonce', (header) => header.replace(/nonce_str="[^"]*"/, 'nonce_str=""'), FORMAT],
    ['with a timestamp in words', (header) => header.replace(/timestamp="[^"]*"/, 'timestamp="now"'), FORMAT],
    ['with an unknown merchant', (header) => header.replace(MCHID, '1900000999'), SERIAL],
    ['with an unknown serial', (header) => header.replace(/serial_no="./, 'serial_no="F'), SERIAL],
    [
      'with another nonce',
      (header) => header.replace(/nonce_str="./, 'nonce_str="x'),
      '错误的签名，验签失败',
    ],
    [
      'with another signature',
      (header) => header.replace(/signature="...../, 'signature="AAAAA'),
      '错误的签名，验签失败',
    ],
    [
      'with a signature that is not base64',
      (header) => header.replace(/signature="[^"]*"/, 'signature="*"'),
      '错误的签名，验签失败',
    ],
  ])('is refused %s', async (_name, change, message) => {
    expect(outcome(await merchant.get(CERTIFICATES, rewritten(change)))).toEqual(signError(message))
  })

  it('is refused when it comes twice', async () => {
    const header = merchant.authorization('GET', CERTIFICATES, '')
    expect(
      outcome(await merchant.get(CERTIFICATES, { headers: { Authorization: [header, header] } })),
    ).toEqual(signError(FORMAT))
  })

  it.each([-299, 299])('is accepted with a clock that is %i s off', async (off) => {
    expect((await merchant.get(CERTIFICATES, { sign: { timestamp: now() + off } })).status).toBe(200)
  })

  it.each([-302, 302, -1_000_000])(
    'is refused with a clock that is %i s off, before anything else is looked at',
    async (off) => {
      expect(
        outcome(await merchant.get(CERTIFICATES, { sign: { timestamp: now() + off, serialNo: 'F0' } })),
      ).toEqual(signError(CLOCK))
    },
  )

  it.each<[string, NonNullable<CallOptions['sign']>]>([
    ['another method', { method: 'PUT' }],
    ['another path', { url: '/v3/certificates2' }],
    ['a path without its query', { url: '/v3/pay/transactions/out-trade-no/ORDER-1' }],
    ['a body', { body: '{}' }],
  ])('does not verify over %s', async (_name, sign) => {
    expect(
      outcome(await merchant.get('/v3/pay/transactions/out-trade-no/ORDER-1?mchid=1', { sign })),
    ).toEqual(signError('签名错误'))
  })

  it('is verified over the path as it came on the wire, encoded or not', async () => {
    for (const number of ['A|B*C_1-2', 'A%7CB%2AC_1-2']) {
      const answer = await merchant.get(`/v3/pay/transactions/out-trade-no/${number}?mchid=${MCHID}`)
      expect(answer.json.code).toBe('ORDER_NOT_EXIST')
    }
  })

  it('is verified over the exact bytes of the body', async () => {
    const text = `${JSON.stringify(prepayBody(), null, 2)}\n`
    expect((await merchant.post(NATIVE, undefined, { raw: text })).status).toBe(200)
    expect(
      outcome(await merchant.post(NATIVE, undefined, { raw: text, sign: { body: text.trim() } })),
    ).toEqual(signError('签名错误'))
  })

  it('is refused in other words by the transaction endpoints, without a Request-ID', async () => {
    const missing = await merchant.post(NATIVE, prepayBody(), { headers: { Authorization: undefined } })
    expect(outcome(missing)).toEqual(signError('签名信息错误，验签失败'))
    expect(missing.headers['request-id']).toBeUndefined()
    expect(
      outcome(await merchant.post(NATIVE, prepayBody(), { headers: { Authorization: 'Bearer x' } })),
    ).toEqual(signError('签名信息错误，验签失败'))
    expect(outcome(await merchant.post(NATIVE, prepayBody(), { sign: { mchid: '1900000999' } }))).toEqual(
      signError('签名错误'),
    )
  })

  it('shows the message that was expected when the signature does not match', async () => {
    const { json, headers } = await merchant.get(CERTIFICATES, { sign: { url: '/v3/other' } })
    expect(json.detail).toMatchObject({
      field: 'signature',
      location: 'authorization',
      detail: { issue: 'sign not match' },
    })
    expect(json.detail.sign_information).toMatchObject({ method: 'GET', url: CERTIFICATES })
    expect(json.detail.sign_information.truncated_sign_message).toMatch(
      /^GET\n\/v3\/certificates\n\d+\n[0-9A-F]{32}\n\n$/,
    )
    expect(headers['request-id']).toMatch(/-268443699$/)
  })

  it('may be signed by a second merchant certificate until that one is retired', async () => {
    const [first] = simulator.keys().merchant
    const keys = await simulator.control.addMerchantCertificate()
    const added = keys.merchant[1]!
    expect(outcome(await merchant.get(CERTIFICATES, { sign: { serialNo: added.serial_no } }))).toEqual(
      signError('错误的签名，验签失败'),
    )
    await simulator.control.retireMerchantCertificate(first!.serial_no)
    expect((await merchant.get(CERTIFICATES)).status).toBe(200)
    expect(outcome(await merchant.get(CERTIFICATES, { sign: { serialNo: first!.serial_no } }))).toEqual(
      signError(SERIAL),
    )
  })
})

describe('the other headers of a request', () => {
  it.each(['User-Agent', 'Accept'])(
    '%s is required for certificates and refunds, before the signature is looked at',
    async (name) => {
      const answer = await merchant.get(CERTIFICATES, {
        headers: { [name]: undefined, Authorization: undefined },
      })
      expect([answer.status, answer.json]).toEqual([
        400,
        { code: 'INVALID_REQUEST', message: 'Http头缺少Accept或User-Agent' },
      ])
    },
  )

  it('are not looked at by the transaction endpoints', async () => {
    const headers = { 'User-Agent': undefined, Accept: undefined }
    expect((await merchant.post(NATIVE, prepayBody(), { headers })).status).toBe(200)
  })

  it('need JSON as the content type of a body', async () => {
    const answer = await merchant.post(NATIVE, prepayBody(), { headers: { 'Content-Type': 'text/plain' } })
    expect([answer.status, answer.json.code]).toEqual([400, 'INVALID_REQUEST'])
  })
})
