import { sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { AUTHORIZATION_SCHEMA, signAnswer } from '#shared/wechat/trust/signature.ts'
import { makeKeyPair } from '#test/support/wechat-keys.ts'
import {
  NOW,
  TIMESTAMP,
  NONCE,
  BODY,
  certificate,
  publicKey,
  merchantPair,
  merchantSerial,
  capture,
  explain,
  problems,
} from './signed-capture.ts'

it('a good signature is verified and has nothing to explain', () => {
  expect(explain(capture())).toEqual({ verified: true, findings: [] })
})

describe('a changed body is told from a wrong key', () => {
  const changes: ReadonlyArray<readonly [string, (body: Buffer) => Buffer, string]> = [
    ['a newline more', (body) => Buffer.concat([body, Buffer.from('\n')]), 'a newline was added at the end'],
    ['a CR LF more', (body) => Buffer.concat([body, Buffer.from('\r\n')]), 'a newline was added at the end'],
    [
      'a byte order mark',
      (body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
      'byte order mark was put in front',
    ],
    [
      'other blanks',
      (body) => Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 2)),
      'parsed and written again',
    ],
    [
      'other order',
      (body) =>
        Buffer.from(
          JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body.toString())).toReversed())),
        ),
      'order of its fields',
    ],
    ['base64', (body) => Buffer.from(body.toString('base64')), 'still base64'],
    [
      'Latin-1 read as UTF-8',
      (body) => Buffer.from(body.toString('latin1'), 'utf8'),
      'UTF-8 was read as Latin-1',
    ],
    ['URL encoding', (body) => Buffer.from(encodeURIComponent(body.toString())), 'URL-encoded'],
    [
      'another amount',
      (body) => Buffer.from(body.toString().replace('"1"', '"2"')),
      'none of the usual changes explains it',
    ],
  ]
  it.each(changes)('by %s', (_name, change, expected) => {
    const ordered = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())))
    const signature = signAnswer(certificate.privateKey, {
      timestamp: TIMESTAMP,
      nonce: NONCE,
      body: ordered,
    })
    const found = problems(capture({ 'wechatpay-signature': signature }, change(ordered)))
    expect(found).toEqual([expect.stringMatching(/^body: /)])
    expect(found[0]).toContain(expected)
  })

  it('by a newline less', () => {
    const signature = signAnswer(certificate.privateKey, {
      timestamp: TIMESTAMP,
      nonce: NONCE,
      body: Buffer.concat([BODY, Buffer.from('\n')]),
    })
    expect(problems(capture({ 'wechatpay-signature': signature }))).toEqual([
      'body: the body lost its final newline',
    ])
  })
})

describe('a wrong message', () => {
  const over = (message: string) =>
    sign('sha256', Buffer.from(message), certificate.privateKey).toString('base64')

  it('without the newline at its end', () => {
    expect(
      problems(capture({ 'wechatpay-signature': over(`${TIMESTAMP}\n${NONCE}\n${BODY.toString()}`) })),
    ).toEqual(['message: it was signed without the newline behind the body'])
  })
  it('with timestamp and nonce exchanged', () => {
    expect(
      problems(capture({ 'wechatpay-signature': over(`${NONCE}\n${TIMESTAMP}\n${BODY.toString()}\n`) })),
    ).toEqual(['message: timestamp and nonce were exchanged'])
  })
  it('hashed with SHA-1', () => {
    const sha1 = sign(
      'sha1',
      Buffer.from(`${TIMESTAMP}\n${NONCE}\n${BODY.toString()}\n`),
      certificate.privateKey,
    ).toString('base64')
    expect(problems(capture({ 'wechatpay-signature': sha1 }))).toEqual([
      expect.stringContaining('over a sha1 hash'),
    ])
  })
})

