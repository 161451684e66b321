import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { decryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { loadCertificate } from '#shared/crypto/keys.ts'
import { APPID, MCHID, createMerchant, prepayBody } from './support/merchant.ts'
import type { Merchant } from './support/merchant.ts'
import { verify } from './support/receiver.ts'

let simulator: Simulator
let merchant: Merchant

beforeEach(async () => {
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual' })
  merchant = createMerchant(simulator)
})
afterEach(() => simulator.stop())

const NATIVE = '/v3/pay/transactions/native'

describe('answers', () => {
  it('are signed over their raw body by the platform certificate, on both domains, 204 included', async () => {
    const body = prepayBody()
    for (const baseUrl of [simulator.url, simulator.backupUrl]) {
      const answer = await merchant.post(NATIVE, body, { baseUrl })
      expect(verify(simulator.keys(), answer)).toEqual({
        ok: true,
        serial: simulator.keys().platform.signing_serial_no,
      })
      expect(answer.headers['wechatpay-signature-type']).toBe('WECHATPAY2-SHA256-RSA2048')
      expect(answer.headers['request-id']).toMatch(/-0$/)
    }
    const path = `/v3/pay/transactions/out-trade-no/${String(body['out_trade_no'])}/close`
    const closed = await merchant.post(path, { mchid: MCHID })
    expect([closed.status, closed.body.length]).toEqual([204, 0])
    expect(verify(simulator.keys(), closed).ok).toBe(true)
  })

  it('of status 400 and above carry no signature', async () => {
    const answer = await merchant.get(`/v3/pay/transactions/out-trade-no/UNKNOWN1?mchid=${MCHID}`)
    expect(answer.status).toBe(404)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('wechatpay-'))).toEqual([])
    expect(answer.headers['request-id']).toMatch(/-268512771$/)
  })

  it('are 404 and 405 without a body for what does not exist, before the signature is looked at', async () => {
    const headers = { Authorization: undefined }
    const unknown = await merchant.get('/v3/pay/transactions/no-such-endpoint', { headers })
    expect([unknown.status, unknown.body.length]).toEqual([404, 0])
    const wrongMethod = await merchant.get(NATIVE, { headers })
    expect([wrongMethod.status, wrongMethod.body.length]).toEqual([405, 0])
  })

  it('follow the Wechatpay-Serial of the request while both kinds of key are in use', async () => {
    const { public_key: publicKey, platform } = await simulator.control.setMode('mixed')
    const serialOf = async (requested?: string): Promise<unknown> => {
      const answer = await merchant.post(NATIVE, prepayBody(), { headers: { 'Wechatpay-Serial': requested } })
      const verified = verify(simulator.keys(), answer)
      return verified.ok && verified.serial
    }
    expect(await serialOf(publicKey.id)).toBe(publicKey.id)
    expect(await serialOf(platform.signing_serial_no)).toBe(platform.signing_serial_no)
    expect(await serialOf()).toBe(platform.signing_serial_no)
    await simulator.control.setMode('public_key')
    expect(await serialOf()).toBe(publicKey.id)
    await simulator.control.setMode('certificate')
    expect(await serialOf(publicKey.id)).toBe(platform.signing_serial_no)
  })
})

describe('the list of platform certificates', () => {
  async function listed(): Promise<readonly string[]> {
    const { json } = await merchant.get('/v3/certificates')
    const key = loadApiV3Key(simulator.keys().apiv3_key)
    return json.data.map(
      (entry: { serial_no: string; encrypt_certificate: Parameters<typeof decryptResource>[1] }) => {
        const { serial } = loadCertificate(
          decryptResource([key], entry.encrypt_certificate)!.toString('utf8'),
        )
        expect(serial).toBe(entry.serial_no)
        return serial
      },
    )
  }

  it('holds the certificate encrypted, with its own serial, times and issuer', async () => {
    const { json } = await merchant.get('/v3/certificates')
    expect(json.data[0]).toMatchObject({
      effective_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
      encrypt_certificate: { algorithm: 'AEAD_AES_256_GCM', associated_data: 'certificate' },
    })
    const { certificate_pem: pem, expire_time: expires } = simulator.keys().platform.certificates[0]!
    const { issuer, subject, notAfter, serial } = loadCertificate(pem)
    expect([issuer, subject]).toEqual([
      expect.stringContaining('CN=Tenpay.com Root CA'),
      expect.stringContaining('CN=Tenpay.com sign'),
    ])
    expect(Date.parse(expires)).toBe(notAfter)
    expect(serial).toMatch(/^[0-9A-F]{40}$/)
  })

  it('goes through a rotation: both listed, the new one signs, the old one retired', async () => {
    const [old] = await listed()
    await simulator.control.addCertificate()
    const [, fresh] = await listed()
    expect(await listed()).toEqual([old, fresh])
    expect(simulator.keys().platform.signing_serial_no).toBe(old)
    await expect(simulator.control.retireCertificate(old!)).rejects.toThrow('activate another one first')
    await simulator.control.activateCertificate(fresh!)
    const answer = await merchant.get('/v3/certificates')
    expect(verify(simulator.keys(), answer)).toEqual({ ok: true, serial: fresh })
    await simulator.control.retireCertificate(old!)
    expect(await listed()).toEqual([fresh])
  })

  it('is for RSA unless SM2 is asked for, which has to be applied for', async () => {
    const serials = async (query: string): Promise<readonly string[]> =>
      (await merchant.get(`/v3/certificates${query}`)).json.data.map(({ serial_no }) => serial_no)
    const all = await listed()
    expect(await serials('?algorithm_type=RSA')).toEqual(all)
    expect(await serials('?algorithm_type=ALL')).toEqual(all)
    const sm2 = await merchant.get('/v3/certificates?algorithm_type=SM2')
    expect([sm2.status, sm2.json.code]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
    const unknown = await merchant.get('/v3/certificates?algorithm_type=rsa')
    expect([unknown.status, unknown.json.code, unknown.json.detail.field]).toEqual([
      400,
      'PARAM_ERROR',
      'algorithm_type',
    ])
  })

  it('does not exist for a merchant that has a public key only', async () => {
    await simulator.control.setMode('public_key')
    const answer = await merchant.get('/v3/certificates')
    expect([answer.status, answer.json.code]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
    expect(answer.json.message).toContain('无可用的平台证书')
  })

  it('is encrypted with the new APIv3 key as soon as that is reset', async () => {
    const old = simulator.keys().apiv3_key
    const keys = await simulator.control.resetApiv3Key()
    expect(keys.previous_apiv3_key).toBe(old)
    expect(keys.apiv3_key).toMatch(/^[0-9A-Za-z]{32}$/)
    expect(await listed()).toHaveLength(1)
  })
})
