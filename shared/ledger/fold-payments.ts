/** What the payments that WeChat told mean for the order. */
import { fen } from '#shared/money.ts'
import type { Fen } from '#shared/money.ts'
import { digestOf, paymentContent } from './digest.ts'
import type { Asked, Books, Decision, Ours, ToldPayment } from './books.ts'
import type { Cause } from './cause.ts'
import type { HoldReason, OrderStatus } from './words.ts'

/** Clocks differ: a payment made within this time before the number was used again may be of either use. */
const EPOCH_MARGIN_MS = 60_000

export interface FoldedPayments {
  readonly status: OrderStatus
  /** The payment that the order is paid by; undefined while unpaid, or while two of them contradict each other. */
  readonly payment?: ToldPayment
  /** What came in: of two payments the smaller one, until it is clear. Undefined while unpaid. */
  readonly paid?: Fen
  readonly causes: readonly Cause[]
}

interface Judged {
  readonly payment: ToldPayment
  readonly content: string
  /** Why it does not pay the order by itself. */
  readonly objection: HoldReason | undefined
  readonly earlierUse: boolean
}

export function foldPayments({ said, ours, decided }: Books): FoldedPayments {
  const chosen = choicesOf(decided)
  const judged = said.payments.map((payment) => judge(ours, payment))
  const applied = judged.filter(({ objection, content }) => objection === undefined || chosen.has(content))
  const objected = judged.filter((one) => !applied.includes(one))
  const causes = [
    ...groupCause('order_unknown', objected),
    ...groupCause('order_rejected', objected),
    ...objected.flatMap((one) => differenceCause(ours, one)),
    ...conflictCause(judged.filter(({ earlierUse, content }) => !earlierUse || chosen.has(content))),
  ]
  const [first, second] = applied
  if (first === undefined) return { status: unpaidStatus({ said, ours }), causes }
  const paid = fen(Math.min(...applied.map(({ payment }) => payment.amount.total)))
  return { status: 'PAID', causes, paid, ...(second === undefined ? { payment: first.payment } : {}) }
}

function unpaidStatus({ said, ours }: Pick<Books, 'said' | 'ours'>): OrderStatus {
  if (ours.asked === undefined) return 'UNRECOGNIZED'
  return said.closed_at === undefined ? ours.placing : 'CLOSED'
}

/** An acceptance holds whatever came later: it names the content that it chose. */
export function choicesOf(decided: readonly Decision[]): ReadonlySet<string> {
  return new Set(
    decided.flatMap(({ action, choice }) => (action === 'accept' && choice !== undefined ? [choice] : [])),
  )
}

function judge({ asked, placing }: Ours, payment: ToldPayment): Judged {
  const content = paymentContent(payment)
  if (asked === undefined) return { payment, content, objection: 'order_unknown', earlierUse: false }
  const earlierUse = isOfEarlierUse(asked, payment)
  const objection = earlierUse || placing === 'REJECTED' ? 'order_rejected' : differenceOf(asked, payment)
  return { payment, content, objection, earlierUse }
}

function isOfEarlierUse({ reused_at }: Asked, { success_time }: ToldPayment): boolean {
  return reused_at !== undefined && Date.parse(success_time) < reused_at - EPOCH_MARGIN_MS
}

function differenceOf({ appid, amount }: Asked, payment: ToldPayment): HoldReason | undefined {
  if (payment.amount.currency !== amount.currency) return 'currency_differs'
  if (payment.amount.total !== amount.total) return 'amount_differs'
  return payment.appid === appid ? undefined : 'appid_differs'
}

/** One hold for all payments of an order that is none of ours; accepted only where there is no choice to make. */
function groupCause(reason: 'order_unknown' | 'order_rejected', objected: readonly Judged[]): Cause[] {
  const contents = objected.flatMap(({ objection, content }) => (objection === reason ? [content] : []))
  const [only, second] = contents
  if (only === undefined) return []
  const choice = second === undefined ? { choice: only } : {}
  return [{ key: reason, reason, evidence: digestOf(...contents), ...choice }]
}

/** Money of another currency cannot be accepted: nothing here could refund it. */
function differenceCause({ asked }: Ours, { objection, content }: Judged): Cause[] {
  if (objection === undefined || objection === 'order_unknown' || objection === 'order_rejected') return []
  const evidence = digestOf(content, asked?.appid ?? '', asked?.amount.total ?? 0)
  const choice = objection === 'currency_differs' ? {} : { choice: content }
  return [{ key: `${objection}#${content}`, reason: objection, evidence, ...choice }]
}

function conflictCause(payments: readonly Judged[]): Cause[] {
  if (payments.length < 2) return []
  const evidence = digestOf(...payments.map(({ content }) => content))
  return [{ key: 'payment_conflict', reason: 'payment_conflict', evidence }]
}
