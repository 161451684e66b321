/** The list of platform certificates is taken element by element. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRotateCerts } from '#functions/rotate-certs/rotate-certs.ts'
import { encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { normalSerial, sameSerial } from '#shared/crypto/serial.ts'
import { parseMerchantSigning, parsePlatformKeys } from '#shared/secrets/secret-keys.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { makeCertificate, makeKeyPair, makePlatformCertificate } from '#test/support/wechat-keys.ts'
import { signed } from '#test/support/wechat-peer.ts'
import { aWorld } from '#test/support/world.ts'

let it_: WechatFixture
beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

const good = makePlatformCertificate()
const better = makePlatformCertificate()
/** Its serial begins with a zero, which tools lose or double. */
const zero = makePlatformCertificate({ serial: '0A5612D1E3F4A5B6C7D8E9F00112233445566778' })
const weak = makeCertificate(makeKeyPair(1024), { serial: '5ABC' })

interface Item {
  readonly serial_no?: unknown
  readonly pem?: string
  readonly key?: ReturnType<typeof loadApiV3Key>
  readonly aad?: string
  readonly sealed?: object
}

function item({ serial_no = good.serial, pem = good.record.pem, key, aad = 'certificate', sealed }: Item) {
  const encrypted = encryptResource(key ?? it_.merchant.apiV3Key, pem, {
    nonce: '61f9c719728a',
    associated_data: aad,
  })
  return { serial_no, encrypt_certificate: { ...encrypted, ...sealed } }
}

const goodItem = () => item({ serial_no: better.serial, pem: better.record.pem })
const answer = (data: unknown) => it_.primary.answer(signed(it_.platform.publicKey, { data }))
const refused = () => it_.logs.filter(({ code }) => code === 'PLATFORM_CERTIFICATE_REFUSED')

describe('one bad certificate', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['AEAD_AES_128_GCM', () => item({ sealed: { algorithm: 'AEAD_AES_128_GCM' } }), /algorithm/],
    ['AEAD_SM4_GCM, and no key of SM2', () => item({ sealed: { algorithm: 'AEAD_SM4_GCM' } }), /APIv3 key/],
    ['unreadable PEM', () => item({ pem: 'no pem' }), /PEM/],
    ['another APIv3 key', () => item({ key: loadApiV3Key('0'.repeat(32)) }), /APIv3 key/],
    ['sealed for another purpose', () => item({ aad: 'transaction' }), /APIv3 key/],
    ['sealed for none', () => item({ aad: '' }), /APIv3 key/],
    ["another certificate's serial", () => item({ serial_no: '5AB6' }), /own serial/],
    ['a weak key', () => item({ serial_no: '5ABC', pem: weak }), /2048/],
    ['no serial', () => item({ serial_no: null }), /serial_no/],
    ['a serial in Chinese', () => item({ serial_no: '序列号' }), /serial_no/],
    ['a serial that is a number', () => item({ serial_no: 5 }), /serial_no/],
    ['nothing sealed', () => ({ serial_no: good.serial, encrypt_certificate: null }), /encrypt_certificate/],
    ['null', () => null, /document/],
    ['a text', () => 'certificate', /document/],
    ['a list', () => [goodItem()], /./],
  ])('case 11: with %s does not stop the good one, and is told', async (_, bad, reason) => {
    answer([bad(), goodItem()])
    await expect(it_.wechat.downloadCertificates()).resolves.toEqual([
      { serial_no: better.serial, pem: better.record.pem },
    ])
    expect(refused()).toHaveLength(1)
    expect(refused()[0]).toMatchObject({ level: 'error', reason: expect.stringMatching(reason) })
  })

  it.each<[string, () => object]>([
    ['serial_no in lower case', () => item({ serial_no: good.serial.toLowerCase() })],
    ['a leading 00 byte', () => item({ serial_no: `00${good.serial}` })],
    ['the leading 0 lost', () => item({ serial_no: zero.serial.slice(1), pem: zero.record.pem })],
    ['a 00 byte before the zero', () => item({ serial_no: `00${zero.serial}`, pem: zero.record.pem })],
    [
      'lower case and the zero lost',
      () => item({ serial_no: zero.serial.slice(1).toLowerCase(), pem: zero.record.pem }),
    ],
    ['no associated_data', () => item({ sealed: { associated_data: undefined } })],
    ['a null associated_data', () => item({ sealed: { associated_data: null } })],
    ['an empty associated_data', () => item({ sealed: { associated_data: '' } })],
  ])('case 11: with %s is good', async (_, odd) => {
    answer([odd(), goodItem()])
    await expect(it_.wechat.downloadCertificates()).resolves.toHaveLength(2)
    expect(refused()).toEqual([])
  })

  it.each([[{}], [{ data: null }], [{ data: [] }], [{ data: '' }], [{ other: 1 }]])(
    'the list %j is an empty list',
    async (list) => {
      it_.primary.answer(signed(it_.platform.publicKey, list))
      await expect(it_.wechat.downloadCertificates()).resolves.toEqual([])
    },
  )

  it.each([[[]], ['null'], [{ data: {} }], [{ data: 'none' }], [{ data: 0 }], ['']])(
    '%j is no list',
    async (list) => {
      it_.primary.answer(signed(it_.platform.publicKey, list))
      expect(await wechatError(it_.wechat.downloadCertificates())).toMatchObject({ code: 'invalid_answer' })
    },
  )

  it('cannot vouch for the answer that lists it', async () => {
    const forged = makePlatformCertificate()
    const { pem } = forged.record
    const data = [goodItem(), item({ serial_no: forged.serial, pem, key: loadApiV3Key('0'.repeat(32)) })]
    it_.primary.answer(signed(forged, { data }))
    const wechat = it_.client({ keyRing: async () => createKeyRing([]) })
    expect(await wechatError(wechat.downloadCertificates())).toMatchObject({ code: 'unverifiable' })
  })

  it('does not stop the first list of all, signed by a good one in it', async () => {
    it_.primary.answer(signed(better, { data: [item({ pem: 'no pem' }), goodItem()] }))
    const wechat = it_.client({ keyRing: async () => createKeyRing([]) })
    await expect(wechat.downloadCertificates()).resolves.toHaveLength(1)
  })
})

