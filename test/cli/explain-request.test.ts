import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { explainRequest } from '#cli/explain/explain-request.ts'
import { loadCertificate } from '#shared/crypto/keys.ts'
import { authorizationHeader, type RequestToSign } from '#shared/wechat/trust/signature.ts'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'
import { createShell } from './shell.ts'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const MCHID = '1900000109'
const pair = makeKeyPair()
const certificatePem = makeCertificate(pair)
const { serial } = loadCertificate(certificatePem)
const sent = { method: 'POST', url: '/v3/refund/domestic/refunds?a=%7C', body: '{"amount":1}' }

interface Changes extends Partial<RequestToSign> {
  readonly mchid?: string
  readonly serialNo?: string
  readonly key?: typeof pair.privateKey
}

function authorization({
  mchid = MCHID,
  serialNo = serial,
  key = pair.privateKey,
  ...signed
}: Changes = {}): string {
  const request = { ...sent, timestamp: NOW / 1000, nonce: 'N', ...signed }
  return authorizationHeader({ mchid, serialNo, privateKey: key }, request)
}

function problems(header: string, now = NOW): readonly string[] {
  const request = { ...sent, body: Buffer.from(sent.body), authorization: header }
  return explainRequest(request, { mchid: MCHID, certificatePem }, now).findings.map(
    ({ element, problem }) => `${element}: ${problem}`,
  )
}

describe('a request that WeChat would accept', () => {
  it('has nothing to explain', () => {
    expect(problems(authorization())).toEqual([])
  })
})

describe('a request that WeChat would refuse', () => {
  const cases: ReadonlyArray<readonly [string, Changes, string]> = [
    ['query', { url: '/v3/refund/domestic/refunds' }, 'message: the query was not signed'],
    [
      'host',
      { url: `https://api.mch.weixin.qq.com${sent.url}` },
      'message: the URL was signed with its host',
    ],
    [
      'encoding',
      { url: '/v3/refund/domestic/refunds?a=|' },
      'message: the URL was signed before it was percent-encoded',
    ],
    ['method', { method: 'post' }, 'message: the method was signed in small letters'],
    ['body', { body: '' }, 'message: the body was not signed'],
    ['blanks in the body', { body: '{"amount": 1}' }, 'message: the body was parsed and written again'],
    ['amount', { body: '{"amount":2}' }, 'message: the key is right, but method, URL'],
    ['mchid', { mchid: '1900009999' }, 'header: mchid is 1900009999, and the stack serves 1900000109'],
    ['serial', { serialNo: 'ABC' }, `serial: serial_no is not that of the merchant certificate, ${serial}`],
    ['case of the serial', { serialNo: serial.toLowerCase() }, 'serial: serial_no is not in capitals'],
    ['key', { key: makeKeyPair().privateKey }, 'key: it was not signed with the private key'],
    ['clock', { timestamp: NOW / 1000 - 301 }, 'clock: it was signed at'],
  ]
  it.each(cases)('for its %s is explained by that alone', (_name, changes, expected) => {
    expect(problems(authorization(changes))).toEqual([expect.stringContaining(expected)])
  })

  it('for a missing field or another schema names it', () => {
    expect(problems(authorization().replace(/,serial_no="[^"]*"/, ''))).toEqual([
      expect.stringContaining('has no serial_no='),
    ])
    expect(problems(authorization().replace('WECHATPAY2-SHA256-RSA2048', 'Bearer'))[0]).toContain(
      'does not begin with WECHATPAY2',
    )
  })
})

describe('wxpay verify', () => {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-request-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it('recognises a raw request of the merchant and verifies what wxpay sign made', async () => {
    const wxpay = createShell(directory)
    for (const [name, content] of Object.entries({
      'cert.pem': certificatePem,
      'key.pem': pair.privatePem,
      'body.json': sent.body,
    })) {
      writeFileSync(join(directory, name), content)
    }
    const keys = ['--private-key', 'key.pem', '--serial', serial, '--mchid', MCHID]
    const signed = await wxpay([
      'sign',
      '--method',
      'POST',
      '--url',
      sent.url,
      '--body',
      'body.json',
      ...keys,
      '--json',
    ])
    const raw = (url: string) =>
      `POST ${url} HTTP/1.1\r\nAuthorization: ${JSON.parse(signed.out).authorization}\r\n\r\n${sent.body}`
    const verify = (input: string) => wxpay(['verify', '--merchant-certificate', 'cert.pem'], { input })
    expect(await verify(raw(sent.url))).toMatchObject({
      code: 0,
      out: expect.stringContaining('verified: the merchant signed'),
    })
    expect(await verify(raw('/v3/other'))).toMatchObject({
      code: 1,
      out: expect.stringContaining('none of the usual changes'),
    })
  })
})
