/**
 * What is known of each refund, ours or made elsewhere. What WeChat says is out, whether it fits or not; where tellings
 * contradict each other the amount stays taken until WeChat says otherwise.
 */
import type { Fen } from '#shared/money.ts'
import { fen } from '#shared/money.ts'
import { approvalCause, approvalState } from './approval.ts'
import type { ApprovalState } from './approval.ts'
import type { Books, Reservation, ToldPayment, ToldRefund } from './books.ts'
import type { Cause } from './cause.ts'
import { digestOf, paymentContent } from './digest.ts'
import { choicesOf } from './fold-payments.ts'
import { standingWords } from './fold-words.ts'
import { TOLD_STATES } from './words.ts'
import type { HoldReason, RefundStatus, ToldState } from './words.ts'

export interface FoldedRefund {
  readonly out_refund_no: string
  readonly status: RefundStatus
  readonly amount: Fen
  /** Whether its amount is out, or may still go out. */
  readonly live: boolean
  /** Absent for a refund that was not made through us. */
  readonly reservation?: Reservation
  /** What WeChat last said of it; absent while WeChat said nothing. */
  readonly told?: ToldRefund
  /** Whether people have approved it; absent where nobody has to, or it was sent since. */
  readonly approval?: ApprovalState
  /** Epoch ms. */
  readonly created_at: number
  readonly updated_at: number
  readonly causes: readonly Cause[]
}

/** Every refund by its number. */
export function foldRefunds({ said, ours, decided }: Books): ReadonlyMap<string, FoldedRefund> {
  const tellings = Map.groupBy(said.refunds, (told) => told.out_refund_no)
  const reservations = new Map(ours.refunds.map((one) => [one.out_refund_no, one]))
  const choices = choicesOf(decided)
  const numbers = new Set([...reservations.keys(), ...tellings.keys()])
  return new Map(
    [...numbers].map((number) => {
      const known = { reservation: reservations.get(number), tellings: tellings.get(number) ?? [] }
      const unclear = standingWords(said, number).length > 0
      return [number, folded({ number, ...known, payments: said.payments, choices, unclear, decided })]
    }),
  )
}

interface Known {
  readonly number: string
  readonly reservation: Reservation | undefined
  readonly tellings: readonly ToldRefund[]
  readonly payments: readonly ToldPayment[]
  readonly choices: ReadonlySet<string>
  /** The last state that was told of it is not known here and looks final. */
  readonly unclear: boolean
  readonly decided: Books['decided']
}

function folded(known: Known): FoldedRefund {
  const { number, reservation, tellings, unclear } = known
  const causes = causesOf(known)
  const approval = approvalOf(known)
  const told = lastTold(tellings)
  const state = told === undefined ? undefined : highestState(told)
  const believed = approval === 'refused' ? 'FAILED' : reservation?.sending
  const status = state ?? believed ?? 'UNKNOWN'
  const times = tellings.flatMap(({ states }) => Object.values(states))
  return {
    out_refund_no: number,
    status,
    amount: amountOf(known),
    live: status !== 'FAILED' && (status !== 'CLOSED' || unclear || causes.length > 0),
    ...(reservation === undefined ? {} : { reservation }),
    ...(told === undefined ? {} : { told }),
    ...(approval === undefined ? {} : { approval }),
    created_at: reservation?.created_at ?? Math.min(...times),
    updated_at: Math.max(reservation?.updated_at ?? 0, ...times),
    causes,
  }
}

/** The one with the highest state. */
function lastTold(tellings: readonly ToldRefund[]): ToldRefund | undefined {
  return tellings.reduce<ToldRefund | undefined>(
    (best, told) => (best === undefined || rank(told) > rank(best) ? told : best),
    undefined,
  )
}

function highestState({ states }: ToldRefund): ToldState | undefined {
  return TOLD_STATES.findLast((state) => states[state] !== undefined)
}

function rank(told: ToldRefund): number {
  return TOLD_STATES.findLastIndex((state) => told.states[state] !== undefined)
}

/** Of differing amounts the largest counts, unless a person accepted WeChat's. */
function amountOf({ number, reservation, tellings, choices }: Known): Fen {
  const told = tellings.map(({ amount }) => amount)
  const [only] = told
  if (reservation === undefined || only === undefined) return fen(Math.max(...told, reservation?.amount ?? 0))
  return choices.has(amountChoice(number, only)) ? only : fen(Math.max(...told, reservation.amount))
}

/** What an acceptance of a refund's amount chooses. */
export function amountChoice(number: string, amount: Fen): string {
  return `${number}#${amount}`
}

function causesOf(known: Known): readonly Cause[] {
  const { reservation, tellings } = known
  const asks = reservation === undefined || tellings.length > 0 ? [] : approvalCause(known, reservation)
  return [...contradiction(known), ...otherAmount(known), ...otherTransaction(known), ...asks]
}

/** What WeChat says of it is out, whoever approved that. */
function approvalOf(known: Known): ApprovalState | undefined {
  const { reservation, tellings } = known
  return reservation === undefined || tellings.length > 0 ? undefined : approvalState(known, reservation)
}

function contradiction({ number, tellings }: Known): Cause[] {
  const told = (state: ToldState) => tellings.some(({ states }) => states[state] !== undefined)
  return told('SUCCESS') && told('CLOSED') ? [cause('refund_contradiction', number, contents(tellings))] : []
}

function otherAmount({ number, reservation, tellings, payments, choices }: Known): Cause[] {
  const told = new Set(tellings.map(({ amount }) => amount))
  const [only, second] = told
  if (only === undefined) return []
  const ofOtherTotal =
    payments.length > 0 &&
    tellings.some(({ total }) => !payments.some(({ amount }) => amount.total === total))
  const chosen = choices.has(amountChoice(number, only))
  const differs =
    second !== undefined || (reservation !== undefined && reservation.amount !== only && !chosen)
  if (!differs && !ofOtherTotal) return []
  const evidence = [...contents(tellings), ...(ofOtherTotal ? payments.map(paymentContent) : [])]
  const choice = second === undefined && !ofOtherTotal ? { choice: amountChoice(number, only) } : {}
  return [{ ...cause('refund_amount_differs', number, evidence), ...choice }]
}

function otherTransaction({ number, tellings, payments }: Known): Cause[] {
  if (payments.length === 0) return []
  const other = tellings.filter(
    (told) => !payments.some((payment) => payment.transaction_id === told.transaction_id),
  )
  if (other.length === 0) return []
  const evidence = [...contents(other), ...payments.map(paymentContent)]
  return [cause('refund_of_other_transaction', number, evidence)]
}

/** With the final states: a telling that changes nothing about the matter is no new evidence. */
function contents(tellings: readonly ToldRefund[]): readonly string[] {
  return tellings.map(
    ({ refund_id, transaction_id, total, amount, states }) =>
      `${refund_id}#${transaction_id}#${total}#${amount}#${states.SUCCESS === undefined ? '' : 'S'}${states.CLOSED === undefined ? '' : 'C'}`,
  )
}

function cause(reason: HoldReason, number: string, evidence: readonly string[]): Cause {
  return { key: `${reason}#${number}`, reason, evidence: digestOf(...evidence) }
}
