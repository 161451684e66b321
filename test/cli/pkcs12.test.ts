import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import forge from 'node-forge'
import { afterAll, describe, expect, it } from 'vitest'
import { CliError } from '#cli/terminal/cli-error.ts'
import { readPkcs12 } from '#cli/setup/pkcs12.ts'
import { asRsa, loadCertificate, loadPrivateKey } from '#shared/crypto/keys.ts'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'

const MCHID = '1900000109'
const directory = mkdtempSync(join(tmpdir(), 'wxpay-p12-'))
const pair = makeKeyPair()
const pem = makeCertificate(pair)
const hasOpenssl = spawnSync('openssl', ['version']).status === 0
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function byOpenssl(...flags: readonly string[]): Buffer {
  writeFileSync(join(directory, 'key.pem'), pair.privatePem, { mode: 0o600 })
  writeFileSync(join(directory, 'cert.pem'), pem)
  const file = join(directory, 'out.p12')
  const args = [
    'pkcs12',
    '-export',
    ...flags,
    '-inkey',
    'key.pem',
    '-in',
    'cert.pem',
    '-passout',
    `pass:${MCHID}`,
    '-out',
    file,
  ]
  execFileSync('openssl', args, { cwd: directory })
  return readFileSync(file)
}

function byForge(algorithm: '3des' | 'aes256'): Buffer {
  const asn1 = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(pair.privatePem),
    [forge.pki.certificateFromPem(pem)],
    MCHID,
    { algorithm },
  )
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary')
}

function isPair(bytes: Buffer): boolean {
  const read = readPkcs12(bytes, { password: MCHID, source: 'a.p12' })
  return (
    asRsa(loadPrivateKey(read.privateKeyPem), 'key').equals(pair.privateKey) &&
    loadCertificate(read.certificatePem).serial === loadCertificate(pem).serial
  )
}

describe('a .p12', () => {
  it.skipIf(!hasOpenssl)('of OpenSSL 3 (AES, PBKDF2 with SHA-256) gives key and certificate', () =>
    expect(isPair(byOpenssl())).toBe(true),
  )
  it.skipIf(!hasOpenssl)(
    'of the old form (RC2-40 and 3DES), which Node refuses, gives key and certificate',
    () => {
      expect(isPair(byOpenssl('-legacy'))).toBe(true)
    },
  )
  it('made with 3DES gives key and certificate', () => expect(isPair(byForge('3des'))).toBe(true))

  it('with a wrong password names the usual one', () => {
    const error = failure(() => readPkcs12(byForge('3des'), { password: '1900009999', source: 'a.p12' }))
    expect(error.message).toBe('the password does not open a.p12')
    expect(error.remedy).toContain('it is the merchant number')
  })
  it.skipIf(!hasOpenssl)('of the old form with a wrong password says the same', () => {
    const error = failure(() => readPkcs12(byOpenssl('-legacy'), { password: '1', source: 'a.p12' }))
    expect(error.message).toBe('the password does not open a.p12')
  })
  it.each([
    ['empty', Buffer.alloc(0)],
    ['PEM', Buffer.from('-----BEGIN CERTIFICATE-----')],
    ['cut off', byForge('3des').subarray(0, 500)],
  ])('that is %s is refused with a sentence', (_name, bytes) => {
    expect(failure(() => readPkcs12(bytes, { password: MCHID, source: 'a.p12' })).message).toMatch(
      /^a\.p12 (?:is not a|cannot be read as a) \.p12/,
    )
  })
  it('with the certificate of another key is refused', () => {
    const other = makeCertificate(makeKeyPair())
    const asn1 = forge.pkcs12.toPkcs12Asn1(
      forge.pki.privateKeyFromPem(pair.privatePem),
      [forge.pki.certificateFromPem(other)],
      MCHID,
      { algorithm: '3des' },
    )
    const bytes = Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary')
    expect(failure(() => readPkcs12(bytes, { password: MCHID, source: 'a.p12' })).message).toBe(
      'a.p12 holds no certificate of its private key',
    )
  })
})

function failure(step: () => unknown): CliError {
  try {
    step()
  } catch (error) {
    if (error instanceof CliError) return error
    throw error
  }
  throw new Error('it did not fail')
}
