import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { TRADE_COLUMNS, TRADE_SUMS } from '#test/bills/sample-bill.ts'
import { atHour, createBillingMerchant, readTrade, sha1 } from './support/bills.ts'
import type { BillingMerchant } from './support/bills.ts'
import { createCombiningMerchant, subBody } from './support/combined.ts'
import { APPID, MCHID, createMerchant, newNumber, prepayBody, refundBody } from './support/merchant.ts'
import type { Merchant } from './support/merchant.ts'

let simulator: Simulator
let merchant: Merchant
let billing: BillingMerchant
let date: string

const SUB = '1900000109'
const HOUR = 3_600_000
const [PAID, COUPON, RECHARGED, OTHER_DAY] = [newNumber(), newNumber(), newNumber(), newNumber()]
const [SLOW, CLOSED, FROM_BALANCE, CONSOLE] = ['SLOW-1', 'CLOSED-1', 'BALANCE-1', 'CONSOLE-1'] as const

async function pay(out_trade_no: string, total: number, change: Record<string, unknown> = {}): Promise<void> {
  const { coupon = 0, ...terms } = change
  const body = prepayBody({ out_trade_no, amount: { total, currency: 'CNY' }, ...terms })
  expect((await merchant.post('/v3/pay/transactions/native', body)).status).toBe(200)
  await simulator.control.pay({ out_trade_no, coupon: Number(coupon), openid: 'oPayer' })
}

async function refund(number: string, fen: number, change: Record<string, unknown>): Promise<void> {
  const orders = await simulator.control.orders()
  const { total } = orders.find((order) => order.out_trade_no === number)!.amount
  const body = refundBody(number, { amount: { refund: fen, total, currency: 'CNY' }, ...change })
  expect((await merchant.post('/v3/refund/domestic/refunds', body)).status).toBe(200)
}

/** One day of a merchant: paid at noon, refunded at two, at four and at six; and a payment after midnight. */
beforeAll(async () => {
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    refundDelayMs: 'manual',
  })
  merchant = createMerchant(simulator)
  billing = createBillingMerchant(simulator)
  date = await atHour(simulator, 12)
  await pay(PAID, 600, { attach: 'shop 7, 深圳', description: '茶,`两杯\n热' })
  await pay(COUPON, 1000, {
    coupon: 300,
    scene_info: { payer_client_ip: '14.17.22.32', device_id: 'POS1:1' },
  })
  await pay(RECHARGED, 500)
  await atHour(simulator, 14)
  await refund(PAID, 201, { out_refund_no: SLOW })
  await refund(COUPON, 500, { out_refund_no: CLOSED })
  await atHour(simulator, 16)
  await refund(RECHARGED, 500, { out_refund_no: FROM_BALANCE, funds_account: 'AVAILABLE' })
  await simulator.control.finishRefund(CLOSED, 'CLOSED')
  await atHour(simulator, 18)
  await simulator.control.refundElsewhere({ out_trade_no: PAID, amount: 99, out_refund_no: CONSOLE })
  const subs = [subBody({ sub_mchid: SUB, amount: { total_amount: 70, currency: 'CNY' } })]
  await createCombiningMerchant(simulator).paid(subs)
  await atHour(simulator, 1)
  await pay(OTHER_DAY, 100)
  await atHour(simulator, 10)
  // After the bill was made, which does not learn of it any more.
  await simulator.control.finishRefund(SLOW, 'SUCCESS')
})
afterAll(() => simulator.stop())

const linesOf = (text: string): readonly string[] => text.replace(/^\uFEFF/, '').split('\r\n')
/** The cells of the row that holds this number, by the names of their columns. */
function rowWith(text: string, number: string): Readonly<Record<string, string>> {
  const [names = '', ...rows] = linesOf(text)
  const cells = rows
    .filter((row) => row.startsWith('`'))
    .map((row) => row.slice(1).split(',`'))
    .find((row) => row.includes(number))!
  return Object.fromEntries(names.split(',').map((name, at) => [name, cells[at]!]))
}

