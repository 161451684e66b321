/** How the money of an account moved: payments come in and fees go out, refunds go out and their fees come back. */
import { fee } from './fees.ts'
import { refundsOfOrder } from './ledger.ts'
import type { Ledger, Order, Payment, Refund } from './ledger.ts'

export interface Flow {
  readonly at: number
  /** WeChat's number of the payment or refund. */
  readonly businessId: string
  readonly flowId: string
  readonly name: '交易' | '退款'
  readonly type: '交易' | '扣除交易手续费' | '退款' | '退款关闭' | '退还交易手续费'
  readonly direction: '收入' | '支出'
  /** Fen, above zero. */
  readonly amount: number
  /** What was there afterwards, fen. */
  readonly balance: number
  readonly applicant: string
  readonly remark: string
  readonly voucher: string
}

type Move = Omit<Flow, 'balance' | 'flowId'>

/** Of each type of move another number: a payment moves money twice. */
const FLOW_DIGITS: Readonly<Record<Flow['type'], string>> = {
  交易: '1',
  扣除交易手续费: '2',
  退款: '3',
  退还交易手续费: '4',
  退款关闭: '5',
}

/** Everything that moved the money of a merchant or sub-merchant so far, oldest first. */
export function fundFlows(ledger: Ledger, account: string): readonly Flow[] {
  const moves = [...ledger.orders.values()]
    .filter(({ request: { mchid, sub } }) => (sub?.mchid ?? mchid) === account)
    .flatMap((order) => movesOf(ledger, order, account))
    .filter(({ amount }) => amount > 0)
    .toSorted((a, b) => a.at - b.at)
  let balance = 0
  return moves.map((move) => {
    balance += move.direction === '收入' ? move.amount : -move.amount
    return { ...move, balance, flowId: `5000030${FLOW_DIGITS[move.type]}${move.businessId.slice(-21)}` }
  })
}

function movesOf(ledger: Ledger, order: Order, account: string): readonly Move[] {
  const { payment, request } = order
  if (payment === undefined) return []
  return [
    ...paymentMoves(order, payment),
    ...refundsOfOrder(ledger, request.out_trade_no).flatMap((refund) => refundMoves(refund, account)),
  ]
}

function paymentMoves({ request }: Order, { transactionId, paidAt }: Payment): readonly Move[] {
  const common = {
    at: paidAt,
    businessId: transactionId,
    name: '交易',
    applicant: 'system',
    remark: '',
    voucher: request.out_trade_no,
  } as const
  const { total } = request.amount
  return [
    { ...common, type: '交易', direction: '收入', amount: total },
    { ...common, type: '扣除交易手续费', direction: '支出', amount: fee(total) },
  ]
}

/** The account pays when the refund is accepted, and gets its money back when that is closed. */
function refundMoves(
  { request, refundId, createdAt, origin, history }: Refund,
  account: string,
): readonly Move[] {
  const common = {
    at: createdAt,
    businessId: refundId,
    name: '退款',
    applicant: origin === 'platform' ? `1001@${account}` : `${account}API`,
    remark: request.reason ?? '',
    voucher: request.out_refund_no,
  } as const
  const { refund: amount } = request.amount
  const closed = history.find(({ status }) => status === 'CLOSED')
  return [
    { ...common, type: '退款', direction: '支出', amount },
    { ...common, type: '退还交易手续费', direction: '收入', amount: fee(amount) },
    ...(closed === undefined
      ? []
      : [
          { ...common, at: closed.at, type: '退款关闭', direction: '收入', amount } as const,
          {
            ...common,
            at: closed.at,
            type: '扣除交易手续费',
            direction: '支出',
            amount: fee(amount),
          } as const,
        ]),
  ]
}
