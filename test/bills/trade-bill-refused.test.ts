import { describe, expect, it } from 'vitest'
import type { BillError } from '#shared/bills/bill-error.ts'
import { readTradeBill } from '#shared/bills/trade-bill.ts'
import { readTrade } from './reading.ts'
import { cells, inChunks, refundRow, TRADE_COLUMNS, TRADE_SUMS, tradeBill } from './sample-bill.ts'

const problemOf = (text: string | Uint8Array): Promise<BillError> =>
  readTrade(text).then(
    () => Promise.reject(new Error('the bill was read')),
    (error: BillError) => error,
  )

describe('a trade bill is refused', () => {
  const good = tradeBill([{ number: 1, fen: 600 }], [{ number: 1, fen: 250 }])

  it.each<[string, string | Uint8Array, string]>([
    ['without its last line', good.slice(0, good.lastIndexOf('`2.0')), 'cut_short'],
    ['without its summary', good.slice(0, good.indexOf('总交易单数')), 'cut_short'],
    ['that is empty', '', 'cut_short'],
    ['that is a page', '<html></html>', 'unknown_layout: 总金额'],
    ['with a row less', good.replace(/`2026-11-24 08.*\r\n/, ''), 'sums_differ: 总交易单数'],
    ['with a row twice', good.replace(/(`2026-11-24 08.*\r\n)/, '$1$1'), 'sums_differ: 总交易单数'],
    ['with another total', good.replace('`6.00,`0.00,`\r\n', '`6.01,`0.00,`\r\n'), 'sums_differ: 订单总金额'],
    ['with another fee', good.replace('0.00600', '0.00601'), 'sums_differ: 手续费总金额'],
    ['with another sum', good.replace('`2.50\r\n', '`2.51\r\n'), 'sums_differ: 申请退款总金额'],
    ['with a sum that is no amount', good.replace('`2.50\r\n', '`\r\n'), 'sums_differ: 申请退款总金额'],
    ['without a count', good.replace('总交易单数,', '笔数,'), 'cut_short: 总交易单数'],
    ['with half a count', good.replace('`2.0,', '`2.5,'), 'sums_differ: 总交易单数'],
    ['with a sum too few', good.replace(',`2.50\r\n', '\r\n'), 'row_malformed'],
    ['with a cell too few', good.replace('`JSAPI,', ''), 'row_malformed: line 2'],
    [
      'with half a fen',
      good.replace('`6.00,`0.00,`\r\n', '`6.001,`0.00,`\r\n'),
      'row_malformed: 订单金额, line 2',
    ],
    ['with a payment below nothing', good.replaceAll('`6.00', '`-6.00'), 'row_malformed: 订单金额, line 2'],
    ['with an exponent', good.replaceAll('`6.00', '`6e0'), 'row_malformed: 应结订单金额, line 2'],
    ['with full-width digits', good.replaceAll('`6.00', '`６.00'), 'row_malformed: 应结订单金额, line 2'],
    ['with six decimals', good.replace('0.00600', '0.006000'), 'row_malformed: 手续费, line 2'],
    [
      'with an endless amount',
      good.replaceAll('`6.00', `\`${'6'.repeat(14)}`),
      'row_malformed: 应结订单金额, line 2',
    ],
    ['without an order number', good.replace('`ORDER-1', '`'), 'row_malformed: 商户订单号, line 2'],
    ['without a refund number', good.replace('`REFUND-1', '`0'), 'row_malformed: 商户退款单号, line 3'],
    [
      'with a time that is none',
      good.replace('2026-11-24 08:35:41', '昨天'),
      'row_malformed: 交易时间, line 2',
    ],
    [
      'without a column that is needed',
      good.replace('商户退款单号,', '别的单号,'),
      'unknown_layout: 商户退款单号',
    ],
    ['with more behind its sums', `${good}\`1,\`2\r\n`, 'row_malformed: line 6'],
    ['that is not UTF-8', Buffer.concat([Buffer.from(good), Buffer.from([0xff])]), 'not_readable'],
    ['with a line without end', `${TRADE_COLUMNS}\n\`${'x'.repeat(200_000)}`, 'not_readable'],
  ])('%s', async (_, text, told) => {
    const error = await problemOf(text)
    expect(error).toMatchObject({ name: 'BillError', message: expect.stringContaining(told) })
    expect(error.message).not.toMatch(/ORDER-1|oUpF8|6\.0/)
  })

  it('in the form of one kind only, which has no refunds', async () => {
    const success = TRADE_COLUMNS.split(',')
      .filter((name) => !name.includes('退款'))
      .join(',')
    expect((await problemOf(`${success}\n${TRADE_SUMS}\n\`0,\`0,\`0,\`0,\`0,\`0,\`0`)).problem).toBe(
      'unknown_layout',
    )
  })

  it('when whoever takes its rows fails', async () => {
    const failing = readTradeBill(inChunks(good), async () => Promise.reject(new Error('table')))
    await expect(failing).rejects.toThrow('table')
  })

  it('never for a refund row that looks like a payment', async () => {
    const row = refundRow({ number: 1, fen: 250 }).replace('`REFUND,', '`SUCCESS,')
    const sums = cells(['1', '0.00', '2.50', '0.00', '-0.00100', '0.00', '2.50'])
    const { rows } = await readTrade([TRADE_COLUMNS, row, TRADE_SUMS, sums].join('\n'))
    expect(rows).toMatchObject([{ kind: 'payment', total: 0 }])
  })
})
