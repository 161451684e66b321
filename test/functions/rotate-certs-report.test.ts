import { describe, expect, it } from 'vitest'
import { checkCertificate } from '#functions/rotate-certs/certificate-check.ts'
import { createRotateCerts } from '#functions/rotate-certs/rotate-certs.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { NOW } from '#test/support/orders.ts'
import { makePlatformCertificate, makePlatformPublicKey } from '#test/support/wechat-keys.ts'
import { aWorld } from '#test/support/world.ts'

const DAY = 86_400_000
const at = (days: number) => new Date(NOW + days * DAY)
const old = makePlatformCertificate({ notBefore: at(-1800), notAfter: at(20) })
const next = makePlatformCertificate({ notBefore: at(-1), notAfter: at(1800) })
const merchant = makePlatformCertificate({ notBefore: at(-1), notAfter: at(29.5) })
const publicKey = makePlatformPublicKey()

async function rotated({
  stored = [old.record],
  listed = [old, next],
  certificate = [merchant.record.pem],
} = {}) {
  const world = aWorld()
  const saved: string[][] = []
  const rotate = createRotateCerts({
    ...world,
    wechat: fakeWechat({
      downloadCertificates: async () =>
        listed.map(({ serial, record }) => ({ serial_no: serial, pem: record.pem })),
    }),
    load: async () => stored,
    save: async (records) => void saved.push(records.map(({ serial }) => serial)),
    merchantCertificate: async () => certificate[0],
  })
  const error = await rotate({}).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return {
    saved,
    error,
    logged: world.logged.map(({ code, fields }) => [code, fields]),
    measured: world.measured,
  }
}

describe('a rotation', () => {
  it('logs and measures the change and every expiry', async () => {
    const { logged, measured } = await rotated()
    expect(logged).toEqual([
      ['PLATFORM_KEYS_CHANGED', { count: 2 }],
      ['PLATFORM_KEY_EXPIRY', { serial: old.serial, days: 20 }],
      ['PLATFORM_KEY_EXPIRY', { serial: next.serial, days: 1800 }],
      ['MERCHANT_CERTIFICATE_EXPIRY', { serial: merchant.serial, days: 29 }],
    ])
    expect(measured).toEqual([
      ['PlatformKeyDaysToExpiry', 20],
      ['PlatformKeyDaysToExpiry', 1800],
      ['MerchantCertificateDaysToExpiry', 29],
      ['RotationCompleted', 1],
    ])
  })

  it('says nothing of a merchant certificate that is not stored', async () => {
    const { logged, measured } = await rotated({ stored: [old.record, next.record], certificate: [] })
    expect(logged.map(([code]) => code)).toEqual(['PLATFORM_KEY_EXPIRY', 'PLATFORM_KEY_EXPIRY'])
    expect(measured.at(-1)).toEqual(['RotationCompleted', 1])
  })

  it('notices another set of the same size', async () => {
    const expired = makePlatformCertificate({ notBefore: at(-10), notAfter: at(0) })
    const { saved } = await rotated({ stored: [publicKey.record, expired.record], listed: [next] })
    expect(saved).toEqual([[publicKey.serial, next.serial]])
  })

  it('drops what is unreadable, and never ends with nothing', async () => {
    const broken = { serial: '5ABC', kind: 'certificate', pem: 'nonsense' } as const
    expect((await rotated({ stored: [broken], listed: [next] })).saved).toEqual([[next.serial]])
    const { saved, error } = await rotated({ stored: [broken], listed: [] })
    expect(saved).toEqual([])
    expect(error).toMatchObject({
      code: 'key_unavailable',
      message: 'WeChat gave no usable platform certificate and no public key is stored',
    })
  })
})

describe('a downloaded certificate', () => {
  it('is good until the moment it expires', () => {
    const { serial: serial_no, record } = old
    const end = at(20).getTime() - (at(20).getTime() % 1000)
    expect(checkCertificate({ serial_no, pem: record.pem }, end - 1)).toBeUndefined()
    expect(checkCertificate({ serial_no, pem: record.pem }, end)).toBe('it has expired')
  })
})
