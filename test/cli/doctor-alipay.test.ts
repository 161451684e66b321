/** What doctor says of Alipay: secrets, gateway, a signed call, the notify URL. */
import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { withAlipay } from '#cli/stack/accounts.ts'
import { checkAlipay } from '#cli/stack/alipay-checks.ts'
import type { Check } from '#cli/stack/check.ts'
import { checkNotifyUrls } from '#cli/stack/notify-checks.ts'
import { checkSecrets } from '#cli/stack/secret-checks.ts'
import { openStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'
import { type Listening, listen } from '#simulator/listen.ts'
import { verifySha256 } from '#shared/crypto/rsa.ts'
import { signedText } from '#shared/alipay/signed-text.ts'
import { ALIPAY, APP, signedAnswer } from '#test/alipay/alipay-keys.ts'
import { makeCertificate } from '#test/support/wechat-keys.ts'
import { type SetupFixture, startSetupFixture } from './setup-fixture.ts'

const METHOD = 'alipay.trade.query'
const UNKNOWN = { code: '40004', msg: 'Business Failed', sub_code: 'ACQ.TRADE_NOT_EXIST' }

let here: SetupFixture
let alipay: Listening
let answer: string
let notified: { readonly status: number; readonly type?: string | undefined; readonly body: string }
let status = 401
let asked: URLSearchParams
beforeAll(async () => {
  here = await startSetupFixture({ alipay: true })
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      if (request.url === '/alipay/notify') {
        notified = { status, type: request.headers['content-type'], body }
        return response.writeHead(status, { location: '/' }).end()
      }
      if (request.method === 'POST' && request.url === '/gateway.do') asked = new URLSearchParams(body)
      return response.end(answer)
    })
  })
  alipay = await listen(server, 0, 'Alipay')
})
afterAll(async () => {
  await alipay?.close()
  await here?.stop()
})
beforeEach(async () => {
  here.reset()
  here.alipayAt(`${alipay.url}/gateway.do`, alipay.url)
  await here.put('alipay_signing', { private_key: APP.privatePem })
  await here.put('alipay_keys', { keys: [{ kind: 'public_key', pem: ALIPAY.publicPem }] })
  answer = signedAnswer(METHOD, UNKNOWN)
  status = 401
})

const world = { clock: { now: () => Date.now() } } as World

/** A line of the checks of Alipay alone, by the check that makes it; doctor makes all of them. */
async function line(name: string): Promise<Check | undefined> {
  const options = { stack: 'local', stateDir: 'state' }
  const { wechat: _, ...stack } = withAlipay(
    await openStack({ ...world, directory: here.directory }, options),
  )
  const check =
    name === CALL
      ? checkAlipay(world, stack)
      : name.startsWith('notify URL')
        ? checkNotifyUrls(world, stack)
        : checkSecrets(stack, Date.now())
  const checks = await check.finally(() => stack.close())
  return checks.find((one) => one.name === name)
}

const CALL = 'signed call to Alipay'

describe('the signed call', () => {
  it('asks for an order that nobody placed, signed, and proves both ways', async () => {
    expect(await line(CALL)).toMatchObject({
      level: 'ok',
      detail: expect.stringMatching(/answer is verified/),
    })
    const { sign = '', ...fields } = Object.fromEntries(asked)
    expect(fields).toMatchObject({ method: METHOD, app_id: '2021001161683774' })
    expect(JSON.parse(fields['biz_content'] ?? '').out_trade_no).toMatch(/^wxpay_doctor_\w+$/)
    expect(verifySha256(APP.publicKey, Buffer.from(signedText(Object.entries(fields))), sign)).toBe(true)
  })

  const refusal = (code: string, sub_code: string) => ({ code, msg: 'no', sub_code })
  it.each([
    [
      'isv.invalid-signature',
      () => signedAnswer(METHOD, refusal('40002', 'isv.invalid-signature')),
      'Alipay refused the signature',
    ],
    [
      'isv.invalid-signature, unsigned',
      () => JSON.stringify({ error_response: refusal('40002', 'isv.invalid-signature') }),
      'Alipay refused the signature',
    ],
    [
      'isv.invalid-app-id',
      () => signedAnswer(METHOD, refusal('40002', 'isv.invalid-app-id')),
      'Alipay does not know the app',
    ],
    [
      'missing rights',
      () => signedAnswer(METHOD, refusal('40006', 'isv.insufficient-isv-permissions')),
      'refused: Alipay answered 40006',
    ],
    [
      'another signer',
      () => signedAnswer(METHOD, UNKNOWN, { key: APP.privateKey }),
      "Alipay's answer does not verify with alipay-keys: signature",
    ],
    ['no JSON at all', () => '<html>', "Alipay's answer does not verify with alipay-keys: form"],
  ])('fails for %s, with what to do', async (_, said, detail) => {
    answer = said()
    expect(await line(CALL)).toMatchObject({
      level: 'fail',
      detail: expect.stringContaining(detail),
      remedy: expect.stringMatching(/\S/),
    })
  })
})

