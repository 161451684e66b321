/** Certificates, key material as operators enter it, and WeChat's answers. */
import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkCertificate } from '#functions/rotate-certs/certificate-check.ts'
import { parseApiV3Keys, parseMerchantSigning, parsePlatformKeys } from '#shared/secrets/secret-keys.ts'
import { encryptResource } from '#shared/crypto/aead.ts'
import { loadCertificate, loadPrivateKey, loadPublicKey } from '#shared/crypto/keys.ts'
import { KeyError } from '#shared/crypto/rsa.ts'
import { AppError } from '#shared/errors.ts'
import { silentLogger } from '#shared/log.ts'
import { answerError } from '#shared/wechat/call/answer-error.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { makeMerchant, makePlatformKeys, signedHeaders } from '#test/support/wechat-keys.ts'
import { anyBytes, anyJson, fuzz, oddText, spoiled } from './fuzz.ts'

const NOW = Date.parse('2026-06-08T10:34:56Z')
const merchant = makeMerchant()
const platform = makePlatformKeys()
const certificate = platform.certificate.record.pem
const der = new X509Certificate(certificate).raw
const pemOf = (bytes: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString('base64')}\n-----END CERTIFICATE-----\n`

/** PEM with changed bytes inside, with changed text, or nothing like it. */
const anyPem = (pem: string) =>
  fc.oneof(
    oddText(),
    fc
      .tuple(fc.nat(der.length - 1), fc.nat(255))
      .map(([at, byte]) => pemOf(Buffer.from(der).fill(byte, at, at + 1))),
    fc
      .tuple(fc.nat(der.length - 1), fc.nat(40))
      .map(([at, length]) => pemOf(Buffer.concat([der.subarray(0, at), der.subarray(at + length)]))),
    fc
      .tuple(fc.nat(pem.length - 1), oddText())
      .map(([at, text]) => pem.slice(0, at) + text + pem.slice(at + 1)),
    fc.constantFrom(pem, certificate, platform.publicKey.record.pem, merchant.privatePem),
  )

function keyErrorOr(load: () => unknown): void {
  try {
    load()
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
  }
}

function configErrorOr(parse: () => unknown, ...hidden: readonly string[]): void {
  try {
    parse()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.code).toBe('config_invalid')
    for (const text of hidden) expect(error.message).not.toContain(text)
  }
}

describe('fuzzed key material', () => {
  it('loads as a key of ours or fails with a KeyError', async () => {
    await fuzz(
      fc.property(anyPem(certificate), (pem) => {
        keyErrorOr(() => loadCertificate(pem))
        keyErrorOr(() => loadPublicKey(pem))
        keyErrorOr(() => loadPrivateKey(pem))
        const refusal = checkCertificate({ serial_no: platform.certificate.serial, pem }, NOW)
        // Only the signature of the certificate and what we do not use of it may differ from the original.
        if (refusal === undefined) expect(loadCertificate(pem).serial).toBe(platform.certificate.serial)
      }),
    )
  })

  it('of a merchant is taken or refused as configuration, without a word of it', async () => {
    const secret = { serial_no: merchant.signer.serialNo, private_key: merchant.privatePem, certificate }
    const text = fc.oneof(
      oddText(),
      anyPem(merchant.privatePem).map((private_key) =>
        JSON.stringify({ ...secret, private_key, certificate: undefined }),
      ),
      spoiled(secret).map((value) => JSON.stringify(value)),
    )
    const part = merchant.privatePem.slice(60, 100)
    await fuzz(fc.property(text, (given) => configErrorOr(() => parseMerchantSigning(given), part)))
  })

  it('of the platform is taken or refused as configuration', async () => {
    const record = { serial: platform.certificate.serial, kind: 'certificate', pem: certificate }
    const text = fc.oneof(
      anyJson.map((value) => JSON.stringify(value) ?? ''),
      anyPem(certificate).map((pem) => JSON.stringify({ keys: [{ ...record, pem }] })),
      spoiled({ keys: [record, platform.publicKey.record] }).map((value) => JSON.stringify(value)),
    )
    await fuzz(fc.property(text, (given) => configErrorOr(() => parsePlatformKeys(given))))
  })

  it('of APIv3 is taken or refused as configuration, without a word of it', async () => {
    const key = fc.oneof(oddText(), fc.string({ minLength: 32, maxLength: 32 }))
    await fuzz(
      fc.property(key, key, (current, previous) => {
        const hidden = [current, previous].filter((text) => text.length > 12)
        configErrorOr(() => parseApiV3Keys(JSON.stringify({ current, previous })), ...hidden)
      }),
    )
  })
})

describe('fuzzed answers of WeChat', () => {
  it('that are errors map to a ChannelError', async () => {
    const headers = fc.dictionary(
      fc.constantFrom('request-id', 'a'),
      fc.oneof(oddText(), fc.array(oddText())),
    )
    await fuzz(
      fc.property(fc.integer({ min: 100, max: 999 }), headers, anyBytes, (status, given, body) => {
        const error = answerError('refund', { status, headers: given, body: Buffer.from(body) })
        expect(error).toBeInstanceOf(ChannelError)
      }),
    )
  })

  it('that are signed give what was asked for or a ChannelError', async () => {
    const list = {
      data: [
        {
          serial_no: platform.certificate.serial,
          encrypt_certificate: encryptResource(merchant.apiV3Key, certificate, {
            nonce: '0123456789ab',
            associated_data: 'certificate',
          }),
        },
      ],
    }
    const transaction = {
      appid: 'wx1',
      mchid: merchant.mchid,
      out_trade_no: 'ORDER-0001',
      trade_state: 'SUCCESS',
      transaction_id: '42',
      success_time: '2026-03-01T12:00:05+08:00',
      amount: { total: 1 },
    }
    const answer = fc.oneof(
      anyBytes,
      spoiled(list).map((value) => Buffer.from(JSON.stringify(value))),
      spoiled(transaction).map((value) => Buffer.from(JSON.stringify(value))),
    )
    let body: Uint8Array = Buffer.alloc(0)
    const send = async () => ({
      status: 200,
      headers: signedHeaders(platform.certificate, body, { now: NOW }),
      body: Buffer.from(body),
    })
    const wechat = createWechatPay({
      mchid: merchant.mchid,
      apiUrls: ['https://primary.example', 'https://backup.example'],
      signer: async () => merchant.signer,
      keyRing: async () => platform.ring,
      apiV3Keys: async () => [merchant.apiV3Key],
      transport: { send },
      clock: { now: () => NOW },
      logger: silentLogger,
      sleep: async () => {},
    })
    await fuzz(
      fc.asyncProperty(answer, async (bytes) => {
        body = bytes
        for (const ask of [
          () => wechat.queryOrder('ORDER-0001'),
          () => wechat.queryRefund('R1'),
          () => wechat.downloadCertificates(),
        ]) {
          await ask().catch((error: unknown) => expect(error).toBeInstanceOf(ChannelError))
        }
      }),
      0.4,
    )
  })
})
