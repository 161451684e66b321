/** The fund-flow bill of a day (structure/fund-bill, 2024-12). */
import type { BillDay } from './bill-day.ts'
import { billTime } from './bill-day.ts'
import { count, sum, textCell, yuan } from './bill-table.ts'
import type { Table } from './bill-table.ts'
import type { Flow } from './fund-flows.ts'

const COLUMNS: readonly (readonly [name: string, cell: (flow: Flow) => string])[] = [
  ['记账时间', ({ at }) => billTime(at)],
  ['微信支付业务单号', ({ businessId }) => businessId],
  ['资金流水单号', ({ flowId }) => flowId],
  ['业务名称', ({ name }) => name],
  ['业务类型', ({ type }) => type],
  ['收支类型', ({ direction }) => direction],
  ['收支金额(元)', ({ amount }) => yuan(amount)],
  ['账户结余(元)', ({ balance }) => yuan(balance)],
  ['资金变更提交申请人', ({ applicant }) => applicant],
  ['备注', ({ remark }) => textCell(remark)],
  ['业务凭证号', ({ voucher }) => voucher],
]

const SUM_NAMES = ['资金流水总笔数', '收入笔数', '收入金额', '支出笔数', '支出金额']

/** The flows of a day. */
export function flowsOf(flows: readonly Flow[], { from, to }: BillDay): readonly Flow[] {
  return flows.filter(({ at }) => at >= from && at < to)
}

/** Writes flows as a table. */
export function fundFlowTable(flows: readonly Flow[]): Table {
  const amounts = (direction: Flow['direction']): readonly number[] =>
    flows.flatMap((flow) => (flow.direction === direction ? [flow.amount] : []))
  const [income, expense] = [amounts('收入'), amounts('支出')]
  return {
    columns: COLUMNS.map(([name]) => name),
    rows: flows.map((flow) => COLUMNS.map(([, cell]) => cell(flow))),
    sumNames: SUM_NAMES,
    sums: [
      count(flows.length),
      count(income.length),
      yuan(sum(income)),
      count(expense.length),
      yuan(sum(expense)),
    ],
  }
}
