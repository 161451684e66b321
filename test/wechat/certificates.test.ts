import type { KeyObject } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { str, vector } from '#test/support/vectors.ts'
import { startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import {
  makeCertificate,
  makeKeyPair,
  makePlatformCertificate,
  randomSerial,
} from '#test/support/wechat-keys.ts'
import { failed, signed } from '#test/support/wechat-peer.ts'

let it_: WechatFixture

beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

const newer = makePlatformCertificate()
const older = makePlatformCertificate()
const expired = makePlatformCertificate({ notAfter: new Date('2021-01-01T00:00:00Z') })
const emptyRing = async () => createKeyRing([])

interface Item {
  readonly serial: string
  readonly pem: string
  readonly associated_data?: string
}

function item({ serial, record }: typeof newer): Item {
  return { serial, pem: record.pem }
}

function list(items: readonly Item[], key: KeyObject = it_.merchant.apiV3Key) {
  return {
    data: items.map(({ serial, pem, associated_data = 'certificate' }) => ({
      serial_no: serial,
      effective_time: '2026-06-08T10:34:56+08:00',
      expire_time: '2031-06-08T10:34:56+08:00',
      encrypt_certificate: encryptResource(key, pem, { nonce: '61f9c719728a', associated_data }),
    })),
  }
}

const both = [
  { serial_no: older.serial, pem: older.record.pem },
  { serial_no: newer.serial, pem: newer.record.pem },
]

describe('downloadCertificates', () => {
  it('gives every certificate of a list that a known key signed', async () => {
    it_.primary.answer(signed(it_.platform.publicKey, list([item(older), item(newer)])))
    await expect(it_.wechat.downloadCertificates()).resolves.toEqual(both)
    expect(it_.primary.requests[0]).toMatchObject({ method: 'GET', url: '/v3/certificates' })
  })

  it('accepts the first list of all, signed by a certificate that only it holds, and asks once', async () => {
    it_.primary.answer(signed(newer, list([item(older), item(newer)])))
    await expect(it_.client({ keyRing: emptyRing }).downloadCertificates()).resolves.toEqual(both)
    expect(it_.primary.requests).toHaveLength(1)
    expect(it_.primary.requests[0]?.headers['wechatpay-serial']).toBeUndefined()
  })

  it('accepts the list when only expired certificates are known', async () => {
    it_.primary.answer(signed(newer, list([item(newer)])))
    const wechat = it_.client({ keyRing: async () => createKeyRing([expired.record]) })
    await expect(wechat.downloadCertificates()).resolves.toHaveLength(1)
  })

  it('opens the list with the previous APIv3 key during a rotation', async () => {
    it_.primary.answer(signed(newer, list([item(newer)])))
    const other = loadApiV3Key('0'.repeat(32))
    const wechat = it_.client({ apiV3Keys: async () => [other, it_.merchant.apiV3Key] })
    await expect(wechat.downloadCertificates()).resolves.toHaveLength(1)
  })

  it('gives an empty list to a merchant that has a public key only', async () => {
    it_.primary.answer(failed(404, 'RESOURCE_NOT_EXISTS'))
    await expect(it_.wechat.downloadCertificates()).resolves.toEqual([])
  })

  it('does not take an empty 404 for that answer', async () => {
    it_.primary.answer((_, response) => response.writeHead(404).end())
    it_.backup.answer((_, response) => response.writeHead(404).end())
    expect(await wechatError(it_.wechat.downloadCertificates())).toMatchObject({ code: 'server_error' })
  })

  it.each([
    ['signed by a key that it does not hold', () => signed(older, list([item(newer)]))],
    ['of an expired certificate that signs itself', () => signed(expired, list([item(expired)]))],
    ['of another merchant', () => signed(newer, list([item(newer)], loadApiV3Key('0'.repeat(32))))],
    [
      'sealed for another purpose',
      () => signed(newer, list([{ ...item(newer), associated_data: 'transaction' }])),
    ],
    [
      'whose serial is not that of its certificate',
      () => signed({ ...newer, serial: older.serial }, list([{ ...item(newer), serial: older.serial }])),
    ],
    [
      'with a weak key',
      () => {
        const serial = randomSerial()
        return signed(
          { ...newer, serial },
          list([{ serial, pem: makeCertificate(makeKeyPair(1024), { serial }) }]),
        )
      },
    ],
    ['of something that is no certificate', () => signed(newer, list([{ serial: newer.serial, pem: 'x' }]))],
    [
      'that is not sealed at all',
      () => {
        const [sealed] = list([item(newer)]).data
        const ciphertext = Buffer.from(newer.record.pem).toString('base64')
        const open = { ...sealed, encrypt_certificate: { ...sealed!.encrypt_certificate, ciphertext } }
        return signed(newer, { data: [open] })
      },
    ],
    ['that is no list', () => signed(newer, { data: {} })],
    ['that is no JSON', () => signed(newer, 'x')],
    [
      'that is endless',
      () => signed(newer, { data: Array.from({ length: 101 }, () => list([item(newer)]).data[0]) }),
    ],
  ])('never trusts a list %s', async (_, answerer) => {
    it_.primary.answer(answerer())
    const error = await wechatError(it_.client({ keyRing: emptyRing }).downloadCertificates())
    expect(error).toMatchObject({ code: 'unverifiable', certain: false })
  })

  it('does not let a list vouch for a signature that a known key denies', async () => {
    const serial = it_.platform.certificate.serial
    const pair = makePlatformCertificate({ serial })
    it_.primary.answer(signed(pair, list([item(pair)])))
    expect(await wechatError(it_.wechat.downloadCertificates())).toMatchObject({ code: 'unverifiable' })
  })

  it('says that a verified list cannot be used when the APIv3 key does not fit', async () => {
    it_.primary.answer(signed(it_.platform.publicKey, list([item(newer)], loadApiV3Key('0'.repeat(32)))))
    const error = await wechatError(it_.wechat.downloadCertificates())
    expect(error).toMatchObject({ code: 'invalid_answer', certain: false })
    expect(error.message).toContain('APIv3 key')
  })

  it('asks nobody without an APIv3 key', async () => {
    const cause = new Error('no secret')
    const wechat = it_.client({ apiV3Keys: () => Promise.reject(cause) })
    expect(await wechatError(wechat.downloadCertificates())).toMatchObject({
      code: 'not_sent',
      certain: true,
      cause,
    })
    expect(it_.primary.requests).toHaveLength(0)
  })

  it('opens the official sample, and refuses it when its certificate did not sign the answer', async () => {
    const v = vector('java-download-certificates-response')
    const apiV3Keys = async () => [loadApiV3Key(str(v, 'apiV3Key'))]
    it_.primary.answer(signed(it_.platform.publicKey, str(v, 'body')))
    await expect(it_.client({ apiV3Keys }).downloadCertificates()).resolves.toEqual([
      { serial_no: str(v, 'serial_no'), pem: str(v, 'decrypted_pem') },
    ])
    it_.primary.answer(signed({ ...newer, serial: str(v, 'serial_no') }, str(v, 'body')))
    expect(await wechatError(it_.client({ apiV3Keys }).downloadCertificates())).toMatchObject({
      code: 'unverifiable',
    })
  })
})
