/** Draws an order from what is kept of it: the fold of its books, in the words of the merchant API. */
import { given } from '#shared/given.ts'
import { approvedBy, NOT_APPROVED } from '#shared/ledger/approval.ts'
import type { Books, ToldPayment } from '#shared/ledger/books.ts'
import { fold } from '#shared/ledger/fold.ts'
import type { Folded } from '#shared/ledger/fold.ts'
import type { FoldedRefund } from '#shared/ledger/fold-refunds.ts'
import type { HoldReason } from '#shared/ledger/words.ts'
import { fen } from '#shared/money.ts'
import type { KeptOrder, Order, OrderPicture, Refund } from './order.ts'

/** @param kept may be an order whose books were changed: what they came to before is forgotten. */
export function orderOf(kept: KeptOrder): Order {
  return { ...keptOf(kept), ...pictureOf(kept) }
}

/** An order without what its books come to. */
export function keptOf(order: KeptOrder & Partial<OrderPicture>): KeptOrder {
  const { status: _1, appid: _2, amount: _3, rejected_code: _4, transaction_id: _5, ...rest } = order
  const { trade_type: _6, bank_type: _7, success_time: _8, payer_total: _9, refundable: _10, ...more } = rest
  const { deficit: _11, refunds: _12, holds: _13, causes: _14, ...kept } = more
  return kept
}

function pictureOf({ books }: KeptOrder): OrderPicture {
  const folded = fold(books)
  const { status, refundable, deficit, payment } = folded
  const { rejected_code } = books.ours
  return {
    status,
    refundable,
    deficit,
    ...termsOf(books, folded),
    ...(status !== 'REJECTED' || rejected_code === undefined ? {} : { rejected_code }),
    ...(payment === undefined ? {} : paidBy(payment)),
    refunds: byNumber([...folded.refunds.values()].map((refund) => refundPicture(refund, books))),
    holds: openHolds(folded),
    causes: folded.holds,
  }
}

/** What the order is about: as it was asked for, or as WeChat tells it where a person accepted that, or where nobody asked. */
function termsOf({ said, ours: { asked } }: Books, { payment }: Folded): Pick<Order, 'appid' | 'amount'> {
  const told = payment ?? (asked === undefined ? said.payments[0] : undefined)
  if (told !== undefined)
    return { appid: told.appid, amount: { total: told.amount.total, currency: told.amount.currency } }
  if (asked !== undefined) return { appid: asked.appid, amount: asked.amount }
  return { appid: '', amount: { total: said.refunds[0]?.total ?? fen(0), currency: 'CNY' } }
}

function paidBy({ transaction_id, success_time, trade_type, bank_type, amount }: ToldPayment) {
  return {
    transaction_id,
    success_time,
    ...(trade_type === undefined ? {} : { trade_type }),
    ...(bank_type === undefined ? {} : { bank_type }),
    ...(amount.payer_total === undefined ? {} : { payer_total: amount.payer_total }),
  }
}

function refundPicture(refund: FoldedRefund, books: Books): Refund {
  const { out_refund_no, status, amount, live, reservation, told, created_at, updated_at } = refund
  return {
    out_refund_no,
    status,
    amount,
    live,
    ...given({
      request: reservation?.request,
      request_hash: reservation?.request_hash,
      refund_id: told?.refund_id,
      refund_channel: told?.channel,
      success_time: told?.success_time,
      failure_code: status === 'FAILED' ? failureOf(refund) : undefined,
      refused_code: status === 'UNKNOWN' ? reservation?.refused_code : undefined,
      in_doubt: reservation?.in_doubt === true && told === undefined ? true : undefined,
      attempted_at: reservation?.attempted_at,
      approval: approvalPicture(refund, books),
    }),
    created_at,
    updated_at,
  }
}

function failureOf({ approval, reservation }: FoldedRefund): string | undefined {
  return approval === 'refused' ? NOT_APPROVED : reservation?.failure_code
}

function approvalPicture({ approval: state, reservation }: FoldedRefund, books: Books) {
  if (state === undefined || reservation?.approval === undefined) return undefined
  const { rules, names } = reservation.approval
  return { state, rules, names, approved_by: approvedBy(books, reservation) }
}

/** A map without a prototype, in which `constructor` is a number like any other. */
function byNumber(list: readonly Refund[]): Readonly<Record<string, Refund>> {
  const refunds: Record<string, Refund> = Object.create(null)
  for (const refund of list) refunds[refund.out_refund_no] = refund
  return refunds
}

function openHolds({ holds }: Folded): Readonly<Record<string, HoldReason>> {
  return Object.fromEntries(holds.flatMap(({ key, reason, dismissed }) => (dismissed ? [] : [[key, reason]])))
}
