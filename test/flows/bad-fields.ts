/** Requests that break one rule each, and good ones to break. */
export const prepay = {
  channel: 'native',
  out_trade_no: 'BAD-INPUT-1',
  description: 'tea',
  amount: { total: 100 },
}
export const refund = { out_refund_no: 'BAD-REFUND-1', amount: { refund: 10 } }
export const hold = { by: 'li.wei', note: 'fraud?' }
export const release = { ...hold, hold: 'payment#1#2#SUCCESS', decision: 'dismiss' }
export const AMOUNTS: readonly (readonly [string, string])[] = [
  ['0', '0'],
  ['negative', '-1'],
  ['fractional', '1.5'],
  ['a string', '"100"'],
  ['above 2^53', '9007199254740993'],
  ['beyond all numbers', '1e400'],
  ['null', 'null'],
  ['a list', '[1]'],
]

interface Case {
  readonly name: string
  readonly path: string
  readonly body: unknown
  /** Expected in `errors`. */
  readonly field: string
}

const inPrepay = (name: string, field: string, change: object): Case => ({
  name: `prepay: ${name}`,
  path: '/v1/payments',
  body: { ...prepay, ...change },
  field,
})
export const REFUNDS = '/v1/payments/PAID-ORDER-1/refunds'
const inRefund = (name: string, field: string, change: object): Case => ({
  name: `refund: ${name}`,
  path: REFUNDS,
  body: { ...refund, ...change },
  field,
})
export const HOLD = '/v1/payments/PAID-ORDER-1/hold'
export const RELEASE = '/v1/payments/PAID-ORDER-1/release'

export const FIELDS: readonly Case[] = [
  inPrepay('no number', 'out_trade_no', { out_trade_no: undefined }),
  inPrepay('a number as a JSON number', 'out_trade_no', { out_trade_no: 123_456 }),
  inPrepay('a number too short', 'out_trade_no', { out_trade_no: 'A1234' }),
  inPrepay('a number too long', 'out_trade_no', { out_trade_no: 'A'.repeat(33) }),
  inPrepay('a number with a character outside of the rules', 'out_trade_no', { out_trade_no: 'ORDER 1234' }),
  inPrepay('a number in other letters', 'out_trade_no', { out_trade_no: '订单一二三四五六' }),
  inPrepay('no channel', 'channel', { channel: undefined }),
  inPrepay('an unknown channel', 'channel', { channel: 'micropay' }),
  inPrepay('no description', 'description', { description: undefined }),
  inPrepay('a description too long', 'description', { description: '茶'.repeat(128) }),
  inPrepay('a mistyped description', 'description', { description: { text: 'tea' } }),
  inPrepay('an unknown field', 'notify_url', { notify_url: 'https://evil.example' }),
  inPrepay('an unknown field in the amount', 'amount.tip', { amount: { total: 1, tip: 1 } }),
  inPrepay('no amount', 'amount', { amount: undefined }),
  inPrepay('another currency', 'amount.currency', { amount: { total: 1, currency: 'USD' } }),
  inPrepay('an appid that is not ours', 'appid', { appid: 'wx0000000000000bad' }),
  inPrepay('a time without a zone', 'time_expire', { time_expire: '2030-01-31T12:00:00' }),
  inPrepay('case 30: a time of 30 February', 'time_expire', { time_expire: '2030-02-30T12:00:00+08:00' }),
  inPrepay('a time in the past', 'time_expire', { time_expire: '2020-01-31T12:00:00+08:00' }),
  inPrepay('jsapi without a payer', 'payer', { channel: 'jsapi' }),
  inPrepay('h5 without its scene', 'scene_info', { channel: 'h5' }),
  inRefund('no number', 'out_refund_no', { out_refund_no: undefined }),
  inRefund('a number too long', 'out_refund_no', { out_refund_no: 'R'.repeat(65) }),
  inRefund('a number with a character outside of the rules', 'out_refund_no', { out_refund_no: 'R/1' }),
  inRefund('a total of the caller', 'amount.total', { amount: { refund: 1, total: 1000 } }),
  inRefund('a reason too long', 'reason', { reason: '冷'.repeat(27) }),
  inRefund('an unknown account', 'funds_account', { funds_account: 'MINE' }),
  inRefund('an unknown field', 'transaction_id', { transaction_id: '42' }),
  { name: 'hold: nobody signs', path: HOLD, body: { note: 'x' }, field: 'by' },
  { name: 'hold: a note too long', path: HOLD, body: { ...hold, note: 'x'.repeat(513) }, field: 'note' },
  { name: 'hold: an unknown field', path: HOLD, body: { ...hold, hold: 'x' }, field: 'hold' },
  { name: 'release: no hold', path: RELEASE, body: { ...release, hold: undefined }, field: 'hold' },
  {
    name: 'release: an unknown decision',
    path: RELEASE,
    body: { ...release, decision: 'maybe' },
    field: 'decision',
  },
  { name: 'close: a number too short', path: '/v1/payments/A1/close', body: {}, field: 'out_trade_no' },
  {
    name: 'refund: a path outside of the rules',
    path: '/v1/payments/A%20B%20C%20D/refunds',
    body: refund,
    field: 'out_trade_no',
  },
]
