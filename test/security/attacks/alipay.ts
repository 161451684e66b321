/** Attacks 65 to 72: on what Alipay says, at the rooms that believe it. Its forms have no timestamp, no nonce and no length of a value. */
import { expect, it } from 'vitest'
import { archivedFile } from '#shared/alipay/bills/archived-file.ts'
import { readGatewayAnswer } from '#shared/alipay/gateway-answer.ts'
import { createNotificationChannel } from '#shared/alipay/notification.ts'
import { signedText } from '#shared/alipay/signed-text.ts'
import { zipFile } from '#simulator/alipay/zip-file.ts'
import {
  ACCOUNT,
  APP,
  APP_ID,
  formOf,
  notificationOf,
  PAID,
  RING,
  SELLER_ID,
  signedAnswer,
  signedFields,
} from '#test/alipay/alipay-keys.ts'
import type { Fields } from '#test/alipay/alipay-keys.ts'

const clock = { now: () => Date.parse('2026-06-08T18:35:00+08:00') }
const app = { appId: APP_ID, account: ACCOUNT, sellerId: SELLER_ID, keyRing: async () => RING, clock }
const channel = createNotificationChannel(app)
const read = (body: Uint8Array | string) => channel.readNotification(Buffer.from(body))
/** Enough of the bits to have each byte; `test/alipay` turns every one. */
const EACH_BYTE = 8

async function expectUnverified(...bodies: readonly (Uint8Array | string)[]): Promise<void> {
  for (const body of bodies) expect(await read(body)).toEqual({ ok: false, reason: 'unverified' })
}

function withSignature(change: (bytes: Buffer) => Buffer): Buffer {
  const { sign = '', ...rest } = signedFields(PAID)
  return formOf({ ...rest, sign: change(Buffer.from(sign, 'base64')).toString('base64') })
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name))
}

export function alipayAttacks(): void {
  it('65 Alipay: a flipped bit of the signature, another amount, another key, a parameter more or less', async () => {
    expect(await read(withSignature((bytes) => bytes))).toMatchObject({ ok: true })
    for (let bit = 0; bit < 256 * 8; bit += EACH_BYTE) {
      const flip = (bytes: Buffer) => bytes.fill(bytes[bit >> 3]! ^ 1, bit >> 3, (bit >> 3) + 1)
      await expectUnverified(withSignature(flip))
    }
    await expectUnverified(
      withSignature((bytes) => bytes.subarray(1)),
      withSignature((bytes) => Buffer.concat([bytes, Buffer.alloc(1)])),
      formOf({ ...signedFields(PAID), total_amount: '8880.00' }),
      formOf(signedFields(PAID, { key: APP.privateKey })),
      formOf({ ...signedFields(PAID), extra: '1' }),
      formOf(without(signedFields(PAID), 'seller_id')),
    )
  })

  it('66 Alipay: sign_type kept under the signature, weaker, or missing', async () => {
    await expectUnverified(
      formOf(signedFields(PAID, { over: { ...PAID, sign_type: 'RSA2' } })),
      formOf({ ...signedFields(PAID), sign_type: 'RSA' }),
      formOf({ ...signedFields(PAID), sign_type: 'none' }),
      formOf(without(signedFields(PAID), 'sign_type')),
      formOf(without(signedFields(PAID), 'sign')),
    )
  })

  it('67 Alipay: a field sent twice, an encoded name, bytes that are no UTF-8, another charset', async () => {
    const genuine = notificationOf(PAID).toString()
    await expectUnverified(
      `${genuine}&total_amount=0.01`,
      `total_amount=0.01&${genuine}`,
      genuine.replace('total_amount=', 'total%5Famount='),
      genuine.replace('88.80', '88.80%ff'),
      genuine.replace('88.80', '88.8%0'),
      notificationOf({ ...PAID, charset: 'GBK' }),
    )
  })

  it('68 Alipay: the signed text of a cheap payment, cut into the parameters of another', async () => {
    const victim = `charset=utf-8&notify_id=2026060800222183457000000000000002&notify_type=trade_status_sync&out_trade_no=VICTIM`
    const rest = `seller_id=${SELLER_ID}&total_amount=9999.00&trade_no=2026&trade_status=TRADE_SUCCESS&zzz=`
    const cheap = { ...PAID, total_amount: '0.01', body: `x&${victim}&${rest}` }
    const text = signedText(Object.entries(cheap))
    const [front = '', behind = ''] = text.split('&zzz=')
    const parts = front.split('&').map((part) => part.split(/=(.*)/s).slice(0, 2) as [string, string])
    const forged: Fields = Object.fromEntries([...parts, ['zzz', behind]])
    expect(signedText(Object.entries(forged))).toBe(text)
    const { sign = '' } = signedFields(cheap)
    await expectUnverified(formOf({ ...forged, sign, sign_type: 'RSA2' }))
  })

  it('69 Alipay: a replay, which says the same, and shows when it says another thing under its notify_id', async () => {
    const first = await read(notificationOf(PAID))
    expect(await read(notificationOf({ ...PAID, notify_time: '2026-06-09 10:00:00' }))).toEqual(first)
    const other = await read(notificationOf({ ...PAID, total_amount: '1.00' }))
    const content = first.ok ? first.content : ''
    expect(other).toMatchObject({
      ok: true,
      id: PAID['notify_id'],
      content: expect.not.stringContaining(content),
    })
  })

  it('70 Alipay: for another app or another seller', async () => {
    const foreign = { ok: false, reason: 'foreign' }
    expect(await read(notificationOf({ ...PAID, app_id: '2021001161683775' }))).toMatchObject(foreign)
    expect(await read(notificationOf({ ...PAID, seller_id: '2088531891668730' }))).toMatchObject(foreign)
    expect(await read(notificationOf(without(PAID, 'seller_id')))).toMatchObject(foreign)
  })

  it('71 Alipay: an answer that is named inside of a value, twice, or beside another', () => {
    const name = 'alipay_trade_query_response'
    const readAnswer = (text: string) => readGatewayAnswer(Buffer.from(text), 'alipay.trade.query')
    const chosen = `{"code":"40004","sub_msg":"\\"${name}\\":{\\"code\\":\\"10000\\"},\\"sign\\":\\"A\\""}`
    expect(readAnswer(`{"${name}":${chosen},"sign":"A"}`)?.content.toString()).toBe(chosen)
    const genuine = signedAnswer('alipay.trade.query', { code: '10000' })
    expect(readAnswer(genuine)?.content.toString()).toBe('{"code":"10000"}')
    for (const text of [
      `{"x":{"${name}":{"code":"10000"}},"sign":"A"}`,
      `{"${name}":{"code":"10000"},${genuine.slice(1)}`,
      `{"error_response":{"code":"10000"},${genuine.slice(1)}`,
      `${genuine}${genuine}`,
    ])
      expect(readAnswer(text)).toBeUndefined()
  })

  it('72 Alipay: a bill whose archive swells, or is none', async () => {
    const open = async (archive: Uint8Array) => {
      const chunks = (async function* () {
        yield archive
      })()
      let size = 0
      for await (const chunk of archivedFile(chunks, { isWanted: () => true, maxBytes: 1_000_000 }))
        size += chunk.length
      return size
    }
    const name = Buffer.from('bill.csv')
    expect(await open(zipFile([{ name, content: Buffer.alloc(1_000_000) }]))).toBe(1_000_000)
    await expect(open(zipFile([{ name, content: Buffer.alloc(50_000_000) }]))).rejects.toThrow('too_large')
    await expect(open(Buffer.from('PK\u0003\u0004'))).rejects.toThrow('not_readable')
  })
}
