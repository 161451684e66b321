import { describe, expect, it } from 'vitest'
import { readTradeBill } from '#shared/bills/trade-bill.ts'
import { readTrade as read } from './reading.ts'
import { cells, inChunks, paymentRow, TRADE_COLUMNS, TRADE_SUMS, tradeBill } from './sample-bill.ts'

const OLD_COLUMNS =
  '交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,企业红包金额,微信退款单号,商户退款单号,退款金额,企业红包退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率'
const OLD_ROW =
  '`2014-11-1016：33：45,`wx2421b1c4370ec43b,`10000100,`0,`1000,`1001690740201411100005734289,`1415640626,`085e9858e3ba5186aafcbaed1,`MICROPAY,`SUCCESS,`CFT,`CNY,`0.01,`0.0,`0,`0,`0,`0,`,`,`被扫支付测试,`订单额外描述,`0,`0.60%'
const OLD_REFUND =
  '`2016-05-04  02:18:18,`wx2421b1c4370ec43b,`10000100,`0,`,`1001690740201411100005734290,`1415640627,`o,`JSAPI,`REFUND,`CFT,`CNY,`0.00,`0.00,`2000,`R-1,`0.02,`0.00,`ORIGINAL,`SUCCESS,`茶,`,`0,`0.60%'
const OLD = [
  OLD_COLUMNS,
  OLD_ROW,
  OLD_REFUND,
  '总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额',
  '`2,`0.01,`0.02,`0.0,`0',
].join('\n')

describe('a trade bill', () => {
  it('gives its payments and refunds by their own numbers, in fen', async () => {
    const { bill, rows } = await read(tradeBill([{ number: 1, fen: 600 }], [{ number: 1, fen: 250 }]))
    expect(bill).toEqual({ layout: 'current', rows: 2 })
    const common = {
      appid: 'wxd678efh567hg6787',
      mchid: '1900000109',
      sub_mchid: undefined,
      transaction_id: '42000001',
      out_trade_no: 'ORDER-1',
      trade_type: 'JSAPI',
      currency: 'CNY',
    }
    expect(rows).toEqual([
      {
        ...common,
        kind: 'payment',
        line: 2,
        time: '2026-11-24T08:35:41+08:00',
        trade_state: 'SUCCESS',
        total: 600,
      },
      {
        ...common,
        kind: 'refund',
        line: 3,
        time: '2026-11-24T18:00:00+08:00',
        trade_state: 'REFUND',
        refund_id: '503001',
        out_refund_no: 'REFUND-1',
        refund: 250,
        refund_channel: 'ORIGINAL',
        refund_status: 'PROCESSING',
      },
    ])
  })

  it('keeps neither the payer nor what the merchant wrote', async () => {
    const { rows } = await read(tradeBill([{ number: 1, fen: 1, goods: 'canary goods', attach: 'canary' }]))
    expect(JSON.stringify(rows)).not.toMatch(/canary|oUpF8/)
  })

  it.each([1, 2, 3, 7, 61, 1000])('is the same in chunks of %i bytes', async (size) => {
    const text = tradeBill([
      { number: 1, fen: 600, goods: '一杯茶，热的' },
      { number: 2, fen: 1 },
    ])
    expect(await read(text, size)).toEqual(await read(text))
  })

  it('of an empty day has no rows', async () => {
    expect(await read(tradeBill([]))).toEqual({ bill: { layout: 'current', rows: 0 }, rows: [] })
  })

  it('waits for whoever takes a row', async () => {
    const order: string[] = []
    await readTradeBill(
      inChunks(
        tradeBill([
          { number: 1, fen: 1 },
          { number: 2, fen: 1 },
        ]),
      ),
      async ({ out_trade_no }) => {
        order.push(`begin ${out_trade_no}`)
        await new Promise((resolve) => setImmediate(resolve))
        order.push(`end ${out_trade_no}`)
      },
    )
    expect(order).toEqual(['begin ORDER-1', 'end ORDER-1', 'begin ORDER-2', 'end ORDER-2'])
  })

  it.each([
    ['a comma', 'tea, hot, with milk'],
    ['many commas', ',,,,,,,'],
    ['a boundary', 'tea,`hot'],
    ['boundaries and backticks', ',`,`,``a`,`'],
    ['an escaped comma', 'tea\\ hot'],
    ['quotes', '"tea","hot"'],
    ['nothing', ''],
    ['a summary', '总交易单数'],
  ])('may have %s in the goods and in the text of the merchant', async (_, text) => {
    for (const sold of [
      { number: 1, fen: 123, goods: text },
      { number: 1, fen: 123, attach: text },
      { number: 1, fen: 123, goods: text, attach: text },
    ]) {
      const { rows } = await read(tradeBill([sold], [sold]))
      expect(rows).toMatchObject([{ total: 123 }, { refund: 123, refund_status: 'PROCESSING' }])
    }
  })

  it('is read by the names of its columns, wherever they stand and whatever comes beside', async () => {
    const names = TRADE_COLUMNS.split(',')
    const moved = (row: string) =>
      [
        '`x',
        ...row
          .split(',`')
          .toReversed()
          .map((cell) => `\`${cell.replace('`', '')}`),
      ].join(',')
    const text = [
      ['新列', ...names.toReversed()].join(','),
      moved(paymentRow({ number: 1, fen: 600 })),
      TRADE_SUMS,
      cells(['1', '6.00', '0.00', '0.00', '0.00600', '6.00', '0.00']),
    ].join('\n')
    expect((await read(text)).rows).toMatchObject([{ kind: 'payment', total: 600, out_trade_no: 'ORDER-1' }])
  })

  it('may have a payment that was reversed, and states that nobody knows yet', async () => {
    const rows = ['REVOKED', 'FROZEN'].map((state) =>
      paymentRow({ number: 1, fen: 600 }).replace('`SUCCESS', `\`${state}`),
    )
    const sums = cells(['2', '12.00', '0.00', '0.00', '0.01200', '12.00', '0.00'])
    const { rows: told } = await read([TRADE_COLUMNS, ...rows, TRADE_SUMS, sums].join('\n'))
    expect(told).toMatchObject([
      { kind: 'other', trade_state: 'REVOKED' },
      { kind: 'other', trade_state: 'FROZEN' },
    ])
  })

  it('in the old layout of 24 columns is named so, and read', async () => {
    const { bill, rows } = await read(OLD)
    expect(bill).toEqual({ layout: 'old', rows: 2 })
    expect(rows).toMatchObject([
      { kind: 'payment', time: '2014-11-10T16:33:45+08:00', out_trade_no: '1415640626', total: 1 },
      { kind: 'refund', time: '2016-05-04T02:18:18+08:00', out_refund_no: 'R-1', refund: 2 },
    ])
    const coupons = OLD.replace('企业红包金额', '代金券或立减优惠金额')
      .replace('企业红包退款金额,退款类型', '代金券或立减优惠退款金额,退款类型')
      .replace('总企业红包退款金额', '总代金券或立减优惠退款金额')
    expect((await read(coupons)).bill).toEqual({ layout: 'old', rows: 2 })
  })

  it('adds decimals up exactly', async () => {
    const row = paymentRow({ number: 1, fen: 10 }).replace('`0.00600', '`0.00001')
    const rows = Array.from({ length: 3 }, () => row)
    const sums = cells(['3', '0.30', '0.00', '0.00', '0.00003', '0.30', '0.00'])
    expect((await read([TRADE_COLUMNS, ...rows, TRADE_SUMS, sums].join('\n'))).bill.rows).toBe(3)
  })
})
