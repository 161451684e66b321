/** Attacks 54 to 58: notifications under SM2 and SM4, where a certificate of SM2 stands beside those of RSA in the same ring. */
import { createPrivateKey, sign } from 'node:crypto'
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { beforeAll, expect, it } from 'vitest'
import { encryptResource, encryptSm4Resource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import { parsePlatformKeys } from '#shared/secrets/secret-keys.ts'
import { answerMessage } from '#shared/wechat/trust/signature.ts'
import { flipped, makeEcPair, makeSm2Certificate } from '#test/support/sm-keys.ts'
import type { Sm2PlatformKey } from '#test/support/sm-keys.ts'
import { signedHeaders } from '#test/support/wechat-keys.ts'
import { expectRefused, expectUnverified } from '#test/security/expectations.ts'
import type { AttackedStack, Delivery } from '#test/security/attacked-stack.ts'

const RSA = 'WECHATPAY2-SHA256-RSA2048'
const SM2 = 'WECHATPAY2-SM2-WITH-SM3'
const SIGNATURE = 'wechatpay-signature'
/** Enough of the bits to have each byte of a part; `test/crypto` turns every one. */
const EACH_BYTE = 8

export function sm2Attacks(attacked: () => AttackedStack): void {
  let sm2: Sm2PlatformKey

  beforeAll(async () => {
    sm2 = await makeSm2Certificate(Date.now())
    await enter(attacked(), sm2.record)
  })

  /** As WeChat would send it to a merchant with SM2 keys. */
  const genuine = (change: (resource: Sealed) => object = (resource) => resource): Delivery => {
    const { number, path, body } = attacked().genuine()
    const envelope = JSON.parse(body.toString()) as { readonly resource: Record<string, unknown> }
    const key = loadApiV3Key(attacked().keys().apiv3_key)
    const content = JSON.stringify(attacked().transaction(number))
    const sealed = encryptSm4Resource(key, content, { nonce: '0123456789ab', associated_data: 'transaction' })
    const resource = change({ ...envelope.resource, ...sealed })
    return signed({ number, path, body: Buffer.from(JSON.stringify({ ...envelope, resource })) })
  }
  const signed = ({ number, path, body }: Omit<Delivery, 'headers'>): Delivery => {
    const headers = { 'content-type': 'application/json', ...signedHeaders(sm2, body) }
    return { number, path, headers, body }
  }
  const withHeaders = (changes: Readonly<Record<string, string | undefined>>, delivery = genuine()) => ({
    ...delivery,
    headers: { ...delivery.headers, ...changes },
  })
  const withSignature = (change: (der: Buffer) => Buffer) => {
    const delivery = genuine()
    const der = Buffer.from(delivery.headers[SIGNATURE]!, 'base64')
    return withHeaders({ [SIGNATURE]: change(der).toString('base64') }, delivery)
  }

  it('54 under SM2: a flipped bit of the signature or of what is signed; as it was, it is taken', async () => {
    const delivery = genuine()
    expect((await attacked().deliver(delivery)).status).toBe(204)
    expect(await attacked().stored(delivery.number)).toBe(true)
    for (let bit = 0; bit < 70 * 8; bit += EACH_BYTE) {
      await expectUnverified(
        attacked(),
        withSignature((der) => flipped(der, bit)),
      )
    }
    const other = genuine()
    const earlier = String(Number(other.headers['wechatpay-timestamp']) - 1)
    await expectUnverified(attacked(), withHeaders({ 'wechatpay-timestamp': earlier }, other))
    await expectUnverified(attacked(), withHeaders({ 'wechatpay-nonce': 'other' }, other))
    for (let bit = 0; bit < other.body.length * 8; bit += 331) {
      await expectUnverified(attacked(), { ...other, body: flipped(other.body, bit) })
    }
  })

  it('55 an SM2 signature in any other form than the one of DER', async () => {
    const raw = (der: Buffer) => {
      const r = der.subarray(4, 4 + der[3]!)
      const s = der.subarray(6 + r.length)
      return Buffer.concat([r.subarray(-32), s.subarray(-32)])
    }
    const forms: readonly ((der: Buffer) => Buffer)[] = [
      (der) => Buffer.concat([der, Buffer.alloc(1)]),
      (der) => Buffer.concat([Buffer.from([0x30, der[1]! + 1]), der.subarray(2), Buffer.alloc(1)]),
      (der) => Buffer.concat([Buffer.from([0x30, 0x81, der[1]!]), der.subarray(2)]),
      (der) => Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(2), Buffer.alloc(2)]),
      (der) => der.subarray(0, -1),
      raw,
      () => Buffer.from('3006020100020100', 'hex'),
      () => Buffer.alloc(0),
    ]
    for (const form of forms) await expectUnverified(attacked(), withSignature(form))
  })

  it('56 an SM2 signature under the name of RSA, and the reverse; of another key, curve or id', async () => {
    await expectUnverified(attacked(), withHeaders({ 'wechatpay-signature-type': RSA }))
    await expectUnverified(attacked(), withHeaders({ 'wechatpay-signature-type': undefined }))
    await expectUnverified(
      attacked(),
      withHeaders({ 'wechatpay-serial': attacked().platformSigner().serial }),
    )
    const rsa = attacked().genuine()
    await expectUnverified(attacked(), withHeaders({ 'wechatpay-signature-type': SM2 }, rsa))
    await expectUnverified(attacked(), withHeaders({ 'wechatpay-serial': sm2.serial }, rsa))
    const stranger = { serial: sm2.serial, privateKey: loadPrivateKey(makeEcPair().privatePem) }
    const delivery = genuine()
    await expectUnverified(attacked(), withHeaders(signedHeaders(stranger, delivery.body), delivery))
    // What node:crypto signs with such a key is SM2 under an empty id.
    for (const [pem, digest] of [
      [sm2.privatePem, 'sm3'],
      [makeEcPair('prime256v1').privatePem, 'sha256'],
    ] as const) {
      const message = answerMessage(
        delivery.headers['wechatpay-timestamp']!,
        delivery.headers['wechatpay-nonce']!,
        delivery.body,
      )
      const signature = sign(digest, message, createPrivateKey(pem)).toString('base64')
      await expectUnverified(attacked(), withHeaders({ [SIGNATURE]: signature }, delivery))
    }
  })

  it('57 SM4: a tag that is short, long or missing, flipped bits, other nonces, and the name of the other cipher', async () => {
    const bytes = (change: (sealed: Buffer) => Buffer) =>
      genuine((resource) => ({
        ...resource,
        ciphertext: change(Buffer.from(resource.ciphertext, 'base64')).toString('base64'),
      }))
    const UNREADABLE = [400, 503]
    for (const tag of [0, 1, 8, 12, 15]) {
      await expectRefused(
        attacked(),
        bytes((sealed) => sealed.subarray(0, sealed.length - 16 + tag)),
        UNREADABLE,
      )
    }
    await expectRefused(
      attacked(),
      bytes((sealed) => Buffer.concat([sealed, Buffer.alloc(16)])),
      UNREADABLE,
    )
    for (const bit of [0, 77, -1, -100]) {
      await expectRefused(
        attacked(),
        bytes((sealed) => flipped(sealed, bit < 0 ? sealed.length * 8 + bit : bit)),
        UNREADABLE,
      )
    }
    for (const nonce of ['', '0123456789a', '0123456789abc', '0123456789aB']) {
      await expectRefused(
        attacked(),
        genuine((resource) => ({ ...resource, nonce })),
        UNREADABLE,
      )
    }
    const aes = (resource: Sealed) => {
      const key = loadApiV3Key(attacked().keys().apiv3_key)
      const associated_data = 'transaction'
      return {
        ...resource,
        ...encryptResource(key, '{}', { nonce: resource.nonce, associated_data }),
        algorithm: 'AEAD_SM4_GCM',
      }
    }
    await expectRefused(attacked(), genuine(aes), UNREADABLE)
    await expectRefused(
      attacked(),
      genuine((resource) => ({ ...resource, algorithm: 'AEAD_AES_256_GCM' })),
      UNREADABLE,
    )
  })

  it('58 keys of another curve, cut or off the curve are left out of the ring, and the others stay', () => {
    const { publicPem } = makeEcPair()
    const der = Buffer.from(publicPem.split('\n').slice(1, -2).join(''), 'base64')
    const pem = (bytes: Buffer) =>
      `-----BEGIN PUBLIC KEY-----\n${bytes.toString('base64')}\n-----END PUBLIC KEY-----\n`
    const bad = [
      makeEcPair('prime256v1').publicPem,
      makeEcPair('secp256k1').publicPem,
      pem(der.subarray(0, -1)),
      pem(flipped(der, der.length * 8 - 1)),
    ]
    const keys = bad.map((each, index) => ({ serial: `PUB_KEY_ID_${index}`, kind: 'public_key', pem: each }))
    const told: string[] = []
    const ring = parsePlatformKeys(JSON.stringify({ keys: [...keys, sm2.record] }), (reason) =>
      told.push(reason),
    )
    expect(told).toHaveLength(bad.length)
    expect(ring.keys.map(({ serial }) => serial)).toEqual([sm2.serial])
  })
}

interface Sealed {
  readonly ciphertext: string
  readonly nonce: string
}

/** Puts a key beside those of the stack, and ends the processes that know only those. */
async function enter({ stack }: AttackedStack, record: Sm2PlatformKey['record']): Promise<void> {
  const SecretId = stack.description.secrets.platform_keys
  const { SecretString = '' } = await stack.clients.secretsManager.send(
    new GetSecretValueCommand({ SecretId }),
  )
  const { keys, ...rest } = JSON.parse(SecretString) as { readonly keys: readonly object[] }
  await stack.clients.secretsManager.send(
    new PutSecretValueCommand({
      SecretId,
      SecretString: JSON.stringify({ ...rest, keys: [...keys, record] }),
    }),
  )
  await stack.kill('notify')
}
