/** The files of a merchant as Windows, consoles and tools write them: read, or named for what they are. */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeKeyPair } from '#test/support/wechat-keys.ts'
import {
  APIV3_KEY,
  flags,
  MCHID,
  pair,
  pem,
  publicKey,
  publicKeyFlags,
  serial,
  startSetupFixture,
} from './setup-fixture.ts'
import type { SetupFixture } from './setup-fixture.ts'

let here: SetupFixture
beforeAll(async () => {
  here = await startSetupFixture()
})
afterAll(() => here?.stop())
beforeEach(() => here.reset())

const little = (text: string) => Buffer.from(text, 'utf16le')
const big = (text: string) => little(text).swap16()
const derOfKey = (type: 'pkcs1' | 'pkcs8') =>
  createPrivateKey(pair.privatePem).export({ type, format: 'der' })
const own = createPublicKey(pair.publicPem)
const derOfCertificate = new X509Certificate(pem).raw
const derOfPublicKey = createPublicKey(publicKey.publicPem).export({ type: 'spki', format: 'der' })
const p12 = Buffer.from(
  forge.asn1
    .toDer(
      forge.pkcs12.toPkcs12Asn1(
        forge.pki.privateKeyFromPem(pair.privatePem),
        [forge.pki.certificateFromPem(pem)],
        MCHID,
        {
          algorithm: '3des',
        },
      ),
    )
    .getBytes(),
  'binary',
)

describe('is read', () => {
  it.each<[string, Readonly<Record<string, Buffer>>]>([
    [
      'case 15: key.pem in UTF-16 with its mark, as PowerShell writes it',
      { 'key.pem': little(`\uFEFF${pair.privatePem}`) },
    ],
    ['case 15: a certificate in DER', { 'cert.pem': derOfCertificate }],
    ['a certificate in UTF-16', { 'cert.pem': little(`\uFEFF${pem}`) }],
    ['UTF-16 with the other end first', { 'key.pem': big(`\uFEFF${pair.privatePem}`) }],
    ['UTF-16 without a mark', { 'key.pem': little(pair.privatePem), 'cert.pem': big(pem) }],
    [
      'UTF-16 with Windows line ends',
      { 'key.pem': little(`\uFEFF${pair.privatePem.replaceAll('\n', '\r\n')}`) },
    ],
    ['an APIv3 key in UTF-16', { 'apiv3.txt': little(`\uFEFF${APIV3_KEY}\r\n`) }],
    ['a private key in DER (PKCS#8)', { 'key.pem': derOfKey('pkcs8') }],
    ['a private key in DER (PKCS#1)', { 'key.pem': derOfKey('pkcs1') }],
    ['everything in DER', { 'key.pem': derOfKey('pkcs8'), 'cert.pem': derOfCertificate }],
  ])('%s', async (_, files) => {
    for (const [name, content] of Object.entries(files)) here.file(name, content)
    const { code, err } = await here.setup([...flags, ...publicKeyFlags, '--yes'])
    expect([code, err.includes('what to do')]).toEqual([0, false])
    expect(await here.value('merchant_signing')).toMatchObject({
      serial_no: serial,
      private_key: pair.privatePem,
    })
    expect(await here.value('apiv3_key')).toMatchObject({ current: APIV3_KEY })
  })

  it.each([
    ['in DER', derOfPublicKey],
    ['in UTF-16', little(`\uFEFF${publicKey.publicPem}`)],
  ])('a WeChat Pay public key %s', async (_, content) => {
    here.file('pub.pem', content)
    expect((await here.setup([...flags, ...publicKeyFlags, '--yes'])).code).toBe(0)
    expect(await here.value('platform_keys')).toMatchObject({ keys: [{ pem: publicKey.publicPem }] })
  })

  it.each([
    serial.toLowerCase(),
    `00${serial}`,
    `0x${serial.toLowerCase()}`,
    ` ${serial} `,
    `serial=${serial}`,
  ])('the serial %j', async (given) => {
    expect((await here.setup([...flags, ...publicKeyFlags, '--serial', given, '--yes'])).code).toBe(0)
    expect(await here.value('merchant_signing')).toMatchObject({ serial_no: serial })
  })
})

