import { describe, expect, it } from 'vitest'
import { loadPublicKey, verifyText } from '#shared/crypto/keys.ts'
import { randomNonce } from '#shared/wechat/trust/nonce.ts'
import { authorizationHeader, requestMessage, verifySignature } from '#shared/wechat/trust/signature.ts'
import type { Headers } from '#shared/received.ts'
import { str, vectors } from '#test/support/vectors.ts'
import {
  makeMerchant,
  makePlatformCertificate,
  makePlatformKeys,
  signedHeaders,
} from '#test/support/wechat-keys.ts'

const NOW = Date.parse('2026-06-08T10:34:56.789Z')
const merchant = makeMerchant()
const platform = makePlatformKeys()
const body = Buffer.from('{"code_url":"weixin://wxpay/bizpayurl?pr=1"}')
const headers = signedHeaders(platform.certificate, body, { now: NOW })

function verify(changes: Headers = {}, bytes: Uint8Array = body, now = NOW) {
  return verifySignature(platform.ring, { headers: { ...headers, ...changes }, body: bytes, now })
}

describe('requests', () => {
  it.each(
    [...vectors('v3-request-message'), ...vectors('v3-request-sign-rsa')].map((v) => [v.name, v] as const),
  )('builds the message of %s', (_, v) => {
    const request = {
      method: str(v, 'method'),
      url: str(v, 'url'),
      timestamp: Number(str(v, 'timestamp')),
      nonce: str(v, 'nonce_str'),
      body: str(v, 'body'),
    }
    expect(requestMessage(request)).toBe(str(v, 'message'))
  })

  it.each(vectors('v3-request-sign-rsa').map((v) => [v.name, v] as const))(
    'signs %s as documented',
    (_, v) => {
      const key = loadPublicKey(str(v, 'public_key_pem'))
      expect(verifyText(key, Buffer.from(str(v, 'message')), str(v, 'signature'))).toBe(true)
      // The official sample, with our key: everything but the signature must come out the same.
      const ours = authorizationHeader(
        { mchid: str(v, 'mchid'), serialNo: str(v, 'serial_no'), privateKey: merchant.privateKey },
        {
          method: str(v, 'method'),
          url: str(v, 'url'),
          timestamp: Number(str(v, 'timestamp')),
          nonce: str(v, 'nonce_str'),
          body: str(v, 'body'),
        },
      )
      const [, signature = ''] = /signature="([^"]+)"/.exec(ours) ?? []
      expect(ours.replace(signature, str(v, 'signature'))).toBe(str(v, 'authorization'))
      expect(verifyText(merchant.publicKey, Buffer.from(str(v, 'message')), signature)).toBe(true)
    },
  )

  it('signs a body that ends in a newline with one more', () => {
    const message = requestMessage({ method: 'POST', url: '/a?b=c', timestamp: 1, nonce: 'n', body: '{}\n' })
    expect(message).toBe('POST\n/a?b=c\n1\nn\n{}\n\n')
  })

  it('draws nonces of 32 upper-case hex digits that differ', () => {
    expect(randomNonce()).toMatch(/^[0-9A-F]{32}$/)
    expect(randomNonce()).not.toBe(randomNonce())
  })
})

