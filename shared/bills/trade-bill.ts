/**
 * The trade bill of a day: every payment, every refund (`bill_type` ALL), without those from the available balance.
 *
 * A row is a snapshot: the status of a refund is never updated in a later bill. The payer, the goods and the merchant's own
 * text are not read.
 */
import type { Fen } from '#shared/money.ts'
import type { TakeRow, TradeRow } from '#shared/orders/bill-channel.ts'
import { BillError } from './bill-error.ts'
import type { BillLayout } from './bill-layout.ts'
import { optionalTokenOf, timeOf, tokenOf } from './cells.ts'
import { createSums } from './sums.ts'
import type { SumNames, Sums } from './sums.ts'
import { readTable } from './table.ts'
import type { Column, Header, Row } from './table.ts'
import { fenOf } from './yuan.ts'

export interface TradeBill {
  readonly layout: BillLayout
  readonly rows: number
}

/** By the name in the summary the column that it adds up. */
const SUMS: Readonly<Record<BillLayout, SumNames>> = {
  current: {
    应结订单总金额: '应结订单金额',
    退款总金额: '退款金额',
    充值券退款总金额: '充值券退款金额',
    手续费总金额: '手续费',
    订单总金额: '订单金额',
    申请退款总金额: '申请退款金额',
  },
  old: {
    总交易额: '总金额',
    总退款金额: '退款金额',
    总企业红包退款金额: '企业红包退款金额',
    总代金券或立减优惠退款金额: '代金券或立减优惠退款金额',
    手续费总金额: '手续费',
  },
}
/** Where the money of a payment and of a refund stands: as the API knows it, and not as it is settled. */
const AMOUNTS = {
  current: { total: '订单金额', refund: '申请退款金额' },
  old: { total: '总金额', refund: '退款金额' },
} as const
const COUNT = '总交易单数'
const TEXTS = ['商品名称', '商户数据包']

/**
 * Reads a trade bill. Until it resolves nothing is known of the whole: rows are to be collected, not acted upon.
 *
 * @throws BillError
 */
export function readTradeBill(chunks: AsyncIterable<Uint8Array>, take: TakeRow): Promise<TradeBill> {
  return readTable(chunks, {
    texts: TEXTS,
    open(header) {
      const layout = layoutOf(header)
      const columns = columnsOf(header, layout)
      const sums = createSums(header, SUMS[layout])
      return {
        take: (row) => {
          sums.add(row)
          return take(tradeRow(row, { columns, sums }))
        },
        close: (told) => {
          sums.check(told, COUNT)
          return { layout, rows: sums.rows }
        },
      }
    },
  })
}

function layoutOf(header: Header): BillLayout {
  if (header.find('订单金额') !== undefined) return 'current'
  header.need('总金额')
  return 'old'
}

type Columns = ReturnType<typeof columnsOf>

function columnsOf(header: Header, layout: BillLayout) {
  return {
    time: header.need('交易时间'),
    appid: header.need('公众账号ID'),
    mchid: header.need('商户号'),
    sub_mchid: header.need('特约商户号', '子商户号'),
    transaction_id: header.need('微信订单号'),
    out_trade_no: header.need('商户订单号'),
    trade_type: header.need('交易类型'),
    trade_state: header.need('交易状态'),
    currency: header.need('货币种类'),
    total: header.need(AMOUNTS[layout].total),
    refund_id: header.need('微信退款单号'),
    out_refund_no: header.need('商户退款单号'),
    refund: header.need(AMOUNTS[layout].refund),
    refund_channel: header.need('退款类型'),
    refund_status: header.need('退款状态'),
  }
}

interface Reading {
  readonly columns: Columns
  readonly sums: Pick<Sums, 'amount'>
}

function tradeRow(row: Row, { columns, sums }: Reading): TradeRow {
  const common = {
    line: row.line,
    time: timeOf(row, columns.time),
    appid: optionalTokenOf(row, columns.appid),
    mchid: tokenOf(row, columns.mchid),
    sub_mchid: optionalTokenOf(row, columns.sub_mchid),
    transaction_id: tokenOf(row, columns.transaction_id),
    out_trade_no: tokenOf(row, columns.out_trade_no),
    trade_type: optionalTokenOf(row, columns.trade_type),
    trade_state: tokenOf(row, columns.trade_state),
    currency: tokenOf(row, columns.currency),
  }
  const whole = (column: Column): Fen => {
    const amount = fenOf(sums.amount(row, column))
    if (amount === undefined) throw new BillError('row_malformed', { line: row.line, column: column.name })
    return amount
  }
  if (common.trade_state === 'SUCCESS') return { ...common, kind: 'payment', total: whole(columns.total) }
  if (common.trade_state !== 'REFUND') return { ...common, kind: 'other' }
  return {
    ...common,
    kind: 'refund',
    refund_id: tokenOf(row, columns.refund_id),
    out_refund_no: tokenOf(row, columns.out_refund_no),
    refund: whole(columns.refund),
    refund_channel: optionalTokenOf(row, columns.refund_channel),
    refund_status: optionalTokenOf(row, columns.refund_status),
  }
}
