import { describe, expect, it } from 'vitest'
import { readFundFlowBill } from '#shared/bills/fund-flow-bill.ts'
import type { FundFlowRow } from '#shared/bills/fund-flow-bill.ts'
import { cells, FUND_COLUMNS, FUND_SUMS, inChunks } from './sample-bill.ts'

async function read(text: string) {
  const rows: FundFlowRow[] = []
  const bill = await readFundFlowBill(inChunks(text, 100), (row) => void rows.push(row))
  return { bill, rows }
}

const OUT = [
  '2018-02-01 04:21:23',
  '50000305742018020103387128253',
  '1900009231201802015884652186',
  '退款',
  '退款',
  '支出',
  '0.02',
  '0.17',
  'system',
  '缺货',
  'REF4200000068201801293084726067',
]
const IN = [
  '2018-02-01 05:00:00',
  '4200000068',
  '1900009231201802015884652187',
  '交易',
  '交易',
  '收入',
  '0.35',
  '0.52',
  '1900000109API',
  '',
  '',
]
const bill = (rows: readonly (readonly string[])[], sums: readonly string[]) =>
  `\uFEFF${[FUND_COLUMNS, ...rows.map((row) => cells(row)), FUND_SUMS, cells(sums)].join('\r\n')}\r\n`
const good = bill([OUT, IN], ['2.0', '1.0', '0.35', '1.0', '0.02'])

describe('a fund-flow bill', () => {
  it('gives what came in and what went out', async () => {
    const { bill: told, rows } = await read(good)
    expect(told).toEqual({ rows: 2, in: { rows: 1, amount: 35 }, out: { rows: 1, amount: 2 } })
    expect(rows).toEqual([
      {
        line: 2,
        time: '2018-02-01T04:21:23+08:00',
        business_id: '50000305742018020103387128253',
        flow_id: '1900009231201802015884652186',
        business_name: '退款',
        business_type: '退款',
        direction: 'out',
        amount: 2,
        voucher: 'REF4200000068201801293084726067',
      },
      expect.objectContaining({ direction: 'in', amount: 35, voucher: undefined }),
    ])
  })

  it.each(['缺货, 退款', '退款总金额0.01元;含手续费0.00元', 'a,`b', String.raw`a\1b\n`])(
    'may have %s for a remark, which is not kept',
    async (remark) => {
      const { rows } = await read(bill([OUT.with(9, remark)], ['1', '0', '0.00', '1', '0.02']))
      expect(rows).toMatchObject([{ voucher: 'REF4200000068201801293084726067', amount: 2 }])
      expect(JSON.stringify(rows)).not.toMatch(/缺货|system|手续费/)
    },
  )

  it.each([
    ['another count', good.replace('`2.0,', '`3.0,'), 'sums_differ: 资金流水总笔数'],
    ['another count of what came in', good.replace('`1.0,`0.35', '`2.0,`0.35'), 'sums_differ: 收入笔数'],
    ['another sum of what came in', good.replace('`1.0,`0.35', '`1.0,`0.36'), 'sums_differ: 收入金额'],
    ['another sum of what went out', good.replace('`0.02\r\n', '`0.03\r\n'), 'sums_differ: 支出金额'],
    ['a direction that is none', good.replace('`支出', '`转出'), 'row_malformed: 收支类型, line 2'],
    [
      'an amount below nothing',
      good.replace('`0.02,`0.17', '`-0.02,`0.17'),
      'row_malformed: 收支金额(元), line 2',
    ],
    ['half a fen', good.replace('`0.02,`0.17', '`0.025,`0.17'), 'row_malformed: 收支金额(元), line 2'],
    ['no sums', good.slice(0, good.indexOf('资金流水总笔数')), 'cut_short'],
    ['another header', good.replace('资金流水单号', '流水'), 'unknown_layout: 资金流水单号'],
  ])('is refused with %s', async (_, text, told) => {
    await expect(read(text)).rejects.toThrow(told)
  })
})
