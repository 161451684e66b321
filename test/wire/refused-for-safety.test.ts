/**
 * What is refused for safety: the list against which tolerance is measured. Whatever becomes more lenient elsewhere, nothing
 * of this may be taken. Content types and encodings have theirs in test/lambda/http-event.test.ts, addresses in
 * test/infra/addresses.test.ts, certificates in test/wire/certificates.test.ts.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { MCHID, NOW } from '#test/support/orders.ts'
import { platform, refund, SUCCESS } from '#test/support/notifying.ts'
import { startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import {
  makeMerchant,
  makePlatformCertificate,
  makePlatformPublicKey,
  signedHeaders,
} from '#test/support/wechat-keys.ts'
import type { Answerer } from '#test/support/wechat-peer.ts'
import { delivered } from './delivering.ts'
import type { Changes } from './delivering.ts'
import { refundAnswer } from './messages.ts'

const { certificate, publicKey } = platform
const stranger = makePlatformCertificate()
const expired = makePlatformCertificate({
  notBefore: new Date('2020-01-01'),
  notAfter: new Date('2021-01-01'),
})
const SIGNED = ['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-signature', 'wechatpay-serial'] as const
const genuine = signedHeaders(certificate, '', { now: NOW })
const header = (name: string, value: string | undefined): Changes => ({ headers: { [name]: value } })
const under = (signer: { privateKey: typeof stranger.privateKey }, serial: string): Changes => ({
  signer: { privateKey: signer.privateKey, serial },
})
const bytes = (spoil: (text: string) => string): Changes => ({
  body: (sealed) => Buffer.from(spoil(sealed.toString())),
})
const seconds = (at: number) => String(Math.floor(at / 1000))

const UNVERIFIED: ReadonlyArray<[string, Changes]> = [
  ...SIGNED.flatMap((name): Array<[string, Changes]> => [
    [`no ${name}`, header(name, undefined)],
    [`an empty ${name}`, header(name, '')],
    [`${name} twice, the same`, header(name, `${genuine[name]},${genuine[name]}`)],
    [`${name} twice, with a space`, header(name, `${genuine[name]}, ${genuine[name]}`)],
    [`a blank after ${name}`, header(name, `${genuine[name]} `)],
    [`${name} in full-width characters`, header(name, '１２３')],
    [`an endless ${name}`, header(name, '1'.repeat(100_000))],
  ]),
  ['another key under a known serial', under(stranger, certificate.serial)],
  ['the public key under the serial of the certificate', under(publicKey, certificate.serial)],
  ['the certificate under the id of the public key', under(certificate, publicKey.serial)],
  ["the merchant's own key", under(makeMerchant(MCHID), certificate.serial)],
  ['an unknown certificate', { signer: stranger }],
  [
    'an unknown public key',
    { signer: makePlatformPublicKey('PUB_KEY_ID_0000000000000000000000000000000001') },
  ],
  ['an expired certificate', { signer: expired, ring: createKeyRing([expired.record]) }],
  ['a serial in lower case', under(certificate, certificate.serial.toLowerCase())],
  ['a serial with a leading zero', under(certificate, `00${certificate.serial}`)],
  ['a public key id in lower case', under(publicKey, publicKey.serial.toLowerCase())],
  ['a public key id without its prefix', under(publicKey, publicKey.serial.replace('PUB_KEY_ID_', ''))],
  ['a serial that every object has', under(certificate, '__proto__')],
  ['301 s ago', { signedAt: NOW - 301_000 }],
  ['a day ago', { signedAt: NOW - 86_400_000 }],
  ['301 s ahead', { signedAt: NOW + 301_000 }],
  ['milliseconds for a timestamp', header('wechatpay-timestamp', String(NOW))],
  ['a timestamp with a fraction', header('wechatpay-timestamp', `${seconds(NOW)}.0`)],
  ['a timestamp with a sign', header('wechatpay-timestamp', `+${seconds(NOW)}`)],
  ['a timestamp in hex', header('wechatpay-timestamp', `0x${(NOW / 1000).toString(16)}`)],
  ['a timestamp with a leading zero', header('wechatpay-timestamp', `0${seconds(NOW)}`)],
  ['another second than was signed', header('wechatpay-timestamp', seconds(NOW + 1000))],
  ['another nonce than was signed', header('wechatpay-nonce', 'another')],
  ['a signature of another body', header('wechatpay-signature', genuine['wechatpay-signature'])],
  ['a probe', header('wechatpay-signature', `WECHATPAY/SIGNTEST/${genuine['wechatpay-signature']}`)],
  ['no base64', header('wechatpay-signature', '%%%')],
  ['SM2', header('wechatpay-signature-type', 'WECHATPAY2-SM2-WITH-SM3')],
  ['another hash', header('wechatpay-signature-type', 'WECHATPAY2-SHA1-RSA2048')],
  ['a signature type in lower case', header('wechatpay-signature-type', 'wechatpay2-sha256-rsa2048')],
  ['an empty signature type', header('wechatpay-signature-type', '')],
  ['a line end after the body', bytes((text) => `${text}\n`)],
  ['a byte order mark', bytes((text) => `\uFEFF${text}`)],
  ['JSON written again', bytes((text) => JSON.stringify(JSON.parse(text), null, 1))],
  ['an escape for a character', bytes((text) => text.replace('支', String.raw`\u652f`))],
  ['another event than was signed', bytes((text) => text.replace('TRANSACTION.SUCCESS', 'REFUND.SUCCESS'))],
  ['no body', { body: () => new Uint8Array() }],
]

const CONTENT: ReadonlyArray<[string, Changes, 'refused' | 'unreadable']> = [
  ['another merchant', { content: { mchid: '1900000999' } }, 'refused'],
  ['no merchant', { content: { mchid: null } }, 'refused'],
  ['an amount that is text', { content: { amount: { total: '1000', currency: 'CNY' } } }, 'refused'],
  ['an amount of nothing', { content: { amount: { total: 0 } } }, 'refused'],
  ['an amount below nothing', { content: { amount: { total: -1000 } } }, 'refused'],
  ['half a fen', { content: { amount: { total: 0.5 } } }, 'refused'],
  ['an amount beyond 2^53', { content: { amount: { total: 2 ** 53 } } }, 'refused'],
  ['no amount', { content: { amount: null } }, 'refused'],
  ['no transaction_id', { content: { transaction_id: '' } }, 'refused'],
  ['no application', { content: { appid: null } }, 'refused'],
  ['an order number with #', { content: { out_trade_no: 'a#b' } }, 'refused'],
  ['an order number that goes up', { content: { out_trade_no: '../ORDER' } }, 'refused'],
  ['a state that contradicts the event', { content: { trade_state: 'NOTPAY' } }, 'refused'],
  ['an unknown state under a success', { content: { trade_state: 'PAID' } }, 'refused'],
  ['REFUND under TRANSACTION.SUCCESS', { content: { trade_state: 'REFUND' } }, 'refused'],
  ['an original_type of refund', { resource: { original_type: 'refund' } }, 'refused'],
  ['a payment at the route of refunds', { route: 'refund' }, 'refused'],
  ['a refund at the route of payments', { event_type: 'REFUND.SUCCESS', route: 'payment' }, 'refused'],
  [
    'a refund of another merchant',
    { event_type: 'REFUND.SUCCESS', content: { mchid: '1900000999' } },
    'refused',
  ],
  [
    'a refund of nothing',
    { event_type: 'REFUND.SUCCESS', content: { amount: { total: 1000, refund: 0 } } },
    'refused',
  ],
  ['a refund whose state contradicts the event', { event_type: 'REFUND.CLOSED', content: refund }, 'refused'],
  ['another APIv3 key', { apiV3Key: makeMerchant(MCHID).apiV3Key }, 'unreadable'],
  ['another associated_data than was sealed', { resource: { associated_data: 'refund' } }, 'unreadable'],
  ['no associated_data where one was sealed', { resource: { associated_data: null } }, 'unreadable'],
  ['another nonce than was sealed', { resource: { nonce: 'fdasfjihihij' } }, 'unreadable'],
  ['another algorithm', { resource: { algorithm: 'AEAD_SM4_GCM' } }, 'unreadable'],
  ['a short nonce', { resource: { nonce: 'fdasfj' } }, 'unreadable'],
  [
    'a ciphertext that is only a tag',
    { resource: { ciphertext: Buffer.alloc(16).toString('base64') } },
    'unreadable',
  ],
  ['a ciphertext that is no base64', { resource: { ciphertext: '%%%' } }, 'unreadable'],
  ['an event_type with a blank', { envelope: { event_type: 'TRANSACTION SUCCESS' } }, 'refused'],
  ['a null event_type', { envelope: { event_type: null } }, 'refused'],
  ['no resource', { envelope: { resource: null } }, 'refused'],
]

describe('a notification', () => {
  it('is taken as it is, so that the refusals below mean something', async () => {
    expect((await delivered({})).result).toBe('accepted')
    expect((await delivered({ event_type: 'REFUND.SUCCESS' })).result).toBe('accepted')
    expect((await delivered({ signer: publicKey })).result).toBe('accepted')
  })

  it.each(UNVERIFIED)('with %s is not believed, and nothing of it is kept', async (_, changes) => {
    const { result, world } = await delivered(changes)
    expect([result, world.dispatched]).toEqual(['unverified', []])
    expect(await world.facts.get(SUCCESS)).toBeUndefined()
  })

  it.each(CONTENT)('genuine, with %s, is not taken', async (_, changes, expected) => {
    const { result, world } = await delivered(changes)
    expect([result, world.dispatched]).toEqual([expected, []])
  })
})

describe('an answer of WeChat', () => {
  let it_: WechatFixture
  beforeEach(async () => {
    it_ = await startWechat()
  })
  afterEach(() => it_.close())

  const answered =
    (
      change: (headers: Record<string, string>, text: string) => [object, string],
      json: object = refundAnswer,
    ): Answerer =>
    (_, response) => {
      const text = JSON.stringify(json)
      const [headers, body] = change(signedHeaders(it_.platform.publicKey, text), text)
      response.writeHead(200, headers as Record<string, string>).end(body)
    }

  it.each<[string, string, Parameters<typeof answered>]>([
    ['without a signature', 'unverifiable', [(_, text) => [{}, text]]],
    [
      'with a probe',
      'unverifiable',
      [(headers, text) => [{ ...headers, 'wechatpay-signature': 'WECHATPAY/SIGNTEST/a' }, text]],
    ],
    ['of an unknown key', 'unverifiable', [(_, text) => [signedHeaders(stranger, text), text]]],
    [
      'of another key under a known serial',
      'unverifiable',
      [(_, text) => [signedHeaders({ ...stranger, serial: it_.platform.publicKey.serial }, text), text]],
    ],
    ['over other bytes', 'unverifiable', [(headers, text) => [headers, `${text} `]]],
    [
      '301 s old',
      'unverifiable',
      [(_, text) => [signedHeaders(it_.platform.publicKey, text, { now: Date.now() - 302_000 }), text]],
    ],
    [
      'with a header twice',
      'unverifiable',
      [
        (headers, text) => [
          { ...headers, 'wechatpay-nonce': [headers['wechatpay-nonce'], headers['wechatpay-nonce']] },
          text,
        ],
      ],
    ],
    [
      'signed with SM2',
      'unverifiable',
      [(headers, text) => [{ ...headers, 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' }, text]],
    ],
    ['over 1 MiB', 'network', [(headers, text) => [headers, text + ' '.repeat(1_048_577)]]],
    [
      'about another refund',
      'invalid_answer',
      [(headers, text) => [headers, text], { ...refundAnswer, out_refund_no: 'R2' }],
    ],
    [
      'about another order',
      'invalid_answer',
      [(headers, text) => [headers, text], { ...refundAnswer, out_trade_no: 'ORDER-0002' }],
    ],
    [
      'about another transaction',
      'invalid_answer',
      [(headers, text) => [headers, text], { ...refundAnswer, transaction_id: '1' }],
    ],
    [
      'without a status',
      'invalid_answer',
      [(headers, text) => [headers, text], { ...refundAnswer, status: null }],
    ],
    [
      'with an amount in text',
      'invalid_answer',
      [(headers, text) => [headers, text], { ...refundAnswer, amount: { total: '1000', refund: 300 } }],
    ],
  ])('%s is no success, and no refusal either', async (_, code, [change, json]) => {
    it_.primary.answer(answered(change, json))
    const request = { out_refund_no: 'R1', out_trade_no: 'ORDER-0001', transaction_id: '4200000000000001' }
    const error = await wechatError(it_.wechat.createRefund(JSON.stringify(request)))
    expect(error).toMatchObject({ code, certain: false })
  })
})