describe('verifySignature', () => {
  it('accepts a platform certificate and a public key at once, each under its own serial', () => {
    expect(verify()).toEqual({ ok: true, serial: platform.certificate.serial })
    const byKey = signedHeaders(platform.publicKey, body, { now: NOW })
    expect(verifySignature(platform.ring, { headers: byKey, body, now: NOW })).toEqual({
      ok: true,
      serial: platform.publicKey.serial,
    })
  })

  it('accepts an empty body (204) and the absence of a signature type', () => {
    const empty = Buffer.alloc(0)
    const { 'wechatpay-signature-type': _, ...old } = signedHeaders(platform.certificate, empty, { now: NOW })
    expect(verifySignature(platform.ring, { headers: old, body: empty, now: NOW }).ok).toBe(true)
  })

  it.each(['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-signature', 'wechatpay-serial'])(
    'refuses %s that is missing, empty, doubled or blank-padded',
    (header) => {
      const value = headers[header] ?? ''
      expect(verify({ [header]: undefined })).toEqual({ ok: false, reason: 'header_missing', header })
      expect(verify({ [header]: '' })).toEqual({ ok: false, reason: 'header_missing', header })
      for (const doubled of [
        `${value}, ${value}`,
        `${value},${value}`,
        [value, value],
        [value],
        ` ${value}`,
        `${value}\u00e9`,
      ]) {
        expect(verify({ [header]: doubled })).toEqual({ ok: false, reason: 'header_malformed', header })
      }
    },
  )

  it.each([-301, 301, -86_400])('refuses a timestamp %i s away', (seconds) => {
    const late = signedHeaders(platform.certificate, body, { now: NOW + seconds * 1000 })
    expect(verify(late)).toMatchObject({ ok: false, reason: 'timestamp' })
  })

  it.each([-300, -299, 0, 299, 300])('accepts a timestamp %i s away', (seconds) => {
    expect(verify(signedHeaders(platform.certificate, body, { now: NOW + seconds * 1000 })).ok).toBe(true)
  })

  it.each(['-1', '0', '01', '1e9', '0x5f', '1780914896.5', '99999999999999999999', 'now'])(
    'refuses the timestamp %s before any arithmetic',
    (timestamp) => {
      expect(verify({ 'wechatpay-timestamp': timestamp })).toEqual({
        ok: false,
        reason: 'header_malformed',
        header: 'wechatpay-timestamp',
      })
    },
  )

  it.each([
    'WECHATPAY2-SM2-WITH-SM3',
    'none',
    '',
    'wechatpay2-sha256-rsa2048',
    ['WECHATPAY2-SHA256-RSA2048'],
  ])('refuses the signature type %j', (type) => {
    expect(verify({ 'wechatpay-signature-type': type })).toMatchObject({
      ok: false,
      reason: 'signature_type',
    })
  })

  it('refuses an unknown serial and says which', () => {
    const stranger = makePlatformCertificate()
    expect(verify(signedHeaders(stranger, body, { now: NOW }))).toEqual({
      ok: false,
      reason: 'unknown_serial',
      serial: stranger.serial,
    })
    for (const serial of ['__proto__', 'constructor', platform.certificate.serial.toLowerCase()]) {
      expect(verify({ 'wechatpay-serial': serial })).toMatchObject({ reason: 'unknown_serial' })
    }
  })

  it('refuses the signature of another platform key, and our own', () => {
    const swapped = { ...headers, 'wechatpay-serial': platform.publicKey.serial }
    expect(verify(swapped)).toMatchObject({ ok: false, reason: 'signature' })
    const own = signedHeaders(
      { serial: platform.certificate.serial, privateKey: merchant.privateKey },
      body,
      { now: NOW },
    )
    expect(verify(own)).toMatchObject({ ok: false, reason: 'signature' })
  })

  it('refuses a probe as such, whether its serial is known or not', () => {
    const probe = { 'wechatpay-signature': `WECHATPAY/SIGNTEST/${headers['wechatpay-signature']?.slice(19)}` }
    expect(verify(probe)).toMatchObject({ ok: false, reason: 'probe' })
    expect(verify({ ...probe, 'wechatpay-serial': '5ABC' })).toMatchObject({ ok: false, reason: 'probe' })
  })

  it.each(['', '{}', '支付😀'.repeat(900), '支'.repeat(20_000), '{"é":1}'])(
    'verifies text as its bytes, whatever was verified before it',
    (text) => {
      const signed = signedHeaders(platform.certificate, text, { now: NOW })
      expect(verifySignature(platform.ring, { headers: signed, body: text, now: NOW }).ok).toBe(true)
      for (const changed of [`${text}\n`, text.slice(0, -1), `${text}x`].filter((one) => one !== text))
        expect(verifySignature(platform.ring, { headers: signed, body: changed, now: NOW }).ok).toBe(false)
    },
  )

  it('refuses any change of timestamp, nonce or body', () => {
    expect(
      verify({ 'wechatpay-timestamp': String(Number(headers['wechatpay-timestamp']) + 1) }),
    ).toMatchObject({ reason: 'signature' })
    expect(verify({ 'wechatpay-nonce': `${headers['wechatpay-nonce']}x` })).toMatchObject({
      reason: 'signature',
    })
    const text = body.toString()
    for (const changed of [`${text}\n`, `\u{feff}${text}`, text.replace(':', ': '), '']) {
      expect(verify({}, Buffer.from(changed))).toMatchObject({ ok: false, reason: 'signature' })
    }
  })
})
