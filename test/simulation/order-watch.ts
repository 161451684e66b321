/** Watches every committed write of an order: what it may change, and what must hold after it (I2, I4, I5). */
import type { OrderStatus, RefundStatus } from '#shared/ledger/words.ts'
import { reservationOf } from '#shared/ledger/reservation.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Handled, Order, Refund } from '#shared/orders/order.ts'
import { checkDecisions } from './decision-watch.ts'
import type { Violations } from './violations.ts'

const ORDER_STEPS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  CREATED: ['AWAITING_PAYMENT', 'PAID', 'CLOSED', 'REJECTED'],
  AWAITING_PAYMENT: ['PAID', 'CLOSED'],
  REJECTED: ['CREATED', 'AWAITING_PAYMENT', 'PAID', 'CLOSED'],
  CLOSED: ['PAID'],
  PAID: [],
  // A person accepted what WeChat says.
  UNRECOGNIZED: ['PAID'],
}
const REFUND_STEPS: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  REQUESTED: ['PROCESSING', 'UNKNOWN', 'FAILED', 'SUCCESS', 'CLOSED', 'ABNORMAL'],
  UNKNOWN: ['PROCESSING', 'FAILED', 'SUCCESS', 'CLOSED', 'ABNORMAL'],
  PROCESSING: ['SUCCESS', 'CLOSED', 'ABNORMAL'],
  ABNORMAL: ['SUCCESS', 'CLOSED'],
  FAILED: ['REQUESTED', 'PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL'],
  SUCCESS: [],
  // WeChat contradicts itself: held, and taken.
  CLOSED: ['SUCCESS'],
}

const FOR_WANT_OF_MONEY = ['NOT_ENOUGH', 'ACQ.SELLER_BALANCE_NOT_ENOUGH']

/** A refund may only have been given up when queries lagged longer than we wait. */
const WAIT_MS = 30 * 60_000
function givenUpEarly(before: Order, outRefundNo: string, now: RefundStatus): boolean {
  const {
    in_doubt,
    refused_at = Infinity,
    failed_at = 0,
    failure_code,
  } = reservationOf(before.books, outRefundNo) ?? {}
  if (now === 'REQUESTED') return failure_code === undefined || !FOR_WANT_OF_MONEY.includes(failure_code)
  return in_doubt !== true || failed_at - refused_at < WAIT_MS
}

/** Closed, by all that WeChat told of it: a refund of this payment, of one amount, and never a success. */
function isBack({ said, ours }: Order['books'], { out_refund_no: number, status }: Refund): boolean {
  if (status !== 'CLOSED') return false
  const told = said.refunds.filter((one) => one.out_refund_no === number)
  const amounts = new Set(told.map(({ amount }) => amount))
  for (const { out_refund_no, amount } of ours.refunds) if (out_refund_no === number) amounts.add(amount)
  const ofPayment = told.every(({ transaction_id }) =>
    said.payments.some((payment) => payment.transaction_id === transaction_id),
  )
  return ofPayment && amounts.size === 1 && told.every(({ states }) => states.SUCCESS === undefined)
}

/** What an answer says of an order that somebody acts upon. */
function shown({ status, refundable, deficit, holds }: Order): string {
  return JSON.stringify({ status, refundable, deficit, holds: Object.keys(holds).toSorted() })
}

/** Without whether it is published. */
function deedOf(did: Handled | undefined): string | undefined {
  if (did === undefined) return undefined
  const { untold: _untold, told: _told, ...deed } = did
  return JSON.stringify(deed)
}

export interface OrderWatch {
  readonly orders: ReadonlyMap<string, Order>
  saved(order: Order): void
  /** A query was answered with it: as it is stored, or was. */
  answered(order: Order): void
}

export function createOrderWatch({ report }: Violations): OrderWatch {
  const orders = new Map<string, Order>()
  const shownOnce = new Map<string, Set<string>>()

  function checkRefunds(before: Order | undefined, after: Order): void {
    for (const old of Object.values(before?.refunds ?? {})) {
      const status = refundOf(after, old.out_refund_no)?.status
      if (status === undefined) report('I2', `refund ${old.out_refund_no} disappeared`)
      else if (status !== old.status && !REFUND_STEPS[old.status].includes(status))
        report('I5', `refund ${old.out_refund_no} went from ${old.status} to ${status}`)
      else if (
        status !== old.status &&
        old.status === 'FAILED' &&
        givenUpEarly(before!, old.out_refund_no, status)
      )
        report('I5', `refund ${old.out_refund_no} was FAILED too early and is ${status}`)
    }
  }

  /** What was said and decided only ever grows, and what a fact did is never remembered otherwise. */
  function checkMemory(before: Order | undefined, after: Order): void {
    for (const [factKey, did] of Object.entries(before?.handled ?? {})) {
      const now = after.handled[factKey]
      if (deedOf(now) !== deedOf(did)) report('I2', `what ${factKey} did was forgotten or changed`)
      if (did.untold !== undefined && now?.untold === undefined && now?.told !== true)
        report('I2', `that ${factKey} is to be published was forgotten`)
    }
    const [was, is] = [before?.books, after.books]
    if (was === undefined) return
    for (const { transaction_id } of was.said.payments)
      if (!is.said.payments.some((told) => told.transaction_id === transaction_id))
        report('I2', `the payment ${transaction_id} is not known any more`)
    for (const { out_refund_no, states } of was.said.refunds)
      for (const state of Object.keys(states))
        if (!is.said.refunds.some((told) => told.out_refund_no === out_refund_no && state in told.states))
          report('I2', `that ${out_refund_no} was ${state} is not known any more`)
    if (is.decided.length < was.decided.length) report('I2', 'a decision is not known any more')
  }

  function checkMoney({ status, refundable, deficit, refunds, books, ...order }: Order): void {
    const paid = Math.min(...books.said.payments.map(({ amount }) => amount.total))
    const live = Object.values(refunds)
      .filter((refund) => refund.status !== 'FAILED' && !isBack(books, refund))
      .reduce((sum, refund) => sum + refund.amount, 0)
    const accepted = books.decided.some(({ action }) => action === 'accept')
    for (const told of books.said.refunds)
      if (!accepted && (refunds[told.out_refund_no]?.amount ?? 0) < told.amount)
        report('I4', `${told.out_refund_no} counts for less than the ${told.amount} that was told`)
    const left = status === 'PAID' ? paid - live : 0
    // A person may have let it pass; the cause stays to be seen.
    const said = order.causes.some(({ reason }) => reason === 'over_refunded')
    if (left < 0 && !said) report('I4', `refunds of ${live} exceed ${paid}`)
    if (refundable !== Math.max(0, left) || deficit !== Math.max(0, -left))
      report('I4', `refundable is ${refundable} and the deficit ${deficit}, not ${paid} - ${live}`)
  }

  return {
    orders,
    saved(order) {
      const before = orders.get(order.order_key)
      if (
        before !== undefined &&
        before.status !== order.status &&
        !ORDER_STEPS[before.status].includes(order.status)
      )
        report('I5', `the order went from ${before.status} to ${order.status}`)
      checkRefunds(before, order)
      checkMemory(before, order)
      if (before !== undefined) checkDecisions(before, order, report)
      checkMoney(order)
      orders.set(order.order_key, order)
      const seen = shownOnce.get(order.order_key) ?? new Set()
      shownOnce.set(order.order_key, seen.add(shown(order)))
    },
    answered(order) {
      if (shownOnce.get(order.order_key)?.has(shown(order)) !== true)
        report('I20', `${order.out_trade_no} was answered as ${shown(order)}, which it never was`)
    },
  }
}
