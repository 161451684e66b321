import forge from 'node-forge'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '#test/support/wechat-keys.ts'
import {
  APIV3_KEY,
  flags,
  MCHID,
  pair,
  pem,
  publicKey,
  publicKeyFlags,
  serial,
  type SetupFixture,
  startSetupFixture,
} from './setup-fixture.ts'

let here: SetupFixture
beforeAll(async () => {
  here = await startSetupFixture()
})
afterAll(() => here?.stop())
beforeEach(() => here.reset())

describe('setup from files', () => {
  it('writes the three secrets, shows none of their values, and has nothing to do when repeated', async () => {
    const first = await here.setup([...flags, ...publicKeyFlags, '--yes'])
    expect(first).toMatchObject({
      code: 0,
      out: expect.stringContaining('wrote platform-keys, apiv3-key, merchant-signing'),
    })
    expect(await here.value('merchant_signing')).toEqual({
      serial_no: serial,
      private_key: pair.privatePem,
      certificate: expect.stringContaining('BEGIN CERTIFICATE'),
    })
    expect(await here.value('apiv3_key')).toEqual({ current: APIV3_KEY })
    expect(await here.value('platform_keys')).toEqual({ keys: [publicKey.record] })
    expect(first.out + first.err).not.toContain(APIV3_KEY)
    expect(first.out + first.err).not.toContain('PRIVATE KEY')

    const again = await here.setup([...flags, ...publicKeyFlags])
    expect(again).toMatchObject({
      code: 0,
      out: expect.stringContaining('the secrets hold all of this already'),
    })
  })

  it('writes nothing without --yes when nobody can agree, and goes on where an interrupted run stopped', async () => {
    expect(await here.setup(flags)).toMatchObject({ code: 3 })
    expect(await here.value('merchant_signing')).toBeUndefined()
    await here.put('apiv3_key', { current: APIV3_KEY })
    await here.setup([...flags, '--yes'])
    expect(await here.value('merchant_signing')).toMatchObject({ serial_no: serial })
    expect(await here.value('apiv3_key')).toEqual({ current: APIV3_KEY })
  })

  it('keeps a replaced APIv3 key as the previous one, and platform certificates as they are', async () => {
    const certificate = { serial: 'AB', kind: 'certificate', pem: 'x\n' }
    await here.put('apiv3_key', { current: 'x'.repeat(32) })
    await here.put('platform_keys', { keys: [certificate] })
    await here.setup([...flags, ...publicKeyFlags, '--yes'])
    expect(await here.value('apiv3_key')).toEqual({ current: APIV3_KEY, previous: 'x'.repeat(32) })
    expect(await here.value('platform_keys')).toEqual({ keys: [certificate, publicKey.record] })
  })

  it('enters an APIv2 key only where one is given, and keeps a replaced one as the previous one', async () => {
    await here.setup([...flags, ...publicKeyFlags, '--yes'])
    expect(await here.value('apiv2_key')).toBeUndefined()
    here.file('apiv2.txt', `${'v'.repeat(32)}\n`)
    const entered = await here.setup([...flags, ...publicKeyFlags, '--apiv2-key-file', 'apiv2.txt', '--yes'])
    expect(entered).toMatchObject({ code: 0, out: expect.stringContaining('wrote apiv2-key') })
    expect(entered.out + entered.err).not.toContain('v'.repeat(32))
    here.file('apiv2.txt', 'w'.repeat(32))
    await here.setup([...flags, ...publicKeyFlags, '--apiv2-key-file', 'apiv2.txt', '--yes'])
    expect(await here.value('apiv2_key')).toEqual({ current: 'w'.repeat(32), previous: 'v'.repeat(32) })
    here.file('apiv2.txt', 'too short')
    expect(
      await here.setup([...flags, ...publicKeyFlags, '--apiv2-key-file', 'apiv2.txt', '--yes']),
    ).toMatchObject({
      code: 2,
      err: expect.stringContaining('the APIv2 key must have exactly 32 letters and digits; 9 bytes'),
    })
  })

  it('takes everything from an env file', async () => {
    here.file(
      'setup.env',
      `WXPAY_PRIVATE_KEY_FILE=key.pem\nWXPAY_CERTIFICATE_FILE=cert.pem\nWXPAY_APIV3_KEY=${APIV3_KEY}\nWXPAY_SERIAL_NO=${serial}\n`,
    )
    await here.setup(['--env-file', 'setup.env', '--yes'])
    expect(await here.value('merchant_signing')).toMatchObject({ serial_no: serial })
  })
})

