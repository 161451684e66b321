/**
 * What merchants see of an order and its refunds; internal fields stay inside. Query, close, hold and release answer an
 * OrderView, refund and its query a RefundView.
 */
import { providerOf } from '#shared/facts/account.ts'
import { applicationOf } from '#shared/ledger/application.ts'
import type { Application, Decision, Ours, ToldPayment, Unfreeze } from '#shared/ledger/books.ts'
import type { Hold } from '#shared/ledger/cause.ts'
import { isHeld } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { OrderView, RefundView } from './order-view-schema.ts'

export type { OrderView, RefundView }

export function orderView(order: Order): OrderView {
  const { total, currency } = order.amount
  return {
    mchid: order.mchid,
    provider: providerOf(order.mchid),
    appid: order.appid,
    out_trade_no: order.out_trade_no,
    channel: order.method,
    status: order.status,
    amount: { total, currency, payer_total: order.payer_total },
    description: order.description,
    attach: order.attach,
    time_expire: order.time_expire,
    transaction_id: order.transaction_id,
    trade_type: order.trade_type,
    bank_type: order.bank_type,
    success_time: order.success_time,
    rejected_code: order.rejected_code,
    refundable: isHeld(order) ? 0 : order.refundable,
    deficit: order.deficit,
    held: isHeld(order),
    holds: order.causes.map(holdView),
    payments: order.books.said.payments.map(toldView),
    audit: order.books.decided.map(auditView),
    refunds: Object.values(order.refunds).map((refund) => refundView(order, refund)),
    profit_sharing: sharingView(order.books.ours),
    created_at: timeText(order.created_at),
    updated_at: timeText(order.updated_at),
  }
}

export function refundView(
  { out_trade_no, transaction_id, amount, books }: Order,
  refund: Refund,
): RefundView {
  return {
    out_refund_no: refund.out_refund_no,
    out_trade_no,
    transaction_id,
    refund_id: refund.refund_id,
    status: refund.status,
    amount: { refund: refund.amount, total: amount.total, currency: amount.currency },
    channel: refund.refund_channel,
    success_time: refund.success_time,
    failure_code: refund.failure_code,
    refused_code: refund.refused_code,
    ...approvalView(refund),
    application: applicationView(applicationOf(books, refund.out_refund_no)),
    created_at: timeText(refund.created_at),
    updated_at: timeText(refund.updated_at),
  }
}

function applicationView(application: Application | undefined): RefundView['application'] {
  if (application === undefined) return undefined
  const { type, state, failure_code, updated_at } = application
  return { type, status: state, failure_code, updated_at: timeText(updated_at) }
}

function approvalView({ approval }: Refund): Pick<RefundView, 'held' | 'approval'> {
  if (approval === undefined) return {}
  const { state, rules, names, approved_by } = approval
  const shown = { rules: [...rules], names, approved_by: [...approved_by] }
  return { ...(state === 'waiting' ? { held: 'approval' } : {}), approval: shown }
}

function holdView({ key, reason, dismissed, choice }: Hold): OrderView['holds'][number] {
  return { hold: key, reason, dismissed, acceptable: choice !== undefined }
}

function toldView({
  transaction_id,
  appid,
  amount,
  success_time,
}: ToldPayment): OrderView['payments'][number] {
  const { total, currency, payer_total } = amount
  return { transaction_id, appid, amount: { total, currency, payer_total }, success_time }
}

function sharingView({ asked, unfreeze, unsplit }: Ours): OrderView['profit_sharing'] {
  if (asked?.profit_sharing !== true && unfreeze === undefined) return undefined
  return {
    unsplit_amount: unsplit?.amount,
    unsplit_at: unsplit === undefined ? undefined : timeText(unsplit.at),
    unfreeze: unfreeze === undefined ? undefined : unfreezeView(unfreeze),
  }
}

function unfreezeView({ out_order_no, state, order_id, failure_code, updated_at }: Unfreeze) {
  return { out_order_no, status: state, order_id, failure_code, updated_at: timeText(updated_at) }
}

function auditView({ at, action, hold, by, note }: Decision): OrderView['audit'][number] {
  return { at: timeText(at), action, hold, by, note }
}

function timeText(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
