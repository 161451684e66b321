/** A notification that verifies, and the keys around it. */
import { explainSignature, type KnownKeys, type SignedCapture } from '#cli/explain/explain-signature.ts'
import { loadCertificate } from '#shared/crypto/keys.ts'
import { signAnswer } from '#shared/wechat/trust/signature.ts'
import {
  makeCertificate,
  makeKeyPair,
  makePlatformCertificate,
  makePlatformPublicKey,
} from '#test/support/wechat-keys.ts'

export const NOW = Date.parse('2026-06-01T12:00:00Z')
export const TIMESTAMP = String(NOW / 1000 - 2)
export const NONCE = 'abcdefghijklmnopqrstuvwxyz012345'
export const BODY = Buffer.from(
  '{"id":"1","create_time":"2026-06-01T20:00:00+08:00","summary":"支付成功","resource":{"ciphertext":"a/b","nonce":"n"}}',
)

export const certificate = makePlatformCertificate()
export const publicKey = makePlatformPublicKey()
export const merchantPair = makeKeyPair()
const merchantPem = makeCertificate(merchantPair)
export const merchantSerial = loadCertificate(merchantPem).serial
const keys: KnownKeys = {
  platform: [certificate.record, publicKey.record],
  merchant: { serial: merchantSerial, kind: 'certificate', pem: merchantPem },
}

export function capture(headers: Readonly<Record<string, string>> = {}, body: Buffer = BODY): SignedCapture {
  const signed = { timestamp: TIMESTAMP, nonce: NONCE, body: BODY }
  return {
    headers: {
      'wechatpay-timestamp': TIMESTAMP,
      'wechatpay-nonce': NONCE,
      'wechatpay-serial': certificate.record.serial,
      'wechatpay-signature': signAnswer(certificate.privateKey, signed),
      ...headers,
    },
    body,
  }
}

export const explain = (made: SignedCapture, now = NOW) => explainSignature(made, keys, now)
export const problems = (made: SignedCapture, now = NOW) =>
  explain(made, now).findings.map(({ element, problem }) => `${element}: ${problem}`)
