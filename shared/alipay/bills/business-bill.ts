/**
 * The business of a day (业务明细) as Alipay writes it: CSV in GBK between lines with `#`, whose last ones count the rows and add them up
 * (its form as in the samples at gxitsky.com/2020/07/27, and in public parsers of it).
 */
import { BillError } from '#shared/bills/bill-error.ts'
import { linesOf } from '#shared/bills/lines.ts'
import { fenOf, parseYuan } from '#shared/bills/yuan.ts'
import type { Fen } from '#shared/money.ts'
import type { TakeRow, TradeRow } from '#shared/orders/bill-channel.ts'
import { beijingTime } from '../beijing-time.ts'

/** Columns without their unit, which is written in two ways. */
const NEEDED = [
  '支付宝交易号',
  '商户订单号',
  '业务类型',
  '完成时间',
  '订单金额',
  '商家实收',
  '退款批次号/请求号',
] as const
type Name = (typeof NEEDED)[number]
/** Text of the merchant: surplus commas are in it. */
const TEXT = '商品名称'

/** By what a row is, how its sum at the end begins. */
const SUMS = {
  交易: /^#交易合计[:：](\d+)笔,?，?商家实收共(-?[\d.]+)元/,
  退款: /^#退款合计[:：](\d+)笔,?，?商家实收退款共(-?[\d.]+)元/,
} as const
type Kind = keyof typeof SUMS

interface Cells {
  readonly line: number
  text(name: Name): string
}

interface Sum {
  rows: number
  /** Hundred-thousandths of a yuan. */
  amount: bigint
}

/** Nothing of it may be acted upon before it resolves. @throws BillError */
export async function readBusinessBill(
  chunks: AsyncIterable<Uint8Array>,
  account: string,
  take: TakeRow,
): Promise<{ readonly rows: number }> {
  const counted: Record<Kind, Sum> = { 交易: { rows: 0, amount: 0n }, 退款: { rows: 0, amount: 0n } }
  const told = new Map<Kind, Sum>()
  let columns: readonly string[] | undefined
  let [line, rows, ended] = [0, 0, false]
  for await (const batch of linesOf(asUtf8(chunks))) {
    for (const text of batch) {
      line += 1
      if (text.startsWith('#')) {
        ended ||= text.includes('业务明细列表结束')
        noteSum(text, told)
      } else if (text !== '' && columns === undefined) columns = columnsOf(text)
      else if (text !== '' && columns !== undefined) {
        if (ended) throw new BillError('row_malformed', { line })
        rows += 1
        const cells = cellsOf(text, { columns, line })
        add(counted, cells)
        const taken = take(rowOf(cells, account))
        // Awaited only where there is something to wait for: a bill has a million rows.
        if (taken !== undefined) await taken
      }
    }
  }
  if (columns === undefined) throw new BillError('unknown_layout', { column: NEEDED[0] })
  if (!ended || told.size < 2) throw new BillError('cut_short', { line })
  for (const kind of ['交易', '退款'] as const) checkSum(kind, counted[kind], told.get(kind))
  return { rows }
}

/** @throws BillError `not_readable` for bytes that GBK does not have. */
async function* asUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const decoder = new TextDecoder('gbk', { fatal: true })
  try {
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
    yield Buffer.from(decoder.decode())
  } catch (cause) {
    throw cause instanceof TypeError ? new BillError('not_readable', { cause }) : cause
  }
}

/** @throws BillError `unknown_layout` */
function columnsOf(text: string): readonly string[] {
  const columns = text.split(',').map((name) => name.trim().replace(/[(（]元[)）]$/, ''))
  const missing = [...NEEDED, TEXT].find((name) => !columns.includes(name))
  if (missing !== undefined) throw new BillError('unknown_layout', { column: missing })
  return columns
}

function cellsOf(
  text: string,
  { columns, line }: { readonly columns: readonly string[]; readonly line: number },
): Cells {
  const cells = text.split(',').map((cell) => cell.trim())
  const surplus = cells.length - columns.length
  if (surplus < 0) throw new BillError('row_malformed', { line })
  const lastText = columns.indexOf(TEXT)
  return {
    line,
    text(name) {
      const index = columns.indexOf(name)
      return cells[index > lastText ? index + surplus : index] ?? ''
    },
  }
}

function rowOf(cells: Cells, account: string): TradeRow {
  const kind = cells.text('业务类型')
  const total = amountOf(cells, '订单金额')
  const common = {
    line: cells.line,
    time: timeOf(cells),
    appid: undefined,
    mchid: account,
    sub_mchid: undefined,
    transaction_id: numberOf(cells, '支付宝交易号'),
    out_trade_no: numberOf(cells, '商户订单号'),
    trade_type: undefined,
    trade_state: kind === '交易' ? 'SUCCESS' : kind === '退款' ? 'REFUND' : 'OTHER',
    currency: 'CNY',
  }
  if (kind === '交易') return { ...common, kind: 'payment', total: fenIn(cells, total) }
  if (kind !== '退款') return { ...common, kind: 'other' }
  const out_refund_no = numberOf(cells, '退款批次号/请求号')
  return {
    ...common,
    kind: 'refund',
    // Alipay knows a refund by our number alone.
    refund_id: out_refund_no,
    out_refund_no,
    refund: fenIn(cells, total < 0n ? -total : total),
    refund_channel: undefined,
    refund_status: 'SUCCESS',
  }
}

function timeOf(cells: Cells): string {
  const time = beijingTime(cells.text('完成时间'), { field: '' })
  if (time === undefined) throw malformed(cells, '完成时间')
  return time
}

function numberOf(cells: Cells, name: Name): string {
  const number = cells.text(name)
  if (!/^[\x21-\x7e]{1,64}$/.test(number)) throw malformed(cells, name)
  return number
}

function amountOf(cells: Cells, name: Name): bigint {
  const units = parseYuan(cells.text(name))
  if (units === undefined) throw malformed(cells, name)
  return units
}

function fenIn(cells: Cells, units: bigint): Fen {
  const amount = fenOf(units)
  if (amount === undefined) throw malformed(cells, '订单金额')
  return amount
}

function malformed({ line }: Cells, column: Name): BillError {
  return new BillError('row_malformed', { line, column })
}

function add(counted: Record<Kind, Sum>, cells: Cells): void {
  const kind = kindOf(cells.text('业务类型'))
  if (kind === undefined) return
  counted[kind].rows += 1
  counted[kind].amount += amountOf(cells, '商家实收')
}

function kindOf(text: string): Kind | undefined {
  return text === '交易' || text === '退款' ? text : undefined
}

function noteSum(text: string, told: Map<Kind, Sum>): void {
  for (const kind of ['交易', '退款'] as const) {
    const [, rows, amount = ''] = SUMS[kind].exec(text) ?? []
    const units = parseYuan(amount)
    if (rows !== undefined && units !== undefined) told.set(kind, { rows: Number(rows), amount: units })
  }
}

function checkSum(kind: Kind, counted: Sum, told: Sum | undefined): void {
  if (told === undefined || told.rows !== counted.rows || told.amount !== counted.amount)
    throw new BillError('sums_differ', { column: kind })
}
