/** Keys made at run time, and WeChat Pay's side of the wire for tests: certificates, signed answers, sealed notifications. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { signCertificate } from '#simulator/sign-certificate.ts'
import { encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { normalPem } from '#shared/crypto/pem.ts'
import { asRsa, kindOf, loadPrivateKey, loadPublicKey } from '#shared/crypto/keys.ts'
import type { PrivateKey } from '#shared/crypto/keys.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { KeyRing, PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { SCHEMAS, signAnswer } from '#shared/wechat/trust/signature.ts'
import type { MerchantSigner } from '#shared/wechat/trust/signature.ts'

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly privatePem: string
  readonly publicPem: string
}

export function makeKeyPair(modulusLength = 2048, publicExponent = 65_537): KeyPair {
  const { privateKey: privatePem, publicKey: publicPem } = generateKeyPairSync('rsa', {
    modulusLength,
    publicExponent,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const strong = modulusLength >= 2048 && publicExponent >= 65_537
  if (!strong) return { privatePem, publicPem } as KeyPair
  return {
    privatePem,
    publicPem,
    privateKey: asRsa(loadPrivateKey(privatePem), 'key'),
    publicKey: asRsa(loadPublicKey(publicPem), 'key'),
  }
}

/** Valid from 2020 to 2045 by default, so that tests may choose their clock. */
export interface CertificateOptions {
  /** 40 hex digits by default. */
  readonly serial?: string
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** Organisation of the issuer. */
  readonly issuer?: string
  /** For a TLS server of this name that clients can be told to trust. */
  readonly host?: string
}

/** A certificate over this key, signed by itself. */
export function makeCertificate(
  pair: KeyPair,
  { serial = randomSerial(), notBefore, notAfter, issuer = 'Tenpay.com', host }: CertificateOptions = {},
): string {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicPem)
  certificate.serialNumber = serial
  certificate.validity.notBefore = notBefore ?? new Date('2020-01-01T00:00:00Z')
  certificate.validity.notAfter = notAfter ?? new Date('2045-01-01T00:00:00Z')
  const names = [
    { name: 'organizationName', value: issuer },
    { name: 'commonName', value: `${issuer} Root CA` },
  ]
  certificate.setIssuer(names)
  certificate.setSubject(host === undefined ? [{ name: 'commonName', value: 'Tenpay.com sign' }] : names)
  if (host !== undefined) {
    certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: host }] }])
  }
  signCertificate(certificate, createPrivateKey(pair.privatePem))
  // forge writes Windows line ends; stored records never have them.
  return normalPem(forge.pki.certificateToPem(certificate))
}

/** Begins with 5, as WeChat's own, so that no leading zero is lost. */
export function randomSerial(): string {
  return `5${forge.util.bytesToHex(forge.random.getBytesSync(20)).slice(1)}`.toUpperCase()
}

/** One of WeChat's keys: what it signs with and what a merchant stores of it. */
export interface PlatformKeyPair extends KeyPair {
  readonly serial: string
  readonly record: PlatformKeyRecord
}

export function makePlatformCertificate(options: CertificateOptions = {}): PlatformKeyPair {
  const pair = makeKeyPair()
  const serial = options.serial ?? randomSerial()
  return {
    ...pair,
    serial,
    record: { serial, kind: 'certificate', pem: makeCertificate(pair, { ...options, serial }) },
  }
}

export function makePlatformPublicKey(
  serial = 'PUB_KEY_ID_0000000000000024101100397200000006',
): PlatformKeyPair {
  const pair = makeKeyPair()
  return { ...pair, serial, record: { serial, kind: 'public_key', pem: pair.publicPem } }
}

export interface PlatformKeys {
  readonly certificate: PlatformKeyPair
  readonly publicKey: PlatformKeyPair
  /** Certificate only, public key only, both. */
  readonly certificateRing: KeyRing
  readonly publicKeyRing: KeyRing
  readonly ring: KeyRing
}

/** A platform certificate and a WeChat Pay public key, and rings over them. */
export function makePlatformKeys(): PlatformKeys {
  const certificate = makePlatformCertificate()
  const publicKey = makePlatformPublicKey()
  return {
    certificate,
    publicKey,
    certificateRing: createKeyRing([certificate.record]),
    publicKeyRing: createKeyRing([publicKey.record]),
    ring: createKeyRing([certificate.record, publicKey.record]),
  }
}

export interface TestMerchant extends KeyPair {
  readonly mchid: string
  readonly signer: MerchantSigner
  readonly apiV3KeyText: string
  readonly apiV3Key: KeyObject
}

export function makeMerchant(mchid = '1900000109'): TestMerchant {
  const pair = makeKeyPair()
  const apiV3KeyText = forge.util.bytesToHex(forge.random.getBytesSync(16))
  const signer = { mchid, serialNo: randomSerial(), privateKey: pair.privateKey }
  return { ...pair, mchid, signer, apiV3KeyText, apiV3Key: loadApiV3Key(apiV3KeyText) }
}

export interface SigningOptions {
  /** Epoch milliseconds; the machine's clock by default. */
  readonly now?: number
  /** Text to sign and send as the timestamp instead of `now`. */
  readonly timestamp?: string
  readonly nonce?: string
  readonly signatureType?: string
}

/** The headers that WeChat sends with this body, lower-case as Node and API Gateway give them. */
export function signedHeaders(
  key: { readonly serial: string; readonly privateKey: PrivateKey },
  body: string | Uint8Array,
  {
    now = Date.now(),
    timestamp = String(Math.floor(now / 1000)),
    nonce = 'EdFBpAHbdsoYnOcS9KDS5jLsVQqpcH7Q',
    signatureType,
  }: SigningOptions = {},
): Record<string, string> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': key.serial,
    'wechatpay-signature': signAnswer(key.privateKey, { timestamp, nonce, body: bytes }),
    'wechatpay-signature-type': signatureType ?? SCHEMAS[kindOf(key.privateKey)],
  }
}

export interface NotificationOptions {
  readonly apiV3Key: KeyObject
  /** Sealed as JSON, or as it is when it is text. */
  readonly content: unknown
  readonly event_type?: string
  readonly original_type?: string
  readonly id?: string
  readonly nonce?: string
}

/** The body of a notification, sealed as WeChat does. */
export function sealNotification({
  apiV3Key,
  content,
  event_type = 'TRANSACTION.SUCCESS',
  original_type = event_type.startsWith('REFUND') ? 'refund' : 'transaction',
  id = 'EV-2018022511223320873',
  nonce = 'fdasfjihihih',
}: NotificationOptions): string {
  const plain = typeof content === 'string' ? content : JSON.stringify(content)
  return JSON.stringify({
    id,
    create_time: '2026-06-08T10:34:56+08:00',
    resource_type: 'encrypt-resource',
    event_type,
    summary: '支付成功',
    resource: {
      original_type,
      ...encryptResource(apiV3Key, plain, { nonce, associated_data: original_type }),
    },
  })
}
