import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, prepayBody } from './support/merchant.ts'

const NATIVE = '/v3/pay/transactions/native'
let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual' })
})
afterAll(() => simulator.stop())

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${simulator.controlUrl}/_control/merchant${path}`, { method: 'POST', body: JSON.stringify(body) })

interface Signed {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
  readonly sign_message: string
  readonly curl: string
}
const sign = async (body: unknown): Promise<Signed> => (await (await post('/sign', body)).json()) as Signed

describe('a signed request', () => {
  it('is accepted as it is given', async () => {
    const order = prepayBody({ description: `it's "50%" $HOME \`x\` 咖啡` })
    const {
      method,
      url,
      headers,
      body,
      sign_message: message,
    } = await sign({ method: 'POST', url: NATIVE, body: order })
    const answer = await fetch(url, { method, headers, body })
    expect([answer.status, await answer.json()]).toEqual([200, { code_url: expect.any(String) }])
    expect(message).toMatch(new RegExp(`^POST\n${NATIVE}\n\\d+\n[0-9A-F]{32}\n`))
    expect(JSON.parse(body)).toEqual(order)
  })

  it('has no body and no content type where none is given, and a text as it is', async () => {
    const { method, headers, body } = await sign({ url: '/v3/certificates' })
    expect([method, body, headers['Content-Type']]).toEqual(['GET', '', undefined])
    expect((await sign({ method: 'POST', url: NATIVE, body: ' {"a": 1}\n' })).body).toBe(' {"a": 1}\n')
  })

  it('comes as a command for the shell, whatever is in its body', async () => {
    const shop = prepayBody({ description: `it's "50%" $HOME \`x\` \\ 咖啡` })
    const text = await (await post('/curl', { method: 'POST', url: NATIVE, body: shop })).text()
    // A shell takes the command apart; what would have been curl prints its arguments.
    const script = text.replace(/^curl/, `curl() { printf '%s\\0' "$@"; }\ncurl`)
    const { stdout } = await promisify(execFile)('sh', ['-c', script])
    const words = stdout.split('\0')
    const after = (flag: string): string => words[words.indexOf(flag) + 1]!
    expect(words[words.indexOf('POST') + 1]).toBe(`${simulator.url}${NATIVE}`)
    expect(JSON.parse(after('--data-binary'))).toEqual(shop)
    expect(words.find((word) => word.startsWith('Authorization: '))).toContain('WECHATPAY2-SHA256-RSA2048')
  })

  it.each(['v3/certificates', 'http://127.0.0.1/v3', '/v3/a b', '/v3/中'])(
    'is not made for %j',
    async (url) => {
      expect((await post('/sign', { url })).status).toBe(400)
    },
  )

  it('cannot be made with a certificate whose key is elsewhere', async () => {
    const { certificate_pem: merchantCertificatePem } = simulator.keys().merchant[0]!
    const other = await startSimulator({ mchid: MCHID, appids: [APPID], merchantCertificatePem })
    const answer = await fetch(`${other.controlUrl}/_control/merchant/sign`, {
      method: 'POST',
      body: '{"url":"/v3/certificates"}',
    })
    expect([answer.status, await answer.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'no_private_key' }),
    ])
    await other.stop()
  })
})