describe('the trade bill', () => {
  it('has the bytes that WeChat documents, and its own hash', async () => {
    const { announced, text, type, signed } = await billing.bill('tradebill', `bill_date=${date}`)
    expect(announced.hash_type).toBe('SHA1')
    expect(announced.hash_value).toBe(sha1(text!))
    expect([type, signed]).toEqual(['text/plain', false])
    expect(text!.startsWith('\uFEFF交易时间,')).toBe(true)
    const lines = linesOf(text!)
    expect([lines[0], lines.at(-3), lines.at(-1)]).toEqual([TRADE_COLUMNS, TRADE_SUMS, ''])
    expect(lines).toHaveLength(11)
    expect(lines.at(-2)).toBe('`7.0,`21.70,`8.00,`1.50,`0.08000,`21.70,`8.00')
  })

  it('is read by the product, and its sums are those of its rows', async () => {
    const { text } = await billing.bill('tradebill', `bill_date=${date}&tar_type=GZIP`)
    const { bill, rows } = await readTrade(text!)
    expect(bill).toEqual({ layout: 'current', rows: 7 })
    const told = rows.map((row) =>
      row.kind === 'payment'
        ? [row.out_trade_no, row.total]
        : row.kind === 'refund' && [row.out_refund_no, row.refund, row.refund_status],
    )
    expect(told).toEqual([
      [PAID, 600],
      [COUPON, 1000],
      [RECHARGED, 500],
      [SLOW, 201, 'PROCESSING'],
      [CLOSED, 500, 'FAIL'],
      [CONSOLE, 99, 'SUCCESS'],
      [expect.any(String), 70],
    ])
    expect(rows.map((row) => row.sub_mchid)).toEqual([...Array.from({ length: 6 }, () => undefined), SUB])
    expect(rows[0]!.time).toMatch(new RegExp(`^${date}T12:0\\d:\\d\\d\\+08:00$`))
  })

  it('writes a payment as its time, parties, money and words', async () => {
    const { text } = await billing.bill('tradebill', `bill_date=${date}`)
    expect(rowWith(text!, COUPON)).toMatchObject({
      交易时间: expect.stringMatching(new RegExp(`^${date} 12:0\\d:\\d\\d$`)),
      公众账号ID: APPID,
      商户号: MCHID,
      特约商户号: '0',
      设备号: 'POS1:1',
      用户标识: 'oPayer',
      交易类型: 'NATIVE',
      交易状态: 'SUCCESS',
      付款银行: 'OTHERS',
      货币种类: 'CNY',
      应结订单金额: '10.00',
      代金券金额: '3.00',
      微信退款单号: '0',
      商户退款单号: '0',
      退款金额: '0.00',
      退款类型: '',
      退款状态: '',
      手续费: '0.06000',
      费率: '0.60%',
      订单金额: '10.00',
      申请退款金额: '0.00',
      费率备注: '',
    })
    // Its fee is 3.6 fen.
    expect(text).toContain(',`茶,`两杯\\n热,`shop 7, 深圳,`0.04000,`0.60%,`6.00,`')
  })

  it('writes a refund by when it was accepted, with what goes back into coupons', async () => {
    const { text } = await billing.bill('tradebill', `bill_date=${date}`)
    expect(rowWith(text!, CLOSED)).toMatchObject({
      交易时间: expect.stringMatching(/ 14:0\d:\d\d$/),
      商户订单号: COUPON,
      交易状态: 'REFUND',
      应结订单金额: '0.00',
      代金券金额: '0.00',
      微信退款单号: expect.stringMatching(/^50\d{27}$/),
      退款金额: '5.00',
      充值券退款金额: '1.50',
      退款类型: 'ORIGINAL',
      退款状态: 'FAIL',
      手续费: '-0.03000',
      订单金额: '0.00',
      申请退款金额: '5.00',
    })
  })

  it.each([
    ['SUCCESS', 20, 4, [PAID, COUPON, RECHARGED]],
    ['REFUND', 29, 7, [SLOW, CLOSED, CONSOLE]],
    ['RECHARGE_REFUND', 29, 7, [FROM_BALANCE]],
  ])('of type %s has %i columns, %i sums and its own rows', async (type, columns, sums, numbers) => {
    const { text } = await billing.bill('tradebill', `bill_date=${date}&bill_type=${type}`)
    const lines = linesOf(text!)
    expect([lines[0]!.split(',').length, lines.at(-3)!.split(',').length]).toEqual([columns, sums])
    for (const number of numbers) expect(text).toContain(`,\`${number},`)
    for (const other of [SLOW, CLOSED, CONSOLE, FROM_BALANCE].filter((number) => !numbers.includes(number)))
      expect(text).not.toContain(`,\`${other},`)
  })

  it('of refunds has when they succeeded, as far as that was known in the morning', async () => {
    const { text } = await billing.bill('tradebill', `bill_date=${date}&bill_type=REFUND`)
    expect(rowWith(text!, SLOW)).toMatchObject({ 退款成功时间: '', 退款状态: 'PROCESSING' })
    expect(rowWith(text!, CONSOLE)).toMatchObject({
      退款申请时间: expect.stringMatching(/ 18:0\d:\d\d$/),
      退款成功时间: expect.stringMatching(/ 18:0\d:\d\d$/),
    })
  })

  it('of a sub-merchant has its rows alone', async () => {
    const { text } = await billing.bill('tradebill', `bill_date=${date}&sub_mchid=${SUB}`)
    const { rows } = await readTrade(text!)
    expect(rows.map((row) => [row.kind, row.mchid, row.sub_mchid])).toEqual([['payment', MCHID, SUB]])
  })

  it('of the next day has what came after midnight, and comes only then', async () => {
    await atHour(simulator, 9)
    const next = new Date(Date.parse(date) + 24 * HOUR).toISOString().slice(0, 10)
    const early = await billing.apply('tradebill', `bill_date=${next}`)
    expect([early.status, early.json.code]).toEqual([400, 'STATEMENT_CREATING'])
    await atHour(simulator, 10)
    const { text } = await billing.bill('tradebill', `bill_date=${next}`)
    expect((await readTrade(text!)).rows.map((row) => row.out_trade_no)).toEqual([OTHER_DAY])
  })
})
