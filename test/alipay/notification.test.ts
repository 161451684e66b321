import { describe, expect, it } from 'vitest'
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { createNotificationChannel } from '#shared/alipay/notification.ts'
import type { ReadNotification } from '#shared/orders/notification-channel.ts'
import { str, vector } from '#test/support/vectors.ts'
import { ACCOUNT, APP_ID, formOf, notificationOf, PAID, RING, SELLER_ID } from './alipay-keys.ts'
import type { Fields } from './alipay-keys.ts'

const clock = { now: () => Date.parse('2026-06-08T18:35:00+08:00') }
const app = { appId: APP_ID, account: ACCOUNT, sellerId: SELLER_ID }
const channel = createNotificationChannel({ ...app, keyRing: async () => RING, clock })

const read = (body: Uint8Array | string) => channel.readNotification(Buffer.from(body))
const UNVERIFIED = { ok: false, reason: 'unverified' }

function told(read: ReadNotification) {
  if (!read.ok) throw new Error(`refused: ${read.reason}`)
  return read.told
}

function without(fields: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

const { parameters } = vector('sdk-notification') as unknown as { parameters: Fields }
const ring = createAlipayKeyRing([{ kind: 'public_key', pem: str(vector('sdk-notification'), 'public_key') }])
const appId = '2019073166072302'
const theirs = createNotificationChannel({
  appId,
  account: `alipay:${appId}`,
  keyRing: async () => ring,
  clock,
})

describe('the public notification', () => {
  it('verifies, and tells a payment', async () => {
    expect(await theirs.readNotification(formOf(parameters))).toMatchObject({
      ok: true,
      id: '2019081500222155624068450559358070',
      told: [
        {
          kind: 'payment',
          transaction: {
            appid: appId,
            mchid: `alipay:${appId}`,
            out_trade_no: '20190815155618536-564-57',
            transaction_id: '2019081522001468450512505578',
            trade_state: 'SUCCESS',
            success_time: '2019-08-15T15:56:24+08:00',
            amount: { total: 10, payer_total: 10, currency: 'CNY' },
          },
        },
      ],
    })
  })

  it.each(Object.keys(parameters).filter((name) => name !== 'sign'))(
    'does not verify with another %s',
    async (name) => {
      const changed = { ...parameters, [name]: `${parameters[name]}1` }
      expect(await theirs.readNotification(formOf(changed))).toEqual(UNVERIFIED)
      expect(await theirs.readNotification(formOf(without(parameters, name)))).toEqual(UNVERIFIED)
    },
  )
})

describe('a bit of the public notification', () => {
  const { sign = '', ...rest } = parameters

  it('turned in any byte of what it says, name or value, leaves nothing to believe', async () => {
    for (const [name, value] of Object.entries(rest))
      for (const turned of [
        ...turnedIn(name).map((each) => [each, value]),
        ...turnedIn(value).map((each) => [name, each]),
      ])
        expect(await readOf({ ...without(rest, name), [turned[0]!]: turned[1]!, sign })).toEqual(UNVERIFIED)
  })

  it('turned in any byte of its signature leaves nothing to believe', async () => {
    const bytes = Buffer.from(sign, 'base64')
    for (let at = 0; at < bytes.length; at += 1) {
      const turned = Buffer.from(bytes)
      turned[at]! ^= 1 << (at & 7)
      expect(await readOf({ ...rest, sign: turned.toString('base64') })).toEqual(UNVERIFIED)
    }
  })

  /** Another bit of each byte. */
  function turnedIn(text: string): readonly string[] {
    const bytes = Buffer.from(text)
    return [...bytes.keys()].map((at) => {
      const turned = Buffer.from(bytes)
      turned[at]! ^= 1 << (at % 7)
      return turned.toString('latin1')
    })
  }

  const readOf = (fields: Fields) => theirs.readNotification(formOf(fields))
})

describe('a notification', () => {
  it('tells a payment in fen, and nothing of the payer', async () => {
    const answer = await read(notificationOf({ ...PAID, passback_params: encodeURIComponent('a=1&b=中') }))
    expect(told(answer)).toEqual([
      {
        kind: 'payment',
        transaction: {
          appid: APP_ID,
          mchid: ACCOUNT,
          out_trade_no: 'ORDER-0001',
          transaction_id: '2026060822001400000000000001',
          trade_state: 'SUCCESS',
          success_time: '2026-06-08T18:34:56+08:00',
          amount: { total: 8880, payer_total: 8000, currency: 'CNY' },
          attach: 'a=1&b=中',
        },
      },
    ])
    expect(JSON.stringify(answer)).not.toContain(PAID['buyer_id'])
  })

  it.each([
    ['WAIT_BUYER_PAY', { gmt_payment: '' }, 'NOTPAY'],
    ['TRADE_FINISHED', {}, 'SUCCESS'],
    ['TRADE_CLOSED', { gmt_payment: '' }, 'CLOSED'],
    ['TRADE_CLOSED', {}, 'REFUND'],
    ['TRADE_SUCCESS', { refund_fee: '1.00', gmt_refund: '2026-06-09 10:00:00' }, 'REFUND'],
    ['TRADE_FROZEN', { gmt_payment: '' }, 'TRADE_FROZEN'],
  ])('of state %s with %j tells %s', async (trade_status, more, expected) => {
    const fields = { ...PAID, trade_status, ...more }
    const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
    const [first, ...others] = told(await read(notificationOf(present)))
    expect(first).toMatchObject({ kind: 'payment', transaction: { trade_state: expected } })
    expect(others).toEqual([])
  })

  it.each(['TRADE_SUCCESS', 'TRADE_CLOSED'])(
    'of a refund (%s) tells the payment, and names the refund without an amount',
    async (trade_status) => {
      const refund = { refund_fee: '10.00', gmt_refund: '2026-06-09 10:00:00.123', out_biz_no: 'REFUND@1' }
      expect(told(await read(notificationOf({ ...PAID, trade_status, ...refund })))).toMatchObject([
        { kind: 'payment', transaction: { trade_state: 'SUCCESS', amount: { total: 8880 } } },
        { kind: 'refund_named', out_trade_no: 'ORDER-0001', out_refund_no: 'REFUND@1' },
      ])
    },
  )

  it('of another type is authentic, needs nothing of a trade, and names what it says of people', async () => {
    const other = { ...without(PAID, 'out_trade_no'), notify_type: 'dut_user_sign', alipay_user_id: '2088' }
    expect(await read(notificationOf(other))).toMatchObject({
      ok: true,
      id: PAID['notify_id'],
      type: 'dut_user_sign',
      told: [],
      fields: { trade_no: PAID['trade_no'] },
      left_out: ['alipay_user_id', 'buyer_id', 'fund_bill_list', 'subject'],
    })
  })

  it.each(['', 'a b', 'x'.repeat(65)])('of the type %j is of none that has a name', async (notify_type) => {
    expect(await read(notificationOf({ ...PAID, notify_type }))).toMatchObject({ type: 'untyped', told: [] })
  })

  it.each([
    ['paid', { total_amount: '0.001' }, ['TRADE_FROZEN']],
    ['of no number', { trade_no: '', total_amount: '' }, ['TRADE_FROZEN']],
    ['refunded', { refund_fee: '1.00' }, ['REFUND', 'TRADE_FROZEN']],
  ])('of an unknown state that is %s needs no more than its order', async (_, more, states) => {
    const fields = { ...PAID, trade_status: 'TRADE_FROZEN', ...more }
    expect(told(await read(notificationOf(fields)))).toMatchObject(
      states.map((trade_state) => ({ transaction: { trade_state } })),
    )
  })

  it('of an unknown state that names a refund says all three', async () => {
    const fields = { ...PAID, trade_status: 'TRADE_FROZEN', out_biz_no: 'R1', refund_fee: '1.00' }
    expect(told(await read(notificationOf(fields)))).toMatchObject([
      { kind: 'payment', transaction: { trade_state: 'SUCCESS', amount: { total: 8880 } } },
      { kind: 'refund_named', out_refund_no: 'R1' },
      { kind: 'payment', transaction: { trade_state: 'TRADE_FROZEN' } },
    ])
  })

  it.each(['SUCCESS', 'CLOSED', 'REFUND'])(
    "of the state %s, which is a word of WeChat's, asserts nothing by it",
    async (trade_status) => {
      expect(told(await read(notificationOf({ ...PAID, trade_status })))).toMatchObject([
        { transaction: { trade_state: `ALIPAY_${trade_status}` } },
      ])
    },
  )

  it('says the same in each repetition, and another thing when anything but its time changes', async () => {
    const contentOf = async (fields: Fields) => {
      const answer = await read(notificationOf(fields))
      return answer.ok ? answer.content : undefined
    }
    const first = await contentOf(PAID)
    expect(first).toMatch(/^[0-9a-f]{64}$/)
    expect(await contentOf({ ...PAID, notify_time: '2026-06-08 19:00:00' })).toBe(first)
    expect(await contentOf({ ...PAID, total_amount: '88.81' })).not.toBe(first)
  })

  it.each([
    ['app_id', { app_id: '2021001161683775' }],
    ['app_id', { app_id: '' }],
    ['seller_id', { seller_id: '2088531891668730' }],
    ['seller_id', { seller_id: '' }],
  ])('whose %s is that of %j is refused by name', async (field, change) => {
    const foreign = { ok: false, reason: 'foreign', field }
    expect(await read(notificationOf({ ...PAID, ...change }))).toEqual(foreign)
  })

  it.each([
    ['out_trade_no', { out_trade_no: '' }],
    ['out_trade_no', { out_trade_no: 'a#b' }],
    ['trade_status', { trade_status: '' }],
    ['trade_no', { trade_no: '' }],
    ['total_amount', { total_amount: '' }],
    ['total_amount', { total_amount: '0.00' }],
    ['total_amount', { total_amount: '0.001' }],
  ])('whose %s is not as documented (%j) tells nothing, and says so', async (malformed, change) => {
    const fields = { ...PAID, ...change }
    expect(await read(notificationOf(fields))).toMatchObject({ ok: true, told: [], malformed })
  })

  it.each(['', 'a b', 'x'.repeat(129)])('of the id %j is one without', async (notify_id) => {
    const answer = await read(notificationOf({ ...PAID, notify_id }))
    expect([answer.ok, answer.ok && answer.id, told(answer).length]).toEqual([true, undefined, 1])
  })

  it('keeps a payment whose kept fields are of another form', async () => {
    const odd = { ...PAID, gmt_payment: '2026-02-30 00:00:00', buyer_pay_amount: 'x', passback_params: '%zz' }
    const [first] = told(await read(notificationOf(odd)))
    expect(first).toMatchObject({ transaction: { trade_state: 'SUCCESS', attach: '%zz' } })
    expect(first).not.toHaveProperty('transaction.success_time')
  })
})

it('is answered to the letter', () => {
  expect([channel.taken, channel.notTaken]).toEqual(['success', 'failure'])
})
