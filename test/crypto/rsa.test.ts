import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { asRsa, loadCertificate, loadPrivateKey, loadPublicKey, verifyText } from '#shared/crypto/keys.ts'
import { KeyError, signSha256, verifySha256 } from '#shared/crypto/rsa.ts'
import { str, vector, vectors } from '#test/support/vectors.ts'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'

const pair = makeKeyPair()
const message = Buffer.from('GET\n/v3/certificates\n')

function keyError(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof KeyError) return error.message
    throw error
  }
  throw new Error('expected a KeyError')
}

function ecPems() {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

describe('signatures', () => {
  it('verifies what it signed, on one line of base64', () => {
    const signature = signSha256(pair.privateKey, '支付\n')
    expect(signature).toMatch(/^[A-Za-z0-9+/]{342}==$/)
    expect(verifySha256(pair.publicKey, Buffer.from('支付\n'), signature)).toBe(true)
  })

  it('is not fooled by any flipped bit of the message', () => {
    const signature = signSha256(pair.privateKey, message)
    for (let bit = 0; bit < message.length * 8; bit += 1) {
      const flipped = Buffer.from(message)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(verifySha256(pair.publicKey, flipped, signature)).toBe(false)
    }
  })

  it('is not fooled by any flipped bit of the signature', () => {
    const signature = Buffer.from(signSha256(pair.privateKey, message), 'base64')
    for (let bit = 0; bit < signature.length * 8; bit += 17) {
      const flipped = Buffer.from(signature)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(verifySha256(pair.publicKey, message, flipped.toString('base64'))).toBe(false)
    }
  })

  it.each([
    ['empty', ''],
    ['not base64', 'WECHATPAY/SIGNTEST/abc'],
    ['of zeros', Buffer.alloc(256).toString('base64')],
    ['of 255 bytes', Buffer.alloc(255, 1).toString('base64')],
    ['of 257 bytes', Buffer.alloc(257, 1).toString('base64')],
  ])('refuses a signature that is %s without an exception', (_, signature) => {
    expect(verifySha256(pair.publicKey, message, signature)).toBe(false)
  })

  it('refuses a right signature with a byte behind or before it, or with a line break', () => {
    const signature = signSha256(pair.privateKey, message)
    const [bytes, zero] = [Buffer.from(signature, 'base64'), Buffer.from([0])]
    for (const longer of [Buffer.concat([bytes, zero]), Buffer.concat([zero, bytes])])
      expect(verifySha256(pair.publicKey, message, longer.toString('base64'))).toBe(false)
    expect(verifySha256(pair.publicKey, message, `${signature}\n`)).toBe(false)
  })

  it('refuses other digests and paddings under the right key', () => {
    const sha1 = sign('sha1', message, pair.privateKey).toString('base64')
    const pss = sign('sha256', message, { key: pair.privateKey, padding: 6 }).toString('base64')
    expect(verifySha256(pair.publicKey, message, sha1)).toBe(false)
    expect(verifySha256(pair.publicKey, message, pss)).toBe(false)
  })
})

describe('public vectors', () => {
  it.each(vectors('rsa-sha256-verify').map((v) => [v.name, v] as const))('%s verifies', (_, v) => {
    const key =
      typeof v['certificate_pem'] === 'string'
        ? loadCertificate(v['certificate_pem']).publicKey
        : loadPublicKey(str(v, 'public_key_pem'))
    expect(verifyText(key, Buffer.from(str(v, 'message')), str(v, 'signature'))).toBe(true)
    expect(verifyText(key, Buffer.from(`${str(v, 'message')} `), str(v, 'signature'))).toBe(false)
  })

  it.each(vectors('rsa-sha256-verify-negative').map((v) => [v.name, v] as const))('%s fails', (_, v) => {
    const key = loadPublicKey(str(v, 'public_key_pem'))
    expect(verifyText(key, Buffer.from(str(v, 'message')), str(v, 'signature'))).toBe(false)
  })

  it.each(vectors('rsa-sha256-sign').map((v) => [v.name, v] as const))(
    '%s is the signature of its message',
    (_, v) => {
      const key = loadPublicKey(str(v, 'public_key_pem'))
      expect(verifyText(key, Buffer.from(str(v, 'message')), str(v, 'signature'))).toBe(true)
      expect(verifyText(key, Buffer.from('sourcE'), str(v, 'signature'))).toBe(false)
    },
  )

  it('reads serial and validity of a real platform certificate', () => {
    const v = vector('java-download-certificates-response')
    expect(loadCertificate(str(v, 'decrypted_pem'))).toMatchObject({
      serial: str(v, 'serial_no'),
      notBefore: Date.parse('2023-09-19T23:15:58+08:00'),
      notAfter: Date.parse('2028-09-17T23:15:58+08:00'),
    })
  })
})

describe('keys that are refused', () => {
  it('refuses RSA above 4096 bits', () => {
    // A number is enough: making such a key takes seconds.
    const jwk = { kty: 'RSA', n: Buffer.alloc(513, 0xff).toString('base64url'), e: 'AQAB' }
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    expect(keyError(() => loadPublicKey(String(pem)))).toMatch(/has 4104$/)
  })

  it('names its errors', () => {
    expect(new KeyError('why')).toMatchObject({ name: 'KeyError', message: 'why' })
  })

  it('refuses RSA below 2048 bits, also inside a certificate', () => {
    const weak = makeKeyPair(1024)
    expect(keyError(() => loadPublicKey(weak.publicPem))).toBe(
      'the public key must have 2048 to 4096 bits and has 1024',
    )
    expect(keyError(() => loadPrivateKey(weak.privatePem))).toMatch(/private key must have 2048/)
    expect(keyError(() => loadCertificate(makeCertificate(weak)))).toMatch(
      /key of the certificate must have 2048/,
    )
  })

  it('refuses a public exponent of 3', () => {
    expect(keyError(() => loadPublicKey(makeKeyPair(2048, 3).publicPem))).toMatch(
      /exponent of at least 65537/,
    )
  })

  it('refuses keys that are neither RSA nor SM2, and names what it found', () => {
    const { publicKey, privateKey } = ecPems()
    expect(keyError(() => loadPublicKey(publicKey))).toBe(
      'the public key must be RSA or SM2 and is ec on the curve prime256v1',
    )
    expect(keyError(() => loadPrivateKey(privateKey))).toBe(
      'the private key must be RSA or SM2 and is ec on the curve prime256v1',
    )
  })

  it('refuses a private key or a certificate where a public key is expected, and names what it found', () => {
    expect(keyError(() => loadPublicKey(pair.privatePem))).toMatch(/is "PRIVATE KEY"$/)
    expect(keyError(() => loadPublicKey(makeCertificate(pair)))).toMatch(/is "CERTIFICATE"$/)
  })

  it('never quotes what it could not read', () => {
    for (const load of [loadPublicKey, loadPrivateKey, loadCertificate]) {
      expect(keyError(() => load('secret-canary'))).not.toContain('canary')
    }
  })

  it('accepts 2048 and 4096 bits', () => {
    expect(asRsa(loadPublicKey(makeKeyPair(4096).publicPem), 'key').asymmetricKeyDetails?.modulusLength).toBe(
      4096,
    )
    expect(asRsa(loadPrivateKey(pair.privatePem), 'key').type).toBe('private')
  })
})
