import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { archivedFile } from '#shared/alipay/bills/archived-file.ts'
import { readBusinessBill } from '#shared/alipay/bills/business-bill.ts'
import { BillError } from '#shared/bills/bill-error.ts'
import type { TradeRow } from '#shared/orders/bill-channel.ts'
import { gbk } from '#simulator/alipay/gbk.ts'
import { zipFile } from '#simulator/alipay/zip-file.ts'
import { ACCOUNT } from './alipay-keys.ts'

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof BillError) return error.message
  throw new Error('expected a BillError', { cause: error })
}

const name = (text: string) => Buffer.from(text)
const notes = { name: name('notes.csv'), content: Buffer.from('中文'.repeat(5000)) }
const other = { name: name('summary.csv'), content: Buffer.from('x'.repeat(70_000)) }

async function fileIn(archive: Uint8Array, { size = 1000, maxBytes = 1_000_000 } = {}): Promise<Buffer> {
  const isWanted = (each: Buffer) => each.equals(notes.name)
  const parts: Uint8Array[] = []
  for await (const part of archivedFile(inPieces(archive, size), { isWanted, maxBytes })) parts.push(part)
  return Buffer.concat(parts)
}

/** As writers of streams do: nothing in front, the length behind. */
function streamed({ name, content }: typeof notes, { signed = true, crc = crc32(content) } = {}): Buffer {
  const packed = deflateRawSync(content)
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50)
  head.writeUInt16LE(8, 6)
  head.writeUInt16LE(8, 8)
  head.writeUInt16LE(name.length, 26)
  const tail = Buffer.alloc(16)
  tail.writeUInt32LE(0x08074b50)
  tail.writeUInt32LE(crc, 4)
  tail.writeUInt32LE(packed.length, 8)
  tail.writeUInt32LE(content.length, 12)
  return Buffer.concat([head, name, packed, signed ? tail : tail.subarray(4)])
}

describe('a file in an archive', () => {
  const archive = zipFile([other, notes])

  it('is found, in whatever pieces it comes', async () => {
    for (const size of [1, 7, 1000, archive.length])
      expect(await fileIn(archive, { size })).toEqual(notes.content)
  })

  it('may say its length behind itself, with a signature or without', async () => {
    for (const signed of [true, false]) {
      const whole = Buffer.concat([streamed(other, { signed }), streamed(notes, { signed })])
      for (const size of [1, 13, 70_000]) expect(await fileIn(whole, { size })).toEqual(notes.content)
    }
  })

  it.each([
    ['another archive', zipFile([other])],
    ['an empty archive', zipFile([])],
    ['a page', Buffer.from('<html>下载超时，请重新下载</html>')],
    ['nothing', Buffer.alloc(0)],
    ['another sum behind it', streamed(notes, { crc: 1 })],
    ['no end', archive.subarray(0, archive.length >> 2)],
    ['an encrypted file', Buffer.from(zipFile([notes])).fill(1, 6, 7)],
    ['a stored file', Buffer.from(zipFile([notes])).fill(0, 8, 9)],
  ])('is not read from %s', async (_, bytes) => {
    expect(await problemOf(fileIn(bytes))).toBe('not_readable')
  })

  it('is no longer than it may be, however small it was packed', async () => {
    const bomb = zipFile([{ name: name('bomb'), content: Buffer.alloc(3_000_000) }, notes])
    expect(bomb.length).toBeLessThan(5000)
    expect(await problemOf(fileIn(bomb))).toBe('too_large')
    expect(await problemOf(fileIn(zipFile([notes]), { maxBytes: 100 }))).toBe('too_large')
  })

  it('is not the seventeenth', async () => {
    const many = Array.from({ length: 16 }, () => ({ name: name('x'), content: Buffer.from('x') }))
    expect(await problemOf(fileIn(zipFile([...many, notes])))).toBe('not_readable')
  })

  it('is refused or the same, whatever byte of the archive is changed', async () => {
    const small = zipFile([{ ...notes, content: Buffer.from('中文,1,2,3\n'.repeat(9)) }])
    const content = await fileIn(small)
    const property = fc.asyncProperty(
      fc.nat(small.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, bits) => {
        const changed = Buffer.from(small)
        changed[at]! ^= bits
        const read = await fileIn(changed).catch((error: unknown) => error)
        expect(read instanceof BillError || content.equals(read as Buffer)).toBe(true)
      },
    )
    await fc.assert(property, { numRuns: 150 })
  })
})

