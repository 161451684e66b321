import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'
import { flags, pair, pem, serial, type SetupFixture, startSetupFixture } from './setup-fixture.ts'
import type { ShellOptions } from './shell.ts'

let here: SetupFixture
beforeAll(async () => {
  here = await startSetupFixture()
})
afterAll(() => here?.stop())
beforeEach(() => here.reset())

describe('setup refuses', () => {
  const refused = async (args: readonly string[], options: ShellOptions = {}) => {
    const { code, err } = await here.setup([...args, '--yes'], options)
    expect(code).toBe(2)
    expect(await here.value('merchant_signing')).toBeUndefined()
    expect(err).toContain('what to do: ')
    return err
  }

  it('a private key of another certificate', async () => {
    here.file('key.pem', makeKeyPair().privatePem)
    expect(await refused(flags)).toContain(
      `the private key belongs to another certificate than the one with the serial ${serial}`,
    )
  })
  it('another serial than that of the certificate', async () => {
    expect(await refused([...flags, '--serial', 'ABCDEF'])).toContain(
      `the certificate has the serial ${serial}, and ABCDEF was given`,
    )
  })
  it('an APIv3 key that has not 32 characters', async () => {
    here.file('apiv3.txt', 'too-short')
    expect(await refused(flags)).toContain('must have exactly 32 letters and digits; 9 bytes were given')
  })
  it('an expired certificate', async () => {
    here.file('cert.pem', makeCertificate(pair, { notAfter: new Date('2024-01-01T00:00:00Z') }))
    expect(await refused(flags)).toMatch(/the merchant certificate [0-9A-F]+ expired on 2024-01-01/)
  })
  it('a file of the wrong kind, saying which it is', async () => {
    here.file('key.pem', pem)
    expect(await refused(flags)).toContain('key.pem holds no private key: it holds CERTIFICATE')
  })
  it('a cut-off file and a missing one', async () => {
    here.file('key.pem', pair.privatePem.slice(0, 400))
    expect(await refused(flags)).toContain('it may be cut off')
    rmSync(join(here.directory, 'key.pem'))
    expect(await refused(flags)).toMatch(/the file .*key\.pem does not exist/)
  })
  it('a public key id without its prefix', async () => {
    expect(await refused([...flags, '--public-key', 'pub.pem', '--public-key-id', '0119'])).toContain(
      'must be PUB_KEY_ID_ and digits',
    )
  })
  it('to guess what nobody gave', async () => {
    expect(await refused([])).toContain('--private-key or --p12 is missing')
  })
})

describe('pasted PEM', () => {
  const variants: ReadonlyArray<readonly [string, (text: string) => string]> = [
    ['Windows line ends', (text) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text) => `\uFEFF${text}`],
    [
      'blanks around each line',
      (text) =>
        text
          .split('\n')
          .map((line) => `  ${line} \t`)
          .join('\n'),
    ],
    ['no line ends inside', (text) => text.replaceAll(/(?<!-)\n(?!-)/g, '')],
    ['escaped line ends', (text) => text.replaceAll('\n', String.raw`\n`)],
    ['bag attributes in front', (text) => `Bag Attributes\n    localKeyID: 01\n${text}`],
  ]
  it.each(variants)('with %s is stored as it should be', async (_name, change) => {
    here.file('key.pem', change(pair.privatePem))
    here.file('cert.pem', change(pem))
    await here.setup([...flags, '--yes'])
    expect(await here.value('merchant_signing')).toMatchObject({ private_key: pair.privatePem })
  })
})
