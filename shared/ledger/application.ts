/** An application to pay an abnormal refund to a bank card: decided by a person, sent once for each decision. Pure functions. */
import type { ErrorCode } from '#shared/errors.ts'
import type { Application, Books, Decision, Ours } from './books.ts'
import type { Signed } from './decide.ts'
import { digestOf } from './digest.ts'
import { fold } from './fold.ts'
import type { ApplicationState, CardOwner } from './words.ts'

export interface ApplicationAsked {
  readonly out_refund_no: string
  /** Whose card. */
  readonly type: CardOwner
}

/** So long nobody can apply again: WeChat's queries may lag behind, and a card takes its time. */
const SETTLED_AFTER_MS: Readonly<Record<ApplicationState, number>> = {
  REQUESTED: 30 * 60_000,
  UNKNOWN: 30 * 60_000,
  ACCEPTED: 24 * 60 * 60_000,
  REFUSED: 0,
}

/** Of all refunds of an order: each is a decision, which the order keeps. */
export const MAX_APPLICATIONS = 40

export type AskedApplication =
  | { readonly refundId: string; readonly attempt: number }
  /** One is on its way, or was just taken: WeChat is asked what became of it, and nothing is sent. */
  | { readonly known: Application }
  | { readonly refused: ErrorCode }

export function askApplication(
  books: Books,
  { out_refund_no }: ApplicationAsked,
  now: number,
): AskedApplication {
  const known = applicationOf(books, out_refund_no)
  if (known !== undefined && now - known.updated_at < SETTLED_AFTER_MS[known.state]) return { known }
  const folded = fold(books)
  const refund = folded.refunds.get(out_refund_no)
  if (refund?.status !== 'ABNORMAL' || refund.told === undefined) return { refused: 'refund_not_abnormal' }
  if (folded.held) return { refused: 'order_held' }
  return { refundId: refund.told.refund_id, attempt: (known?.attempt ?? 0) + 1 }
}

/** Whether the order has room for another decision of this kind. */
export function hasRoomForApplication({ decided }: Pick<Books, 'decided'>): boolean {
  return decided.filter(({ action }) => action === 'pay_to_card').length < MAX_APPLICATIONS
}

/** The decision behind an application: who, why, and whose card; nothing of the card. */
export function applicationDecision(
  { out_refund_no, type }: ApplicationAsked,
  attempt: number,
  signed: Signed,
): Decision {
  const evidence = digestOf(out_refund_no, attempt)
  return { ...signed, action: 'pay_to_card', hold: `abnormal#${out_refund_no}`, evidence, choice: type }
}

/** Remembers that it is about to be sent. */
export function withApplication(
  { ours }: Books,
  { out_refund_no, type }: ApplicationAsked,
  { attempt, now }: { readonly attempt: number; readonly now: number },
): { readonly ours: Ours } {
  const begun: Application = {
    out_refund_no,
    type,
    state: 'REQUESTED',
    attempt,
    created_at: now,
    updated_at: now,
  }
  const others = (ours.applications ?? []).filter((one) => one.out_refund_no !== out_refund_no)
  return { ours: { ...ours, applications: [...others, begun] } }
}

/** Records what became of the sending of an attempt. @returns undefined when there is a later one */
export function withApplicationState(
  { ours }: Books,
  attempted: { readonly out_refund_no: string; readonly attempt: number },
  change: Pick<Application, 'state' | 'updated_at' | 'failure_code'>,
): { readonly ours: Ours } | undefined {
  const { applications = [] } = ours
  const isIt = (one: Application) =>
    one.out_refund_no === attempted.out_refund_no && one.attempt === attempted.attempt
  if (!applications.some(isIt)) return undefined
  return {
    ours: { ...ours, applications: applications.map((one) => (isIt(one) ? { ...one, ...change } : one)) },
  }
}

export function applicationOf({ ours }: Pick<Books, 'ours'>, outRefundNo: string): Application | undefined {
  return ours.applications?.find((one) => one.out_refund_no === outRefundNo)
}