describe('doctor', () => {
  it('has the lines of both channels where the stack has both', async () => {
    const { out } = await here.doctor()
    const names = (JSON.parse(out).checks as readonly Check[]).map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(
        `merchant-signing,alipay-signing,Alipay public key,Alipay gateway,${CALL},notify URL,notify URL for Alipay,clock: Alipay gateway`.split(
          ',',
        ),
      ),
    )
  })
})

describe('the secrets', () => {
  it('are filled, and named by what anybody may see of them', async () => {
    const { code, out } = await here.wxpay(['setup', '--check', '--provider', 'alipay'])
    expect(out).toMatch(
      /ok +alipay-signing +the app 2021001161683774 signs with RSA 2048 \(SHA-256 [\da-f]{16}\), without/,
    )
    expect(out).toMatch(/ok +Alipay public key +RSA 2048 .*does not expire/)
    expect([code, out.includes('PRIVATE')]).toEqual([0, false])
  })

  it('are shown by certs, with the names that Alipay gives certificates, and hide nothing of the other channel', async () => {
    const { code, out, err } = await here.wxpay(['certs'])
    expect(err).toContain(
      'the merchant-signing secret of the stack local has no value yet: fill it with wxpay setup',
    )
    expect(out).toMatch(/^app public key \(Alipay\)\napp_public_key +MII\w[\s\S]*\n\nAlipay public key\n/)
    expect(code).toBe(0)
    const app_certificate = makeCertificate(APP)
    await here.put('alipay_signing', {
      private_key: APP.privatePem,
      app_certificate,
      root_certificate: app_certificate,
    })
    const told = JSON.parse((await here.wxpay(['certs', '--provider', 'alipay', '--json'])).out)
    expect(told.keys[1]).toMatchObject({
      of: 'app certificate (Alipay)',
      alipay_sn: expect.stringMatching(/^[\da-f]{32}$/),
    })
    expect(await here.wxpay(['certs', '--provider', 'wechat'])).toMatchObject({ code: 1, out: '' })
  })

  it('that are empty say how to fill them', async () => {
    here.reset()
    here.alipayAt(`${alipay.url}/gateway.do`)
    for (const name of ['alipay-signing', 'alipay-keys'])
      expect(await line(name)).toMatchObject({
        level: 'fail',
        remedy: 'fill it with wxpay setup --provider alipay --stack local',
      })
  })

  it('are refused where they do not belong together', async () => {
    await here.put('alipay_keys', { keys: [{ kind: 'public_key', pem: APP.publicPem }] })
    expect(await line('Alipay public key')).toMatchObject({
      level: 'fail',
      detail: expect.stringContaining("app's own public key"),
    })
    await here.put('alipay_signing', {
      private_key: APP.privatePem,
      app_certificate: makeCertificate(ALIPAY),
      root_certificate: makeCertificate(ALIPAY),
    })
    expect(await line('alipay-signing')).toMatchObject({
      level: 'fail',
      detail: expect.stringContaining('of another key than the private key'),
    })
  })

  it('in certificate mode have expiry dates, a root, and a certificate of Alipay', async () => {
    const soon = makeCertificate(APP, { notAfter: new Date(Date.now() + 5 * 86_400_000) })
    await here.put('alipay_signing', {
      private_key: APP.privatePem,
      app_certificate: soon,
      root_certificate: makeCertificate(ALIPAY, { issuer: 'Ant' }),
    })
    expect(await line('app certificate')).toMatchObject({
      level: 'warn',
      detail: expect.stringContaining('(4 days)'),
    })
    expect(await line('alipay-keys')).toMatchObject({
      level: 'warn',
      detail: expect.stringContaining('no certificate of Alipay is stored'),
    })
    await here.put('alipay_keys', {
      keys: [{ kind: 'certificate', pem: makeCertificate(ALIPAY, { host: 'x' }) }],
    })
    expect(await line('Alipay certificate')).toMatchObject({
      level: 'fail',
      detail: expect.stringContaining('does not come from the root certificate'),
    })
  })
})

describe('the notify URL', () => {
  it('gets a form that nobody signed', async () => {
    expect(await line('notify URL for Alipay')).toMatchObject({ level: 'ok' })
    expect(notified).toMatchObject({
      type: 'application/x-www-form-urlencoded',
      body: expect.stringContaining('sign=none'),
    })
  })

  it.each([
    [200, 'accepted an unsigned notification'],
    [302, 'redirects (302)'],
    [403, 'is closed (403)'],
    [404, 'is not there (404)'],
    [405, 'takes no POST (405)'],
    [503, 'answers 503 instead of 401'],
  ])('fails with %i', async (answered, detail) => {
    status = answered
    expect(await line('notify URL for Alipay')).toMatchObject({
      level: 'fail',
      detail: expect.stringContaining(detail),
    })
  })
})
