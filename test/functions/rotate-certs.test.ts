import { describe, expect, it } from 'vitest'
import { createRotateCerts } from '#functions/rotate-certs/rotate-certs.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import type { PlatformCertificate } from '#shared/wechat/wechat-pay.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { NOW } from '#test/support/orders.ts'
import { makeSm2Certificate } from '#test/support/sm-keys.ts'
import { makePlatformCertificate, makePlatformPublicKey } from '#test/support/wechat-keys.ts'
import { aWorld } from '#test/support/world.ts'

const DAY = 86_400_000
const at = (days: number) => new Date(NOW + days * DAY)
const old = makePlatformCertificate({ notBefore: at(-1800), notAfter: at(20) })
const fresh = makePlatformCertificate({ notBefore: at(-1), notAfter: at(1800) })
const expired = makePlatformCertificate({ notBefore: at(-1900), notAfter: at(-1) })
const publicKey = makePlatformPublicKey()
const listed =
  (...keys: Array<{ record: PlatformKeyRecord }>) =>
  async (): Promise<PlatformCertificate[]> =>
    keys.map(({ record }) => ({ serial_no: record.serial, pem: record.pem }))

function setUp(
  downloadCertificates: () => Promise<readonly PlatformCertificate[]>,
  stored: readonly PlatformKeyRecord[] = [],
) {
  const world = aWorld()
  const saved: Array<readonly PlatformKeyRecord[]> = []
  const rotate = createRotateCerts({
    ...world,
    wechat: fakeWechat({ downloadCertificates }),
    load: async () => stored,
    save: async (records) => void saved.push(records),
    merchantCertificate: async () => fresh.record.pem,
  })
  return { world, saved, rotate: () => rotate({}), codes: () => world.logged.map(({ code }) => code) }
}

describe('rotate-certs', () => {
  it('fills an empty secret', async () => {
    const { saved, rotate } = setUp(listed(old, fresh))
    await rotate()
    expect(saved).toEqual([[old.record, fresh.record]])
  })

  it('keeps old certificates and public keys beside a new one', async () => {
    const { saved, rotate } = setUp(listed(fresh), [old.record, publicKey.record])
    await rotate()
    expect(saved).toEqual([[old.record, publicKey.record, fresh.record]])
  })

  it('takes certificates of SM2 by their subject, for public authorities issue them, and keeps both kinds', async () => {
    const sm2 = await makeSm2Certificate(NOW)
    const { saved, rotate } = setUp(listed(fresh, sm2), [old.record])
    await rotate()
    expect(saved).toEqual([[old.record, fresh.record, sm2.record]])
    const foreign = await makeSm2Certificate(NOW, 'Somebody', 'Somebody')
    const other = setUp(listed(foreign), [sm2.record])
    await other.rotate()
    expect(other.saved).toEqual([])
    expect(other.world.logged).toContainEqual(
      expect.objectContaining({
        code: 'PLATFORM_CERTIFICATE_REFUSED',
        fields: expect.objectContaining({ reason: 'its subject is not Tenpay.com' }) as unknown,
      }),
    )
  })

  it('writes nothing when the set is the same', async () => {
    const { saved, rotate } = setUp(listed(fresh, old), [old.record, fresh.record])
    await rotate()
    expect(saved).toEqual([])
  })

  it('drops what has expired and what cannot be read', async () => {
    const broken: PlatformKeyRecord = { serial: 'AA', kind: 'certificate', pem: 'no pem' }
    const { saved, rotate } = setUp(listed(old), [expired.record, broken, old.record])
    await rotate()
    expect(saved).toEqual([[old.record]])
  })

  it('mends a damaged certificate that WeChat still lists', async () => {
    const damaged = { ...old.record, pem: old.record.pem.slice(0, 200) }
    const { saved, rotate } = setUp(listed(old), [damaged])
    await rotate()
    expect(saved).toEqual([[old.record]])
  })

  it('takes the same certificate with other line ends for the same', async () => {
    const windows = [{ serial_no: old.serial, pem: old.record.pem.replaceAll('\n', '\r\n') }]
    const { saved, rotate } = setUp(async () => windows, [old.record])
    await rotate()
    expect(saved).toEqual([])
  })

  it('is content with a public key alone', async () => {
    const { saved, rotate, codes } = setUp(listed(), [publicKey.record])
    await rotate()
    expect(saved).toEqual([])
    expect(codes()).toContain('NO_PLATFORM_CERTIFICATES')
  })

  it('never ends with an empty set', async () => {
    const { saved, rotate } = setUp(listed(expired), [expired.record])
    await expect(rotate()).rejects.toMatchObject({ code: 'key_unavailable' })
    expect(saved).toEqual([])
  })

  it.each([
    ['an expired one', listed(expired), 'it has expired'],
    [
      'another issuer',
      listed(makePlatformCertificate({ issuer: 'Evil Inc', notAfter: at(900) })),
      'its issuer is not Tenpay.com',
    ],
    [
      'a serial that is not its own',
      async () => [{ serial_no: 'AABB', pem: fresh.record.pem }],
      'its own serial differs from serial_no',
    ],
    [
      'garbage',
      async () => [{ serial_no: 'AABB', pem: 'garbage' }],
      'the certificate is not PEM that can be read',
    ],
  ] as const)('refuses %s', async (_, download, reason) => {
    const { world, saved, rotate } = setUp(download, [old.record])
    await rotate()
    expect(saved).toEqual([])
    expect(world.logged.find(({ code }) => code === 'PLATFORM_CERTIFICATE_REFUSED')).toMatchObject({
      level: 'error',
      fields: { reason },
    })
  })

  it('tells the days that every key and the merchant certificate have left', async () => {
    const { world, rotate } = setUp(listed(old, fresh), [old.record, fresh.record, publicKey.record])
    await rotate()
    expect(world.logged.map(({ code, fields }) => [code, fields])).toEqual([
      ['PLATFORM_KEY_EXPIRY', { serial: old.serial, days: 20 }],
      ['PLATFORM_KEY_EXPIRY', { serial: fresh.serial, days: 1800 }],
      ['MERCHANT_CERTIFICATE_EXPIRY', { serial: fresh.serial, days: 1800 }],
    ])
  })

  it('changes nothing when WeChat cannot be asked', async () => {
    const { saved, rotate } = setUp(failing('unverifiable'), [old.record])
    await expect(rotate()).rejects.toMatchObject({ code: 'wechat_unavailable' })
    expect(saved).toEqual([])
  })
})
