/** Forms that look like notifications of Alipay's, and are none. */
import { describe, expect, it } from 'vitest'
import { createNotificationChannel } from '#shared/alipay/notification.ts'
import { signedText } from '#shared/alipay/signed-text.ts'
import {
  ACCOUNT,
  APP,
  APP_ID,
  formOf,
  notificationOf,
  PAID,
  RING,
  SELLER_ID,
  signedFields,
} from './alipay-keys.ts'
import type { Fields } from './alipay-keys.ts'

const clock = { now: () => Date.parse('2026-06-08T18:35:00+08:00') }
const channel = createNotificationChannel({
  appId: APP_ID,
  account: ACCOUNT,
  sellerId: SELLER_ID,
  keyRing: async () => RING,
  clock,
})
const read = (body: Uint8Array | string) => channel.readNotification(Buffer.from(body))
const UNVERIFIED = { ok: false, reason: 'unverified' }

function without(fields: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

describe('what is not believed', () => {
  const bytes = notificationOf(PAID)
  const genuine = bytes.toString()

  it('any bit of the signature flipped', async () => {
    const { sign = '', ...rest } = signedFields(PAID)
    const whole = Buffer.from(sign, 'base64')
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const flipped = Buffer.from(whole)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expect(await read(formOf({ ...rest, sign: flipped.toString('base64') }))).toEqual(UNVERIFIED)
    }
  })

  it('any byte changed, unless the form says the same', async () => {
    const said = JSON.stringify(await read(genuine))
    let same = 0
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 0x01
      const answer = await read(changed)
      if (answer.ok) same += 1
      expect(answer.ok ? JSON.stringify(answer) : answer).toEqual(answer.ok ? said : UNVERIFIED)
    }
    expect(same).toBe(0)
  })

  it.each([
    ['a signature that kept sign_type', { ...signedFields(PAID, { over: { ...PAID, sign_type: 'RSA2' } }) }],
    ['a key of ours', signedFields(PAID, { key: APP.privateKey })],
    ['no signature', without(signedFields(PAID), 'sign')],
    ['an empty signature', { ...signedFields(PAID), sign: '' }],
    ['no sign_type', without(signedFields(PAID), 'sign_type')],
    ['a weaker sign_type', { ...signedFields(PAID), sign_type: 'RSA' }],
    ['another charset, signed', signedFields({ ...PAID, charset: 'GBK' })],
    ['a parameter more', { ...signedFields(PAID), extra: '1' }],
    ['another amount', { ...signedFields(PAID), total_amount: '8880.00' }],
  ])('%s', async (_, fields) => {
    expect(await read(formOf(fields))).toEqual(UNVERIFIED)
  })

  it.each([
    ['a field sent twice', `${genuine}&total_amount=0.01`],
    ['a field sent twice alike', `${genuine}&total_amount=88.80`],
    ['a field before the form', `total_amount=0.01&${genuine}`],
    ['an encoded name', genuine.replace('total_amount=', 'total%5Famount=')],
    ['an empty part', `${genuine}&`],
    ['a name alone', `${genuine}&extra`],
    ['an escape that is none', genuine.replace('88.80', '88.8%0')],
    ['bytes that are no UTF-8', genuine.replace('88.80', '88.80%ff')],
    ['a byte that is not encoded', genuine.replace('88.80', '88.80é')],
    ['a line end', `${genuine}\n`],
    ['a byte order mark', `\u{feff}${genuine}`],
    ['nothing', ''],
    ['JSON', JSON.stringify(signedFields(PAID))],
    ['too many fields', Array.from({ length: 201 }, (_, at) => `f${at}=1`).join('&')],
  ])('%s', async (_, body) => {
    expect(await read(body)).toEqual(UNVERIFIED)
  })

  it('but other ways to encode the same values say the same', async () => {
    const said = await read(genuine)
    const everyByte = genuine.replace(/(?<==)[^&]*/g, (value) =>
      Buffer.from(decodeURIComponent(value.replaceAll('+', ' ')))
        .toString('hex')
        .replace(/../g, '%$&'),
    )
    expect(said.ok).toBe(true)
    expect(await read(everyByte)).toEqual(said)
    expect(await read(genuine.replaceAll('+', '%20'))).toEqual(said)
    expect(await read(genuine.split('&').toReversed().join('&'))).toEqual(said)
  })

  it('the text of a cheap payment, cut into that of another', async () => {
    // Whoever chooses the body of an order pays a cent, and has this signed.
    const victim =
      'gmt_payment=2026-06-08 18:34:56&notify_id=2026060800222183457000000000000002&notify_type=trade_status_sync'
    const body = `x&charset=utf-8&${victim}&out_trade_no=VICTIM&seller_id=${SELLER_ID}&total_amount=9999.00&trade_no=2026&trade_status=TRADE_SUCCESS&zzz=`
    const cheap = { ...PAID, total_amount: '0.01', body }
    const { sign } = signedFields(cheap) as { sign: string }
    const text = signedText(Object.entries(cheap))
    const cutAt = text.indexOf('&zzz=') + 1
    const forged = Object.fromEntries([
      ...text
        .slice(0, cutAt - 1)
        .split('&')
        .map((part) => part.split(/=(.*)/s).slice(0, 2) as [string, string]),
      ['zzz', text.slice(cutAt + 4)],
    ])
    expect(signedText(Object.entries(forged))).toBe(text)
    expect(forged).toMatchObject({ out_trade_no: 'VICTIM', total_amount: '9999.00' })
    expect(await read(formOf({ ...forged, sign, sign_type: 'RSA2' }))).toEqual(UNVERIFIED)
  })
})
