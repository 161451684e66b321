/** Columns and sums of trade bills by name (format-trade, 2024-11), and of the layout of before 2018 that few merchants still get. */
import { billTime } from './bill-day.ts'
import { count, feeYuan, sum, textCell, yuan } from './bill-table.ts'
import type { Table } from './bill-table.ts'
import { FEE_RATE } from './fees.ts'
import type { RefundStatus } from './ledger.ts'
import type { TradeRow } from './trade-rows.ts'
import { TRADE_TYPES } from './views.ts'

type Refunded = Extract<TradeRow, { readonly kind: 'refund' }>

/** Bills have words of their own. */
const STATUSES: Readonly<Record<RefundStatus, string>> = {
  PROCESSING: 'PROCESSING',
  SUCCESS: 'SUCCESS',
  CLOSED: 'FAIL',
  ABNORMAL: 'CHANGE',
}

/** A cell of refunds, and what a payment has in its place. */
function ofRefund(otherwise: string, cell: (row: Refunded) => string): (row: TradeRow) => string {
  return (row) => (row.kind === 'refund' ? cell(row) : otherwise)
}

function ofPayment(otherwise: string, cell: (row: TradeRow) => string): (row: TradeRow) => string {
  return (row) => (row.kind === 'payment' ? cell(row) : otherwise)
}

const ZERO = '0.00'
const total = ofPayment(ZERO, ({ order }) => yuan(order.request.amount.total))
const coupon = ofPayment(ZERO, ({ payment }) => yuan(payment.coupon))
const refunded = ofRefund(ZERO, ({ refund }) => yuan(refund.request.amount.refund))
const couponRefunded = ofRefund(ZERO, ({ couponPart }) => yuan(couponPart))

const CELLS: Readonly<Record<string, (row: TradeRow) => string>> = {
  交易时间: ({ at }) => billTime(at),
  公众账号ID: ({ order }) => order.request.appid,
  商户号: ({ order }) => order.request.mchid,
  特约商户号: ({ order }) => order.request.sub?.mchid ?? '0',
  设备号: ({ order }) => textCell(order.request.scene_info?.device_id ?? ''),
  微信订单号: ({ payment }) => payment.transactionId,
  商户订单号: ({ order }) => order.request.out_trade_no,
  用户标识: ({ payment }) => payment.openid,
  交易类型: ({ order }) => TRADE_TYPES[order.method],
  交易状态: ({ kind }) => (kind === 'payment' ? 'SUCCESS' : 'REFUND'),
  付款银行: ({ payment }) => payment.bankType,
  货币种类: ({ order }) => order.request.amount.currency,
  // Coupons were charged up with money, and are settled like it.
  应结订单金额: total,
  代金券金额: coupon,
  退款申请时间: ofRefund('', ({ refund }) => billTime(refund.createdAt)),
  退款成功时间: ofRefund('', ({ succeededAt }) => (succeededAt === undefined ? '' : billTime(succeededAt))),
  微信退款单号: ofRefund('0', ({ refund }) => refund.refundId),
  商户退款单号: ofRefund('0', ({ refund }) => refund.request.out_refund_no),
  退款金额: refunded,
  充值券退款金额: couponRefunded,
  退款类型: ofRefund('', ({ refund }) => refund.channel),
  退款状态: ofRefund('', ({ status }) => STATUSES[status]),
  商品名称: ({ order }) => textCell(order.request.description),
  商户数据包: ({ order }) => textCell(order.request.attach ?? ''),
  手续费: ({ fee }) => feeYuan(fee),
  费率: () => FEE_RATE,
  订单金额: total,
  申请退款金额: refunded,
  费率备注: () => '',
}

/** The old names of cells, and the old form of times. */
const OLD_CELLS: typeof CELLS = {
  ...CELLS,
  交易时间: ({ at }) => billTime(at).replaceAll(':', '：'),
  子商户号: ({ order }) => order.request.sub?.mchid ?? '0',
  总金额: total,
  代金券或立减优惠金额: coupon,
  代金券或立减优惠退款金额: couponRefunded,
}

const paid = (rows: readonly TradeRow[]): string =>
  yuan(sum(rows.map(({ kind, order }) => (kind === 'payment' ? order.request.amount.total : 0))))
const returned = (rows: readonly TradeRow[]): string =>
  yuan(sum(rows.map((row) => (row.kind === 'refund' ? row.refund.request.amount.refund : 0))))
const couponsReturned = (rows: readonly TradeRow[]): string =>
  yuan(sum(rows.map((row) => (row.kind === 'refund' ? row.couponPart : 0))))
const fees = (rows: readonly TradeRow[]): string => feeYuan(sum(rows.map(({ fee }) => fee)))
const number = (rows: readonly TradeRow[]): string => count(rows.length)

const SUMS: Readonly<Record<string, (rows: readonly TradeRow[]) => string>> = {
  总交易单数: number,
  应结订单总金额: paid,
  退款总金额: returned,
  充值券退款总金额: couponsReturned,
  手续费总金额: fees,
  订单总金额: paid,
  申请退款总金额: returned,
  总交易额: paid,
  总退款金额: returned,
  总代金券或立减优惠退款金额: couponsReturned,
}

const split = (names: string): readonly string[] => names.trim().split(/[\s,]+/)

const WHO =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类'
const REFUND = '微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态'
const ALL_SUMS = split(
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
)
const SETTLED = '应结订单金额,代金券金额'
const TAIL = '商品名称,商户数据包,手续费,费率,订单金额'

export interface Layout {
  readonly columns: readonly string[]
  readonly sums: readonly string[]
  readonly cells: typeof CELLS
}

const refundLayout: Layout = {
  columns: split(`${WHO},${SETTLED},退款申请时间,退款成功时间,${REFUND},${TAIL},申请退款金额,费率备注`),
  sums: ALL_SUMS,
  cells: CELLS,
}

/** By `bill_type`. No document has the columns of RECHARGE_REFUND: they are those of other refunds here. */
export const LAYOUTS = {
  ALL: {
    columns: split(`${WHO},${SETTLED},${REFUND},${TAIL},申请退款金额,费率备注`),
    sums: ALL_SUMS,
    cells: CELLS,
  },
  SUCCESS: {
    columns: split(`${WHO},${SETTLED},${TAIL},费率备注`),
    sums: split('总交易单数,应结订单总金额,手续费总金额,订单总金额'),
    cells: CELLS,
  },
  REFUND: refundLayout,
  RECHARGE_REFUND: refundLayout,
} as const satisfies Record<string, Layout>

export type BillType = keyof typeof LAYOUTS

/** The 24 columns of before 2018. */
export const OLD_LAYOUT: Layout = {
  columns: split(
    `${WHO.replace('特约商户号', '子商户号')},总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,
    代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率`,
  ),
  sums: split('总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额'),
  cells: OLD_CELLS,
}

/** Writes rows in a layout. */
export function tradeTable(rows: readonly TradeRow[], { columns, sums, cells }: Layout): Table {
  return {
    columns,
    rows: rows.map((row) => columns.map((name) => cells[name]?.(row) ?? '')),
    sumNames: sums,
    sums: sums.map((name) => SUMS[name]?.(rows) ?? ''),
  }
}
