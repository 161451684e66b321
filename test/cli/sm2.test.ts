/** The command line with keys of SM2: what is entered, what is refused and what is told. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encryptSm4Resource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { makeEcPair, makeSm2Certificate } from '#test/support/sm-keys.ts'
import type { Sm2PlatformKey } from '#test/support/sm-keys.ts'
import {
  APIV3_KEY,
  flags,
  MCHID,
  pair,
  pem,
  publicKey,
  type SetupFixture,
  startSetupFixture,
} from './setup-fixture.ts'
import { createShell } from './shell.ts'

let here: SetupFixture
let own: Sm2PlatformKey
let wechat: Sm2PlatformKey

beforeAll(async () => {
  here = await startSetupFixture()
  own = await makeSm2Certificate(Date.now(), MCHID)
  wechat = await makeSm2Certificate(Date.now())
})
afterAll(() => here?.stop())
beforeEach(() => {
  here.reset()
  here.file('key.pem', own.privatePem)
  here.file('cert.pem', own.record.pem)
  here.file('client.pem', pair.privatePem)
})

const withClient = [...flags, '--client-key', 'client.pem', '--yes']

describe('setup', () => {
  it('enters a pair of SM2 with a key of RSA for the client, and warns until there is a certificate of WeChat', async () => {
    await here.put('platform_keys', { keys: [publicKey.record] })
    const { out } = await here.setup(withClient)
    expect(out).toContain('SM2 key, certificate and serial')
    expect(out).toMatch(/warn +platform-keys +.*no key of WeChat is of SM2/)
    expect(await here.value('merchant_signing')).toEqual({
      serial_no: own.serial,
      private_key: own.privatePem,
      certificate: own.record.pem,
      client_private_key: pair.privatePem,
    })
    await here.put('platform_keys', { keys: [wechat.record] })
    const again = await here.setup(withClient)
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('hold all of this already')])
    expect(again.out).not.toContain('no key of WeChat is of SM2')
  })

  it('says what JSAPI and App lack without one', async () => {
    await here.put('platform_keys', { keys: [] })
    const { out } = await here.setup([...flags, '--yes'])
    expect(out).toContain('it signs with SM2 and has no RSA key beside')
  })

  const refused = async (args: readonly string[]) => {
    const { code, err } = await here.setup([...args, '--yes'])
    expect(code).toBe(2)
    expect(await here.value('merchant_signing')).toBeUndefined()
    return err
  }

  it('refuses kinds that do not fit', async () => {
    here.file('cert.pem', pem)
    expect(await refused(flags)).toContain('the private key is of SM2, and the certificate of RSA')
    here.file('key.pem', pair.privatePem)
    here.file('cert.pem', own.record.pem)
    expect(await refused(flags)).toContain('the private key is of RSA, and the certificate of SM2')
    here.file('cert.pem', pem)
    expect(await refused([...flags, '--client-key', 'client.pem'])).toContain(
      'a client key belongs beside a private key of SM2 only',
    )
  })

  it('refuses another curve, a cut key, and a client key of SM2', async () => {
    here.file('key.pem', makeEcPair('P-256').privatePem)
    expect(await refused(flags)).toContain(
      'the private key must be RSA or SM2 and is ec on the curve prime256v1',
    )
    here.file('key.pem', own.privatePem.replace(/^(-.*\n.{40}).*\n/, '$1\n'))
    expect(await refused(flags)).toContain('the private key is not PEM that can be read')
    here.file('key.pem', own.privatePem)
    here.file('client.pem', makeEcPair().privatePem)
    expect(await refused([...flags, '--client-key', 'client.pem'])).toContain(
      'the client key must be RSA and is SM2',
    )
  })
})

describe('tools', () => {
  it('certs names the algorithm, sign signs under SM2, decrypt opens SM4', async () => {
    const wxpay = createShell(here.directory, [])
    const certs = await wxpay(['certs', 'cert.pem', '--json'])
    expect(JSON.parse(certs.out)).toEqual({
      total: 1,
      keys: [expect.objectContaining({ algorithm: 'SM2', serial: own.serial })],
    })
    const signer = ['--private-key', 'key.pem', '--serial', own.serial, '--mchid', MCHID]
    const signed = await wxpay(['sign', '--method', 'GET', '--url', '/v3/certificates', ...signer])
    expect(signed.out).toContain('Authorization: WECHATPAY2-SM2-WITH-SM3 mchid="')
    const resource = encryptSm4Resource(loadApiV3Key(APIV3_KEY), '{"a":1}', {
      nonce: '0123456789ab',
      associated_data: 'x',
    })
    writeFileSync(join(here.directory, 'body.json'), JSON.stringify({ resource }))
    const opened = await wxpay(['decrypt', 'body.json', '--apiv3-key-file', 'apiv3.txt'])
    expect([opened.code, opened.out]).toEqual([0, expect.stringMatching(/"a": 1/)])
  })
})
