/** Keys of Alipay into the secrets of a stack: in every form that people have them, checked before anything is written. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { alipayKeyBundle, createAlipayKeys } from '#simulator/alipay/keys.ts'
import type { AlipayKeyBundle } from '#simulator/alipay/keys.ts'
import { certificatesOf, certificateSn, rootCertificateSn } from '#shared/alipay/certificate.ts'
import { parseAlipayKeys, parseAlipaySigning } from '#shared/secrets/alipay-secrets.ts'
import { makeKeyPair } from '#test/support/wechat-keys.ts'
import { APP_ID, flags, type SetupFixture, startSetupFixture } from './setup-fixture.ts'

let here: SetupFixture
let one: AlipayKeyBundle
let other: AlipayKeyBundle
beforeAll(async () => {
  here = await startSetupFixture({ alipay: true })
  const who = { app_id: APP_ID, seller_id: '2088531891668739' }
  const make = async () => alipayKeyBundle(await createAlipayKeys(APP_ID, 'public_key', Date.now()), who)
  ;[one, other] = [await make(), await make()]
})
afterAll(() => here?.stop())
beforeEach(() => {
  here.reset()
  here.file('app.pem', one.app_private_key_pem)
  here.file('alipay.txt', bare(one.alipay_public_key_pem))
  here.file('app.crt', one.app_certificate_pem)
  here.file('root.crt', one.root_certificate_pem)
  here.file('alipay.crt', one.alipay_certificate_pem)
})

const bare = (pem: string) => pem.replaceAll(/-----.*-----|\s/g, '')
const setup = (...args: readonly string[]) => here.setup(['--provider', 'alipay', ...args])
const KEYS = ['--app-private-key', 'app.pem', '--alipay-key', 'alipay.txt']
const CERTIFICATES =
  '--app-private-key app.pem --app-certificate app.crt --root-certificate root.crt --alipay-key alipay.crt'.split(
    ' ',
  )
const stored = async (name: 'alipay_signing' | 'alipay_keys') => JSON.stringify(await here.value(name))

describe('setup --provider alipay', () => {
  it('writes both secrets, shows no private key, says what to paste, and has nothing to do when repeated', async () => {
    const first = await setup(...KEYS, '--yes')
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringContaining('wrote alipay-keys, alipay-signing'),
    })
    expect(first.out).toContain("into Alipay's console")
    expect(first.out).toContain(
      bare(createPublicKey(one.app_private_key_pem).export({ type: 'spki', format: 'pem' }).toString()),
    )
    expect(first.out + first.err).not.toContain(bare(one.app_private_key_pem).slice(40, 80))
    expect(parseAlipaySigning(await stored('alipay_signing')).certificates).toBeUndefined()
    expect(parseAlipayKeys(await stored('alipay_keys')).keys).toHaveLength(1)
    expect((await setup(...KEYS)).out).toContain('the secrets hold all of this already')
    expect(await here.value('merchant_signing')).toBeUndefined()
  })

  it.each([
    ['PKCS#1 PEM', () => pkcs1('pem')],
    ['bare Base64 of PKCS#8, on lines', () => bare(one.app_private_key_pem).replaceAll(/.{76}/g, '$&\r\n')],
    ['bare Base64 of PKCS#1, in UTF-16', () => Buffer.from(`\uFEFF${bare(String(pkcs1('pem')))}`, 'utf16le')],
    ['DER', () => pkcs1('der')],
  ])('takes the private key as %s, and stores PKCS#8', async (_, content) => {
    here.file('app.pem', content())
    await setup(...KEYS, '--yes')
    expect(await here.value('alipay_signing')).toEqual({ private_key: one.app_private_key_pem })
  })

  function pkcs1(format: 'pem' | 'der'): string | Buffer {
    const key = createPrivateKey(one.app_private_key_pem)
    return format === 'pem'
      ? key.export({ type: 'pkcs1', format }).toString()
      : key.export({ type: 'pkcs1', format })
  }

  it('computes and shows the serials of certificate mode, and stores all of it', async () => {
    const { code, out } = await setup(...CERTIFICATES, '--yes', '--json')
    const [own] = certificatesOf(one.app_certificate_pem, 'app')
    const serials = {
      app_cert_sn: certificateSn(own),
      alipay_root_cert_sn: rootCertificateSn(one.root_certificate_pem),
    }
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { written: ['alipay-keys', 'alipay-signing'], ...serials },
    ])
    expect(parseAlipaySigning(await stored('alipay_signing')).certificates).toEqual(serials)
    expect(await here.value('alipay_keys')).toMatchObject({ keys: [{ kind: 'certificate' }] })
  })

  it('keeps the key in force beside a new one, and drops it where it is to be the only one', async () => {
    await setup(...KEYS, '--yes')
    here.file('new.txt', bare(other.alipay_public_key_pem))
    const [old, fresh] = [one, other].map(({ alipay_public_key_pem: pem }) => bare(pem))
    const pems = async () =>
      ((await here.value('alipay_keys')) as { keys: { pem: string }[] }).keys.map(({ pem }) => bare(pem))
    const { err } = await here.setup(['--provider', 'alipay', '--alipay-key', 'new.txt'], {
      answers: ['', 'yes'],
    })
    expect(err).toMatch(/verify with the public key RSA 2048 .* stays beside it/)
    expect(await pems()).toEqual([old, fresh])
    await setup('--alipay-key', 'new.txt', '--only-this-key', '--yes')
    expect(await pems()).toEqual([fresh])
  })

  it('writes nothing with --dry-run, and says what it would', async () => {
    const { code, out } = await setup(...KEYS, '--dry-run')
    expect([code, out]).toEqual([0, expect.stringContaining('nothing was written (--dry-run)')])
    expect(await here.value('alipay_signing')).toBeUndefined()
  })

  it('makes a key in a new file that only its owner reads, and waits for what Alipay shows then', async () => {
    const made = await setup('--generate-app-key', 'made.pem', '--yes')
    expect(made).toMatchObject({
      code: 0,
      out: expect.stringContaining('put the 支付宝公钥 that it shows then into a file'),
    })
    const file = join(here.directory, 'made.pem')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await here.value('alipay_signing')).toEqual({ private_key: readFileSync(file, 'utf8') })
    expect(made.out + made.err).not.toContain('PRIVATE KEY')
    expect(await setup('--alipay-key', 'alipay.txt', '--yes')).toMatchObject({ code: 0 })
    const again = await setup('--generate-app-key', 'made.pem', '--yes')
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('made.pem exists already')])
    expect(await here.value('alipay_signing')).toEqual({ private_key: readFileSync(file, 'utf8') })
  })

  it('asks for what is not given', async () => {
    const { code, err } = await here.setup(['--provider', 'alipay'], {
      answers: ['app.pem', 'app.crt', 'root.crt', 'alipay.crt', 'yes'],
    })
    expect([code, err]).toEqual([0, expect.stringMatching(/应用私钥[\s\S]*alipayRootCert\.crt/)])
    expect(parseAlipaySigning(await stored('alipay_signing')).certificates).toBeDefined()
  })

  it('by somebody who may not read says so, and takes the key before this one', async () => {
    here.denyReading()
    here.file('before.txt', other.alipay_public_key_pem)
    const all = [...KEYS, '--previous-alipay-key', 'before.txt', '--yes']
    expect(await setup(...all)).toMatchObject({ code: 0, out: expect.stringContaining('not read back') })
    expect(parseAlipayKeys(await stored('alipay_keys')).keys).toHaveLength(2)
  })
})

describe('setup --provider alipay refuses', () => {
  const small = makeKeyPair(1024)
  const cases: ReadonlyArray<
    readonly [string, Readonly<Record<string, () => string>>, readonly string[], string]
  > = [
    ['nothing', {}, [], '--app-private-key, --generate-app-key or --alipay-key is missing'],
    ['keys of WeChat Pay', {}, flags, '--private-key is of WeChat Pay, and the keys of Alipay'],
    [
      'a key too small',
      { 'app.pem': () => small.privatePem },
      KEYS,
      'must have 2048 to 4096 bits and has 1024',
    ],
    [
      '应用公钥 for the private key',
      { 'app.pem': () => bare(one.alipay_public_key_pem) },
      KEYS,
      'holds a public key, and the private one is needed',
    ],
    [
      'text that is no key',
      { 'app.pem': () => 'password' },
      KEYS,
      'holds no private key: it is neither PEM nor Base64',
    ],
    [
      '应用公钥 for 支付宝公钥',
      {
        'alipay.txt': () =>
          createPublicKey(one.app_private_key_pem).export({ type: 'spki', format: 'pem' }).toString(),
      },
      KEYS,
      "the key of Alipay is the app's own public key",
    ],
    [
      'a private key for 支付宝公钥',
      { 'alipay.txt': () => other.app_private_key_pem },
      KEYS,
      'holds no public key: it holds PRIVATE KEY',
    ],
    ['one certificate of two', {}, [...KEYS, '--root-certificate', 'root.crt'], 'belong together'],
    [
      'the certificate of another key',
      { 'app.crt': () => other.app_certificate_pem },
      CERTIFICATES,
      'the app certificate is of another key',
    ],
    ['another root', { 'root.crt': () => other.root_certificate_pem }, CERTIFICATES, 'the app certificate '],
    [
      'a certificate of Alipay that another root made',
      { 'alipay.crt': () => other.alipay_certificate_pem },
      CERTIFICATES,
      'the certificate of Alipay',
    ],
    [
      'a bare key beside certificates',
      { 'alipay.crt': () => one.alipay_public_key_pem },
      CERTIFICATES,
      'a bare public key of Alipay was given',
    ],
    [
      'a certificate beside a bare key',
      {},
      ['--app-private-key', 'app.pem', '--alipay-key', 'alipay.crt'],
      'the app has none of its own',
    ],
    ['two ways of one key', {}, [...KEYS, '--generate-app-key', 'x.pem'], 'give one of them'],
    ['certificates of a key that is not there', {}, CERTIFICATES.slice(2), '--app-private-key is missing'],
  ]

  it.each(cases)('%s, and writes nothing', async (_, files, args, problem) => {
    for (const [name, content] of Object.entries(files)) here.file(name, content())
    const { code, err } = await setup(...args, '--yes')
    expect([code, err]).toEqual([2, expect.stringContaining(problem)])
    expect(err).toContain('what to do: ')
    expect([await here.value('alipay_signing'), await here.value('alipay_keys')]).toEqual([
      undefined,
      undefined,
    ])
  })

  it('certificates that are not valid now', async () => {
    const at = (days: number) => ({ now: () => Date.now() + days * 86_400_000 })
    const args = ['--provider', 'alipay', ...CERTIFICATES, '--yes']
    expect((await here.setup(args, at(36_500))).err).toMatch(/certificate expired on/)
    expect((await here.setup(args, at(-36_500))).err).toMatch(/is valid only from/)
  })

  it('keys of Alipay where those of WeChat Pay are entered', async () => {
    expect(await here.setup([...flags, ...KEYS, '--yes'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--app-private-key is of Alipay, and the keys of WeChat Pay'),
    })
  })
})
