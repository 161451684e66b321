/** Attacks 65 to 70, 73 and 74: on the notifications of Alipay. Its forms have no timestamp, no nonce and no length of a value. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signedText } from '#shared/alipay/signed-text.ts'
import { conflictKey } from '#shared/facts/fact-key.ts'
import { paymentSucceeded } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import { ACCOUNT, APP, APP_ID, formOf, SELLER_ID, signedFields } from '#test/alipay/alipay-keys.ts'
import type { Fields } from '#test/alipay/alipay-keys.ts'
import { attackedAlipay, TAKEN } from '../attacked-alipay.ts'
import type { AttackedAlipay } from '../attacked-alipay.ts'
import type { AttackedStack } from '../attacked-stack.ts'
import { alipayAnswerAttacks } from './alipay-answers.ts'

/** Enough of the signature's bytes; `test/alipay` turns every bit. */
const EACH = 16

let alipay: AttackedAlipay

/** Whatever it is: it must be answered alike, and leave nothing behind. */
async function expectUnverified(fields: Fields, ...bodies: readonly (Uint8Array | string)[]): Promise<void> {
  for (const body of bodies) {
    const { status, body: text } = await alipay.send(body)
    expect({ status, text }).toEqual({ status: 401, text: 'failure' })
  }
  expect(await alipay.paymentStored(fields['out_trade_no'] ?? '')).toBe(false)
}

function without(fields: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name))
}

function withSignature(fields: Fields, change: (bytes: Buffer) => Buffer): Buffer {
  const { sign = '', ...rest } = signedFields(fields)
  return formOf({ ...rest, sign: change(Buffer.from(sign, 'base64')).toString('base64') })
}