describe('is named for what it is', () => {
  it.each<[string, string, Buffer, string]>([
    ['a .p12 given as a private key', 'key.pem', p12, 'key.pem holds no private key: it is a .p12 (PKCS#12)'],
    [
      'a .p12 given as a certificate',
      'cert.pem',
      p12,
      'cert.pem holds no certificate: it is a .p12 (PKCS#12)',
    ],
    ['a certificate in DER given as a key', 'key.pem', derOfCertificate, 'it is DER of a certificate'],
    ['a key in DER given as a certificate', 'cert.pem', derOfKey('pkcs8'), 'it is DER of a private key'],
    ['a public key in DER given as a certificate', 'cert.pem', derOfPublicKey, 'it is DER of a public key'],
    [
      'DER of something else',
      'key.pem',
      Buffer.concat([Buffer.from([0x30, 0x81, 0x80]), Buffer.alloc(128, 4)]),
      'it is DER of another kind',
    ],
    [
      'a certificate in UTF-16 given as a key',
      'key.pem',
      little(`\uFEFF${pem}`),
      'key.pem holds no private key: it holds CERTIFICATE',
    ],
    ['a .p12 that was cut off', 'key.pem', p12.subarray(0, 900), 'it is binary'],
    ['nothing', 'key.pem', Buffer.alloc(0), 'it is empty'],
    ['a mark and nothing else', 'key.pem', Buffer.from([0xff, 0xfe]), 'it is empty'],
  ])('%s', async (_, name, content, told) => {
    here.file(name, content)
    const { code, err } = await here.setup([...flags, '--yes'])
    expect(code).toBe(2)
    expect(err).toContain(told)
    expect(await here.value('merchant_signing')).toBeUndefined()
  })

  it.each<[string, string | Buffer]>([
    ['as openssl rsa -pubout writes it', pair.publicPem],
    ['in DER', own.export({ type: 'spki', format: 'der' })],
    ['in UTF-16', little(`\uFEFF${pair.publicPem}`)],
    ['in UTF-8 with a mark', `\uFEFF${pair.publicPem}`],
    ['with Windows line ends', pair.publicPem.replaceAll('\n', '\r\n')],
  ])("case 01: the merchant's own public key, %s, is not WeChat's", async (_, content) => {
    here.file('pub.pem', content)
    const { code, err } = await here.setup([...flags, ...publicKeyFlags, '--yes'])
    expect(code).toBe(2)
    expect(err).toContain(`the public key is that of the merchant certificate ${serial}, and not WeChat's`)
    expect(await here.value('platform_keys')).toBeUndefined()
  })

  it.each<[string, string | Buffer]>([
    ['the public key in PKCS#1', own.export({ type: 'pkcs1', format: 'pem' })],
    ['the public key in PKCS#1, DER', own.export({ type: 'pkcs1', format: 'der' })],
    ['the certificate', pem],
    ['the private key', pair.privatePem],
  ])("case 01: the merchant's own, as %s, is no public key", async (_, content) => {
    here.file('pub.pem', content)
    const { code, err } = await here.setup([...flags, ...publicKeyFlags, '--yes'])
    expect([code, /pub\.pem holds no public key/.test(err)]).toEqual([2, true])
    expect(await here.value('platform_keys')).toBeUndefined()
  })

  it("case 01: stored already, setup --check and doctor name the merchant's own public key", async () => {
    await here.setup([...flags, ...publicKeyFlags, '--yes'])
    const keys = [{ serial: publicKey.serial, kind: 'public_key', pem: pair.publicPem }]
    await here.put('platform_keys', { keys })
    const { code, out } = await here.setup(['--check'])
    expect(code).not.toBe(0)
    expect(out).toContain(`${publicKey.serial} is the merchant's own public key`)
    const doctor = await here.doctor()
    expect(doctor.code).toBe(1)
    expect(JSON.parse(doctor.out).checks).toContainEqual(
      expect.objectContaining({
        level: 'fail',
        detail: expect.stringContaining("is the merchant's own public key"),
      }),
    )
  })

  it('a weak or foreign key in DER is refused as it is in PEM', async () => {
    const weak = forge.pki.rsa.generateKeyPair(1024)
    const asn1 = forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(weak.privateKey))
    here.file('key.pem', Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary'))
    expect((await here.setup([...flags, '--yes'])).err).toContain('must have 2048 to 4096 bits')
    here.file('key.pem', createPrivateKey(makeKeyPair().privatePem).export({ type: 'pkcs8', format: 'der' }))
    expect((await here.setup([...flags, '--yes'])).err).toContain('belongs to another certificate')
  })
})