describe('a rotation', () => {
  async function rotated(stored: readonly PlatformKeyRecord[], data: readonly unknown[]) {
    const world = aWorld()
    const saved: Array<readonly PlatformKeyRecord[]> = []
    answer(data)
    await createRotateCerts({
      ...world,
      wechat: it_.wechat,
      load: async () => stored,
      save: async (records) => void saved.push(records),
      merchantCertificate: async () => undefined,
    })({})
    return saved
  }

  it('takes the good ones beside a bad one', async () => {
    expect(await rotated([], [item({ pem: 'no pem' }), goodItem()])).toEqual([[better.record]])
  })

  it('keeps one record a certificate, spelled as WeChat lists it', async () => {
    const listed = [item({ serial_no: good.serial.toLowerCase() })]
    const spelled = { ...good.record, serial: good.serial.toLowerCase() }
    expect(await rotated([good.record], listed)).toEqual([[spelled]])
    expect(await rotated([spelled], listed)).toEqual([])
  })
})

describe('serials', () => {
  it.each([
    ['0a56', '0A56'],
    ['a56', '0A56'],
    ['000A56', '0A56'],
    ['A560', 'A560'],
    ['5f', '5F'],
    ['PUB_KEY_ID_0a56', 'PUB_KEY_ID_0a56'],
    ['0x0A56', '0x0A56'],
    ['0'.repeat(61) + 'A56', '0A56'],
    ['0'.repeat(62) + 'A56', '0'.repeat(62) + 'A56'],
    ['', ''],
  ])('%s are compared as %s', (serial, normal) => {
    expect([normalSerial(serial), normalSerial(normal)]).toEqual([normal, normal])
  })

  it.each([
    ['A56', 'A560'],
    ['A56', '1A56'],
    ['A056', 'A56'],
    ['pub_key_id_1', 'PUB_KEY_ID_1'],
    ['A56 ', 'A56'],
    ['', '0A56'],
  ])('%j and %j are two', (one, other) => {
    expect(sameSerial(one, other)).toBe(false)
  })

  it('of a header are found as the list or the certificate spells them, and in no other way', () => {
    const now = Date.now()
    const ring = createKeyRing([{ ...zero.record, serial: zero.serial.slice(1).toLowerCase() }])
    expect(ring.find(zero.serial, now)).toBeDefined()
    expect(ring.find(zero.serial.slice(1).toLowerCase(), now)).toBeDefined()
    for (const other of [zero.serial.toLowerCase(), zero.serial.slice(1), `00${zero.serial}`, ''])
      expect(ring.find(other, now)).toBeUndefined()
    expect(ring.keys).toHaveLength(1)
  })

  it('of the secrets may be in lower case or without their zero', () => {
    const pair = makeKeyPair()
    const certificate = makeCertificate(pair, { serial: zero.serial })
    for (const serial_no of [
      zero.serial,
      zero.serial.toLowerCase(),
      zero.serial.slice(1),
      ` ${zero.serial}\n`,
    ]) {
      const text = JSON.stringify({ serial_no, private_key: pair.privatePem, certificate })
      expect(parseMerchantSigning(text).serialNo).toBe(zero.serial)
      const keys = [{ ...zero.record, serial: serial_no.trim() }]
      expect(parsePlatformKeys(JSON.stringify({ keys })).find(zero.serial, Date.now())).toBeDefined()
    }
    const other = JSON.stringify({ serial_no: 'A56', private_key: pair.privatePem, certificate })
    expect(() => parseMerchantSigning(other)).toThrow(/not serial_no/)
  })
})
