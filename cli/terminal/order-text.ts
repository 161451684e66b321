/** An order as people read it. The payer is never stored, so nothing here is personal. */
import { providerOf } from '#shared/facts/account.ts'
import type { ToldPayment } from '#shared/ledger/books.ts'
import type { Hold } from '#shared/ledger/cause.ts'
import { isHeld } from '#shared/orders/order.ts'
import type { Order, Refund, RefundApproval } from '#shared/orders/order.ts'
import { fields, table, timeText } from './output.ts'
import { Styled } from './style.ts'

export function describeOrder(order: Order): string {
  const parts = [
    fields({
      out_trade_no: order.out_trade_no,
      provider: providerOf(order.mchid),
      status: isHeld(order) ? new Styled('yellow', `${order.status}, HELD`) : order.status,
      amount: `${order.amount.total} fen ${order.amount.currency}`,
      refundable: `${order.refundable} fen`,
      deficit: order.deficit === 0 ? undefined : `${order.deficit} fen more are out than came in`,
      channel: order.method,
      appid: order.appid,
      transaction_id: order.transaction_id,
      success_time: order.success_time,
      rejected_code: order.rejected_code,
      created: timeText(order.created_at),
      updated: `${timeText(order.updated_at)} (version ${order.version})`,
      next_check: order.next_check_at === undefined ? undefined : timeText(order.next_check_at),
    }),
  ]
  const holds = order.causes.map((hold) => [hold.key, hold.reason, decisionOn(hold)])
  if (holds.length > 0) parts.push(`holds\n${table(['HOLD', 'REASON', 'DECISION'], holds)}`)
  const told = order.books.said.payments
  if (told.length > 1 || (told.length === 1 && order.transaction_id === undefined))
    parts.push(`payments that were told of\n${table(['TRANSACTION', 'FEN', 'TIME'], told.map(paymentRow))}`)
  const refunds = Object.values(order.refunds)
  if (refunds.length > 0) parts.push(`refunds\n${table(REFUND_HEADINGS, refunds.map(refundRow))}`)
  const audit = order.books.decided.map(({ at, action, by, note }) => [timeText(at), action, by, note])
  if (audit.length > 0) parts.push(`by hand\n${table(['TIME', 'ACTION', 'BY', 'NOTE'], audit)}`)
  return parts.join('\n\n')
}

function decisionOn({ reason, dismissed, choice }: Hold): string {
  if (reason === 'approval') return 'approve or refuse'
  if (dismissed) return 'dismissed'
  return choice === undefined ? 'dismiss' : 'dismiss or accept'
}

function paymentRow({ transaction_id, amount, success_time }: ToldPayment): readonly string[] {
  return [transaction_id, String(amount.total), success_time]
}

const REFUND_HEADINGS = ['OUT_REFUND_NO', 'STATUS', 'FEN', 'CREATED', 'UPDATED']

function refundRow({
  out_refund_no,
  status,
  amount,
  approval,
  created_at,
  updated_at,
}: Refund): readonly string[] {
  return [
    out_refund_no,
    approval === undefined ? status : `${status} (${approvalText(approval)})`,
    String(amount),
    timeText(created_at),
    timeText(updated_at),
  ]
}

function approvalText({ state, names, approved_by }: RefundApproval): string {
  return state === 'waiting' ? `approved by ${approved_by.length} of ${names}` : state
}
