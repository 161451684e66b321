/**
 * A day's business as Alipay writes it (its form as in the samples at gxitsky.com/2020/07/27, and in public parsers of it): a head of
 * lines with `#`, 25 columns, a tail of lines with `#` that counts and adds up. Numbers of rows end in a tab.
 */
import { beijingText } from '#shared/alipay/beijing-time.ts'
import { DAY_MS, dayStart } from '#shared/beijing-day.ts'
import { fen } from '#shared/money.ts'
import { yuanOfFen } from '#shared/yuan.ts'
import type { BillFault } from './faults.ts'
import { gbk } from './gbk.ts'
import { isPaid } from './ledger.ts'
import type { AlipayLedger, PaidTrade } from './ledger.ts'
import type { ArchivedFile } from './zip-file.ts'

export interface BillWanted {
  readonly ledger: AlipayLedger
  readonly sellerId: string
  /** As in `2026-11-24`. */
  readonly day: string
  readonly faults: readonly BillFault[]
  readonly now: number
}

interface BillRow {
  readonly trade: PaidTrade
  readonly kind: '交易' | '退款'
  readonly at: number
  /** Fen; negative of refunds. */
  readonly amount: number
  readonly out_request_no: string
}

const LINE = '\r\n'
const COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'

/** @returns undefined for a day on which nothing happened: Alipay has no bill of it. */
export function billFiles({
  ledger,
  sellerId,
  day,
  faults,
  now,
}: BillWanted): readonly ArchivedFile[] | undefined {
  const rows = rowsOf(ledger, day)
  if (rows.length === 0) return undefined
  const has = (kind: BillFault['kind']) => faults.some((fault) => fault.kind === kind)
  const shown = has('bill_row_missing') ? rows.slice(0, -1) : rows
  const wrong = has('bill_wrong_sum') ? 1 : 0
  const name = `${sellerId}0156_${day.replaceAll('-', '')}`
  return [
    { name: gbk(`${name}_业务明细(汇总).csv`), content: gbk(summary(shown)) },
    { name: gbk(`${name}_业务明细.csv`), content: gbk(details(shown, { sellerId, day, now, wrong })) },
  ]
}

function rowsOf({ trades }: AlipayLedger, day: string): readonly BillRow[] {
  const from = dayStart(day)
  return [...trades.values()]
    .filter(isPaid)
    .flatMap((trade): readonly BillRow[] => [
      { trade, kind: '交易', at: trade.paid.at, amount: trade.total, out_request_no: '' },
      ...trade.refunds.map(({ at, amount, out_request_no }) => ({
        trade,
        kind: '退款' as const,
        at,
        amount: -amount,
        out_request_no,
      })),
    ])
    .filter(({ at }) => at >= from && at < from + DAY_MS)
    .sort((one, other) => one.at - other.at)
}

interface Heading {
  readonly sellerId: string
  readonly day: string
  readonly now: number
  /** Fen too many in the sum. */
  readonly wrong: number
}

function details(rows: readonly BillRow[], { sellerId, day, now, wrong }: Heading): string {
  const [paid, refunded] = (['交易', '退款'] as const).map((kind) => rows.filter((row) => row.kind === kind))
  const sum = (some: readonly BillRow[] = []) => some.reduce((total, { amount }) => total + amount, 0)
  return [
    '#支付宝业务明细查询',
    `#账号：[${sellerId}0156]`,
    `#起始日期：[${dateText(dayStart(day))}]   终止日期：[${dateText(dayStart(day) + DAY_MS)}]`,
    '#-----------------------------------------业务明细列表----------------------------------------',
    COLUMNS,
    ...rows.map(rowText),
    '#-----------------------------------------业务明细列表结束------------------------------------',
    `#交易合计：${paid?.length ?? 0}笔，商家实收共${signed(sum(paid) + wrong)}元，商家优惠共0.00元`,
    `#退款合计：${refunded?.length ?? 0}笔，商家实收退款共${signed(sum(refunded))}元，商家优惠退款共0.00元`,
    `#导出时间：[${dateText(now)}]`,
    '',
  ].join(LINE)
}

function rowText({ trade, kind, at, amount, out_request_no }: BillRow): string {
  const money = signed(amount)
  return [
    `${trade.opened.trade_no}\t`,
    `${trade.out_trade_no}\t`,
    kind,
    trade.subject,
    beijingText(trade.opened.at),
    beijingText(at),
    '',
    '',
    '',
    '',
    '*三(pay***@example.com)\t',
    money,
    money,
    ...Array.from({ length: 5 }, () => '0.00'),
    '',
    '0.00',
    '0.00',
    out_request_no === '' ? '' : `${out_request_no}\t`,
    '0.00',
    '0.00',
    '',
  ].join(',')
}

function summary(rows: readonly BillRow[]): string {
  const total = rows.reduce((sum, { amount }) => sum + amount, 0)
  return [
    '#支付宝业务汇总查询',
    '#-----------------------------------------业务汇总列表----------------------------------------',
    '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）',
    `合计,,${rows.filter(({ kind }) => kind === '交易').length},${rows.filter(({ kind }) => kind === '退款').length},${signed(total)},${signed(total)}`,
    '#----------------------------------------业务汇总列表结束-------------------------------------',
    '',
  ].join(LINE)
}

function signed(amount: number): string {
  return `${amount < 0 ? '-' : ''}${yuanOfFen(fen(Math.abs(amount)))}`
}

/** As in `2026年11月24日 00:00:00`. */
function dateText(moment: number): string {
  const [year, month, day, time] = beijingText(moment).split(/[- ]/)
  return `${year}年${month}月${day}日 ${time}`
}
