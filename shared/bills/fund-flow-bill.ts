/** The fund-flow bill of a day: how the money of an account moved. Who asked for it and the remark are not read. */
import type { Fen } from '#shared/money.ts'
import { BillError } from './bill-error.ts'
import { optionalTokenOf, timeOf, tokenOf } from './cells.ts'
import { checkCount } from './sums.ts'
import { readTable } from './table.ts'
import type { Column, Row } from './table.ts'
import { fenOf, parseYuan } from './yuan.ts'

export interface FundFlowRow {
  readonly line: number
  readonly time: string
  /** WeChat's number of the payment or refund. */
  readonly business_id: string | undefined
  readonly flow_id: string
  /** 交易, 退款, 充值, … : WeChat says that these will change. */
  readonly business_name: string
  /** 交易, 扣除交易手续费, 退款, 退款关闭, … */
  readonly business_type: string
  readonly direction: 'in' | 'out'
  readonly amount: Fen
  /** Of a refund its number at the merchant. */
  readonly voucher: string | undefined
}

export interface FundFlowBill {
  readonly rows: number
  readonly in: { readonly rows: number; readonly amount: Fen }
  readonly out: { readonly rows: number; readonly amount: Fen }
}

const DIRECTIONS: ReadonlyMap<string, FundFlowRow['direction']> = new Map([
  ['收入', 'in'],
  ['支出', 'out'],
])

/** Reads a fund-flow bill. Until it resolves nothing is known of the whole. @throws BillError */
export function readFundFlowBill(
  chunks: AsyncIterable<Uint8Array>,
  take: (row: FundFlowRow) => void | Promise<void>,
): Promise<FundFlowBill> {
  return readTable(chunks, {
    texts: ['备注'],
    open(header) {
      const columns = {
        time: header.need('记账时间'),
        business_id: header.need('微信支付业务单号'),
        flow_id: header.need('资金流水单号'),
        business_name: header.need('业务名称'),
        business_type: header.need('业务类型'),
        direction: header.need('收支类型'),
        amount: header.need('收支金额(元)', '收支金额（元）'),
        voucher: header.need('业务凭证号'),
      }
      const flows = { in: { rows: 0, amount: 0n }, out: { rows: 0, amount: 0n } }
      return {
        take: (row) => {
          const direction = DIRECTIONS.get(row.text(columns.direction))
          if (direction === undefined) throw malformed(row, columns.direction)
          const amount = amountOf(row, columns.amount)
          flows[direction].rows += 1
          flows[direction].amount += BigInt(amount)
          return take({
            line: row.line,
            time: timeOf(row, columns.time),
            business_id: optionalTokenOf(row, columns.business_id),
            flow_id: tokenOf(row, columns.flow_id),
            business_name: row.text(columns.business_name),
            business_type: row.text(columns.business_type),
            direction,
            amount,
            voucher: optionalTokenOf(row, columns.voucher),
          })
        },
        close: (told) => closed(told, flows),
      }
    },
  })
}

type Flows = Readonly<Record<FundFlowRow['direction'], { readonly rows: number; readonly amount: bigint }>>

function closed(told: ReadonlyMap<string, string>, flows: Flows): FundFlowBill {
  const rows = flows.in.rows + flows.out.rows
  checkCount(told, { name: '资金流水总笔数', counted: rows })
  checkCount(told, { name: '收入笔数', counted: flows.in.rows })
  checkCount(told, { name: '支出笔数', counted: flows.out.rows })
  return {
    rows,
    in: { rows: flows.in.rows, amount: checkedAmount(told, '收入金额', flows.in.amount) },
    out: { rows: flows.out.rows, amount: checkedAmount(told, '支出金额', flows.out.amount) },
  }
}

/** @param counted in fen */
function checkedAmount(told: ReadonlyMap<string, string>, name: string, counted: bigint): Fen {
  const amount = fenOf(parseYuan(told.get(name) ?? '') ?? -1n)
  if (amount === undefined || BigInt(amount) !== counted) throw new BillError('sums_differ', { column: name })
  return amount
}

function amountOf(row: Row, column: Column): Fen {
  const amount = fenOf(parseYuan(row.text(column)) ?? -1n)
  if (amount === undefined) throw malformed(row, column)
  return amount
}

function malformed({ line }: Row, { name }: Column): BillError {
  return new BillError('row_malformed', { line, column: name })
}