export function alipayAttacks(attacked: () => AttackedStack): void {
  beforeAll(async () => {
    alipay = await attackedAlipay(attacked())
  })
  afterAll(() => alipay?.stop())
  alipayAnswerAttacks(() => alipay)

  it('65 Alipay: a flipped bit of the signature, another amount, another key, a parameter more or less', async () => {
    const fields = alipay.fresh()
    const flips = Array.from({ length: 256 / EACH }, (_, index) =>
      withSignature(fields, (bytes) => bytes.fill(bytes[index * EACH]! ^ 1, index * EACH, index * EACH + 1)),
    )
    await expectUnverified(
      fields,
      ...flips,
      withSignature(fields, (bytes) => bytes.subarray(1)),
      withSignature(fields, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])),
      formOf({ ...signedFields(fields), total_amount: '8880.00' }),
      formOf(signedFields(fields, { key: APP.privateKey })),
      formOf({ ...signedFields(fields), extra: '1' }),
      formOf(without(signedFields(fields), 'seller_id')),
    )
    expect(await alipay.answered(withSignature(fields, (bytes) => bytes))).toEqual(TAKEN)
    expect(await alipay.paymentStored(fields['out_trade_no'] ?? '')).toBe(true)
  })

  it('66 Alipay: sign_type kept under the signature, weaker, or missing', async () => {
    const fields = alipay.fresh()
    await expectUnverified(
      fields,
      formOf(signedFields(fields, { over: { ...fields, sign_type: 'RSA2' } })),
      formOf({ ...signedFields(fields), sign_type: 'RSA' }),
      formOf({ ...signedFields(fields), sign_type: 'none' }),
      formOf(without(signedFields(fields), 'sign_type')),
      formOf(without(signedFields(fields), 'sign')),
    )
  })

  it('67 Alipay: a field sent twice, an encoded name, bytes that are no UTF-8, another charset', async () => {
    const fields = alipay.fresh()
    const genuine = alipay.genuine(fields).toString()
    await expectUnverified(
      fields,
      `${genuine}&total_amount=0.01`,
      `total_amount=0.01&${genuine}`,
      genuine.replace('total_amount=', 'total%5Famount='),
      genuine.replace('88.80', '88.80%ff'),
      genuine.replace('88.80', '88.8%0'),
      alipay.genuine({ ...fields, charset: 'GBK' }),
    )
  })

  it('68 Alipay: the signed text of a cheap payment, cut into the parameters of another', async () => {
    const victim = `charset=utf-8&notify_id=2026060800222183457000000000000002&notify_type=trade_status_sync&out_trade_no=VICTIM`
    const rest = `seller_id=${SELLER_ID}&total_amount=9999.00&trade_no=2026&trade_status=TRADE_SUCCESS&zzz=`
    const cheap = alipay.fresh({ total_amount: '0.01', body: `x&${victim}&${rest}` })
    const text = signedText(Object.entries(cheap))
    const [front = '', behind = ''] = text.split('&zzz=')
    const parts = front.split('&').map((part) => part.split(/=(.*)/s).slice(0, 2) as [string, string])
    const forged: Fields = Object.fromEntries([...parts, ['zzz', behind]])
    expect(signedText(Object.entries(forged))).toBe(text)
    const { sign = '' } = signedFields(cheap)
    await expectUnverified({ out_trade_no: 'VICTIM' }, formOf({ ...forged, sign, sign_type: 'RSA2' }))
  })

  it('69 Alipay: a replay is the same fact; another thing under its notify_id is kept beside it', async () => {
    const fields = alipay.fresh()
    const number = fields['out_trade_no'] ?? ''
    const bytes = alipay.genuine(fields)
    expect(await Promise.all(Array.from({ length: 20 }, () => alipay.answered(bytes)))).toEqual(
      Array.from({ length: 20 }, () => TAKEN),
    )
    const later = alipay.genuine({ ...fields, notify_time: '2026-06-09 10:00:00' })
    expect(await alipay.answered(later)).toEqual(TAKEN)
    const other = paymentSucceeded(
      { mchid: ACCOUNT, out_trade_no: number, source: 'notification', received_at: 1 },
      {
        appid: APP_ID,
        transaction_id: fields['trade_no'] ?? '',
        success_time: '',
        amount: { total: fen(100), currency: 'CNY' },
      },
    )
    const beside = conflictKey(other.fact_key, other.content_hash)
    expect(await alipay.isStored(beside)).toBe(false)
    expect(await alipay.answered(alipay.genuine({ ...fields, total_amount: '1.00' }))).toEqual(TAKEN)
    expect(await alipay.isStored(beside)).toBe(true)
  })

  it('70 Alipay: for another app or another seller', async () => {
    const fields = alipay.fresh()
    for (const foreign of [
      { ...fields, app_id: '2021001161683775' },
      { ...fields, seller_id: '2088531891668730' },
      without(fields, 'seller_id'),
    ])
      expect(await alipay.answered(alipay.genuine(foreign))).toEqual({ status: 400, body: 'failure' })
    expect(await alipay.paymentStored(fields['out_trade_no'] ?? '')).toBe(false)
  })

  it('73 Alipay: another method or type, a body that is compressed, or one of 64 KiB and a byte', async () => {
    const fields = alipay.fresh()
    const genuine = alipay.genuine(fields)
    const statuses = await Promise.all([
      alipay.send(genuine, { method: 'PUT' }),
      alipay.send(genuine, { 'content-type': 'application/json' }),
      alipay.send(genuine, { 'content-encoding': 'gzip' }),
      alipay.send(`${genuine.toString()}&x=${'1'.repeat(65_536 - genuine.length - 2)}`),
    ])
    expect(statuses.map(({ status }) => status)).toEqual([404, 415, 415, 413])
    expect(await alipay.paymentStored(fields['out_trade_no'] ?? '')).toBe(false)
  })

  it('74 Alipay: whoever a notification names, of whatever type or state, is in no table and in no log', async () => {
    const people = {
      buyer_id: 'CANARY-1',
      buyer_logon_id: 'CANARY-2',
      open_id: 'CANARY-3',
      payer_name: 'CANARY-4',
    }
    for (const told of [
      people,
      { ...people, notify_type: 'dut_user_sign', biz_content: '{"user":"CANARY-5"}', nickname: 'CANARY-6' },
      { ...people, trade_status: 'TRADE_PARKED', gmt_payment: '' },
      { ...people, total_amount: '0.001' },
    ])
      expect(await alipay.answered(alipay.genuine(alipay.fresh(told)))).toEqual(TAKEN)
    const stored = await alipay.storedFacts()
    expect(['dut_user_sign', 'TRADE_PARKED', 'malformed'].filter((word) => !stored.includes(word))).toEqual(
      [],
    )
    expect(`${stored}${alipay.lines.join('')}`).not.toContain('CANARY')
  })
}