const HEAD =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'
const PAID =
  '2026060822001\t,ORDER-1\t,交易,茶, 绿的,2026-06-08 10:00:00,2026-06-08 10:00:30,,,,,*三\t,88.80,88.80,0.00,0.00,0.00,0.00,0.00,,0.00,0.00,,-0.53,0.00,'
const BACK =
  '2026060822001\t,ORDER-1\t,退款,茶,2026-06-08 10:00:00,2026-06-08 11:00:00,,,,,*三\t,-8.80,-8.80,0.00,0.00,0.00,0.00,0.00,,0.00,0.00,R@1\t,0.05,0.00,'
const ENDS = '#-----------------------------------------业务明细列表结束------------------------------------'
const SUMS = [
  '#交易合计：1笔，商家实收共88.80元，商家优惠共0.00元',
  '#退款合计：1笔，商家实收退款共-8.80元，商家优惠退款共0.00元',
]
const WHOLE = [
  '#支付宝业务明细查询',
  '#账号：[20880000000000000156]',
  HEAD,
  PAID,
  BACK,
  ENDS,
  ...SUMS,
  '#导出时间：[2026年06月09日 06:27:10]',
  '',
]

async function rowsOf(lines: readonly string[], size = 97) {
  const rows: TradeRow[] = []
  const told = await readBusinessBill(
    inPieces(gbk(lines.join('\r\n')), size),
    ACCOUNT,
    (row) => void rows.push(row),
  )
  return { ...told, seen: rows }
}
const changed = (from: string, to: string) => WHOLE.map((line) => line.replace(from, to))

describe('a day of business', () => {
  it('gives its payments and refunds in fen', async () => {
    const common = {
      mchid: ACCOUNT,
      transaction_id: '2026060822001',
      out_trade_no: 'ORDER-1',
      currency: 'CNY',
    }
    expect(await rowsOf(WHOLE)).toEqual({
      rows: 2,
      seen: [
        expect.objectContaining({
          ...common,
          kind: 'payment',
          line: 4,
          time: '2026-06-08T10:00:30+08:00',
          total: 8880,
        }),
        expect.objectContaining({
          ...common,
          kind: 'refund',
          line: 5,
          time: '2026-06-08T11:00:00+08:00',
          out_refund_no: 'R@1',
          refund_id: 'R@1',
          refund: 880,
          refund_status: 'SUCCESS',
        }),
      ],
    })
    for (const size of [1, 2, 3, 100_000]) expect((await rowsOf(WHOLE, size)).rows).toBe(2)
  })

  it('may write its units in two ways, and have rows of other kinds', async () => {
    const others = changed(PAID, `${PAID}\r\n${PAID.replace('交易', '其他')}`)
    const { rows, seen } = await rowsOf(others.map((line) => line.replaceAll('（元）', '(元)')))
    expect([rows, seen[1]?.kind]).toEqual([3, 'other'])
  })

  it.each([
    ['nothing', [''], 'unknown_layout: 支付宝交易号'],
    ['no column of requests', changed('退款批次号/请求号', '其他'), 'unknown_layout: 退款批次号/请求号'],
    ['no end', WHOLE.slice(0, 5), 'cut_short: line 5'],
    ['no sums', WHOLE.slice(0, 6), 'cut_short: line 6'],
    ['a row behind the end', [...WHOLE.slice(0, 6), PAID], 'row_malformed: line 7'],
    ['a row too short', changed(BACK, '1,2,3'), 'row_malformed: line 5'],
    ['an amount that is none', changed(',88.80,88.80', ',x,88.80'), 'row_malformed: 订单金额, line 4'],
    ['an amount below a fen', changed(',88.80,88.80', ',88.801,88.80'), 'row_malformed: 订单金额, line 4'],
    ['a time that is none', changed('11:00:00', '24:00:00'), 'row_malformed: 完成时间, line 5'],
    ['a refund without a number', changed('R@1', ''), 'row_malformed: 退款批次号/请求号, line 5'],
    ['a payment without a number', changed('ORDER-1', ''), 'row_malformed: 商户订单号, line 4'],
    ['another number of rows', changed('交易合计：1笔', '交易合计：2笔'), 'sums_differ: 交易'],
    ['another sum', changed('退款共-8.80', '退款共-8.81'), 'sums_differ: 退款'],
  ])('is not read with %s', async (_, lines, problem) => {
    expect(await problemOf(rowsOf(lines))).toBe(problem)
  })

  it('is not read where it is no GBK', async () => {
    const bytes = Buffer.concat([gbk(WHOLE.join('\n')), Buffer.from([0xff])])
    expect(await problemOf(readBusinessBill(inPieces(bytes, 50), ACCOUNT, () => {}))).toBe('not_readable')
  })
})