describe('setup by somebody who may write the secrets and not read them', () => {
  it('says what it cannot see, writes everything, and keeps the previous APIv3 key that is given', async () => {
    await here.put('apiv3_key', { current: 'x'.repeat(32) })
    here.file('before.txt', 'y'.repeat(32))
    here.denyReading()
    const all = [...flags, ...publicKeyFlags, '--previous-apiv3-key-file', 'before.txt']
    const asked = await here.setup(all, { answers: ['no'] })
    expect(asked.err).toContain('cannot be read by these credentials and is replaced')
    expect(asked.err).toContain('platform certificates come back with wxpay keys rotate')
    const done = await here.setup([...all, '--yes'])
    expect(done).toMatchObject({
      code: 0,
      out: expect.stringContaining('not read back: these credentials may only write'),
    })
    expect(await here.value('apiv3_key')).toEqual({ current: APIV3_KEY, previous: 'y'.repeat(32) })
    expect(await here.value('platform_keys')).toEqual({ keys: [publicKey.record] })
    expect(await here.value('merchant_signing')).toMatchObject({ serial_no: serial })
  })

  it('setup --check names the setting that would let them read', async () => {
    here.denyReading()
    const { code, out } = await here.setup(['--check'])
    expect([code, out]).toEqual([1, expect.stringContaining('operatorRoleArns of the stage')])
  })
})

describe('the wizard', () => {
  it('asks for what is missing and writes after a yes', async () => {
    const answers = ['', 'key.pem', 'cert.pem', APIV3_KEY, 'pub.pem', publicKey.serial, 'yes']
    expect(await here.setup([], { answers })).toMatchObject({ code: 0 })
    expect(await here.value('platform_keys')).toEqual({ keys: [publicKey.record] })
  })

  it('opens a .p12 with the merchant number, and asks for another password when that does not fit', async () => {
    const asn1 = (password: string) =>
      forge.pkcs12.toPkcs12Asn1(
        forge.pki.privateKeyFromPem(pair.privatePem),
        [forge.pki.certificateFromPem(pem)],
        password,
        { algorithm: '3des' },
      )
    here.file('usual.p12', Buffer.from(forge.asn1.toDer(asn1(MCHID)).getBytes(), 'binary'))
    here.file('other.p12', Buffer.from(forge.asn1.toDer(asn1('secret')).getBytes(), 'binary'))
    await here.setup(['--p12', 'usual.p12'], { answers: [APIV3_KEY, '', 'yes'] })
    expect(await here.value('merchant_signing')).toMatchObject({ serial_no: serial })
    const wrong = await here.setup(['--p12', 'other.p12', '--apiv3-key-file', 'apiv3.txt', '--yes'])
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining('the password does not open other.p12'),
    })
    expect(
      await here.setup(['--p12', 'other.p12'], { answers: ['secret', APIV3_KEY, '', 'yes'] }),
    ).toMatchObject({
      err: expect.not.stringContaining('does not open'),
    })
  })
})

describe('setup --check', () => {
  it('names an empty secret, and fails', async () => {
    const { code, out } = await here.setup(['--check'])
    expect(code).toBe(1)
    expect(out).toMatch(
      /fail +merchant-signing +the merchant-signing secret of the stack local has no value yet/,
    )
  })
  it('finds a certificate that is about to expire', async () => {
    here.file(
      'cert.pem',
      makeCertificate(pair, { serial: '5A', notAfter: new Date(Date.now() + 10 * 86_400_000) }),
    )
    const { code, out } = await here.setup([...flags, ...publicKeyFlags, '--yes'])
    expect(code).toBe(0)
    expect(out).toMatch(/warn +merchant certificate +5A is valid until .* \(9 days\)/)
  })
})