describe('a wrong key or serial', () => {
  const signedBy = (key: Parameters<typeof signAnswer>[0]) =>
    signAnswer(key, { timestamp: TIMESTAMP, nonce: NONCE, body: BODY })

  it("is the merchant's own key", () => {
    expect(problems(capture({ 'wechatpay-signature': signedBy(merchantPair.privateKey) }))).toEqual([
      "key: it was signed with the merchant's own key, not by WeChat",
    ])
  })
  it("is the merchant's own serial", () => {
    expect(problems(capture({ 'wechatpay-serial': merchantSerial }))[0]).toContain(
      "the serial is that of the merchant's own certificate",
    )
  })
  it('is another known key than the serial says', () => {
    expect(problems(capture({ 'wechatpay-signature': signedBy(publicKey.privateKey) }))).toEqual([
      `serial: it was signed with the key ${publicKey.record.serial}, but the header Wechatpay-Serial says ${certificate.record.serial}`,
    ])
  })
  it('is unknown', () => {
    const found = problems(
      capture({
        'wechatpay-serial': 'A'.repeat(40),
        'wechatpay-signature': signedBy(makeKeyPair().privateKey),
      }),
    )
    expect(found).toEqual([
      expect.stringContaining(`no platform key with the serial ${'A'.repeat(40)} is known`),
      expect.stringContaining('key: no key that is known here'),
    ])
  })
  it('lost its prefix or its case', () => {
    expect(problems(capture({ 'wechatpay-serial': certificate.record.serial.toLowerCase() }))[0]).toContain(
      'the serial was changed on the way',
    )
    expect(
      problems(capture({ 'wechatpay-serial': publicKey.record.serial.replace('PUB_KEY_ID_', '') }))[0],
    ).toContain(`it should read ${publicKey.record.serial}`)
  })
})

describe('the clock', () => {
  it.each([
    [NOW + 3_600_000, /^clock: .* 3602 s before/],
    [NOW - 3_600_000, /^clock: .* 3598 s after/],
  ])('is named when it is the only thing that is wrong', (now, said) => {
    expect(problems(capture(), now)).toEqual([expect.stringMatching(said)])
  })
  it('in milliseconds is recognised', () => {
    expect(problems(capture({ 'wechatpay-timestamp': String(NOW) }))[0]).toBe(
      'header: Wechatpay-Timestamp is in milliseconds',
    )
  })
})

describe('a damaged header', () => {
  const signature = String(capture().headers['wechatpay-signature'])
  const damages: ReadonlyArray<readonly [string, string, string]> = [
    ['URL-safe', signature.replaceAll('+', '-').replaceAll('/', '_'), 'URL-safe'],
    ['unpadded', signature.replaceAll('=', ''), 'padding'],
    ['URL-encoded', encodeURIComponent(signature), 'URL-encoded'],
    ['cut', signature.slice(0, 99), 'cut off'],
    [
      'longer',
      Buffer.concat([Buffer.from(signature, 'base64'), Buffer.from('xy')]).toString('base64'),
      '2 trailing bytes',
    ],
    ['a probe', 'WECHATPAY/SIGNTEST/abc', 'probes'],
  ]
  it.each(damages)('%s signature is recognised', (_name, value, expected) => {
    expect(problems(capture({ 'wechatpay-signature': value }))[0]).toContain(expected)
  })
  it.each(['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-serial', 'wechatpay-signature'])(
    '%s is named when it is missing',
    (name) => {
      const { [name]: _, ...headers } = capture().headers
      expect(problems({ headers, body: BODY })[0]?.toLowerCase()).toBe(`header: ${name} is missing`)
    },
  )
  it('of another signature type is named', () => {
    const sm2 = 'WECHATPAY2-SM2-WITH-SM3'
    expect(problems(capture({ 'wechatpay-signature-type': 'WECHATPAY2-MD5' }))).toEqual([
      `header: Wechatpay-Signature-Type is neither ${AUTHORIZATION_SCHEMA} nor ${sm2}`,
    ])
    expect(problems(capture({ 'wechatpay-signature-type': sm2 }))).toEqual([
      expect.stringMatching(
        /^header: Wechatpay-Signature-Type says WECHATPAY2-SM2-WITH-SM3, and the key \w+ is of RSA$/,
      ),
    ])
  })
})
