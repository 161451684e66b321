/**
 * Adding to what WeChat said. A telling is never refused and never replaces another: the sets only grow, the same telling
 * again changes nothing, and whichever comes first, the set is the same.
 */
import { paymentContent } from './digest.ts'
import type { Said, ToldPayment, ToldRefund, ToldWord } from './books.ts'
import { TOLD_STATES } from './words.ts'

/** Far more than one order can see; what goes beyond holds the order, so that no save fails over its size. */
const MAX_PAYMENTS = 8
const MAX_TOLD_REFUNDS = 80
const MAX_TELLINGS_OF_REFUND = 4
const MAX_WORDS = 40

/** @returns the same object when the telling adds nothing. */
export function withPayment(said: Said, told: ToldPayment): Said {
  const payments = added(said.payments, told, { identity: paymentContent, merge: mergedPayments })
  if (payments === said.payments) return said
  if (payments.length <= MAX_PAYMENTS) return { ...said, payments }
  return overflowing({ ...said, payments: payments.slice(0, MAX_PAYMENTS) }, 'payments')
}

/** @param at epoch ms of the telling. */
export function withClosed(said: Said, at: number): Said {
  const closed_at = Math.min(at, said.closed_at ?? at)
  return closed_at === said.closed_at ? said : { ...said, closed_at }
}

/** @param at epoch ms of the telling. */
export function withRefunded(said: Said, at: number): Said {
  const refunded_at = Math.min(at, said.refunded_at ?? at)
  return refunded_at === said.refunded_at ? said : { ...said, refunded_at }
}

/** @returns the same object when the telling adds nothing. */
export function withRefund(said: Said, told: ToldRefund): Said {
  const refunds = added(said.refunds, told, { identity: refundContent, merge: mergedRefunds })
  return refunds === said.refunds ? said : withinLimits({ ...said, refunds }, told.out_refund_no)
}

/** Of equal ones the latest counts. @returns the same object when the telling adds nothing. */
export function withWord(said: Said, told: ToldWord): Said {
  const words = added(said.words ?? [], told, { identity: wordContent, merge: latestWord })
  if (words === said.words) return said
  if (words.length <= MAX_WORDS) return { ...said, words }
  return overflowing({ ...said, words: words.slice(0, MAX_WORDS) }, 'words')
}

function wordContent({ out_refund_no = '', word = '' }: ToldWord): string {
  return `${out_refund_no}#${word}`
}

function latestWord(one: ToldWord, other: ToldWord): ToldWord {
  return one.at >= other.at ? one : other
}

/** Keeps the first of a fixed order, so that what is kept does not depend on what came first. */
function withinLimits(said: Said, outRefundNo: string): Said {
  const tellings = said.refunds.filter((told) => told.out_refund_no === outRefundNo)
  const tooMany = tellings.slice(MAX_TELLINGS_OF_REFUND)
  if (tooMany.length > 0)
    return overflowing(
      { ...said, refunds: said.refunds.filter((told) => !tooMany.includes(told)) },
      outRefundNo,
    )
  const numbers = [...new Set(said.refunds.map((told) => told.out_refund_no))]
  const last = numbers[MAX_TOLD_REFUNDS]
  if (last === undefined) return said
  return overflowing(
    { ...said, refunds: said.refunds.filter((told) => told.out_refund_no !== last) },
    'refunds',
  )
}

function overflowing(said: Said, subject: string): Said {
  return said.overflow.includes(subject)
    ? said
    : { ...said, overflow: [...said.overflow, subject].toSorted() }
}

interface Kind<Told> {
  readonly identity: (told: Told) => string
  readonly merge: (one: Told, other: Told) => Told
}

function added<Told>(set: readonly Told[], told: Told, { identity, merge }: Kind<Told>): readonly Told[] {
  const name = identity(told)
  const index = set.findIndex((known) => identity(known) >= name)
  const known = index === -1 ? undefined : set[index]
  if (known === undefined) return [...set, told]
  if (identity(known) !== name) return set.toSpliced(index, 0, told)
  const merged = merge(known, told)
  return same(known, merged) ? set : set.with(index, merged)
}

/** Sorts by number first (`#` cannot be in one), then the largest amount: that must never be what goes beyond the limit. */
function refundContent({ out_refund_no, refund_id, transaction_id, total, amount }: ToldRefund): string {
  const descending = String(Number.MAX_SAFE_INTEGER - amount).padStart(16, '0')
  return `${out_refund_no}#${descending}#${refund_id}#${transaction_id}#${total}`
}

/** Two tellings of one payment may differ in what describes it: of each field the least value stays, whoever came first. */
function mergedPayments(one: ToldPayment, other: ToldPayment): ToldPayment {
  const payer = least(one.amount.payer_total, other.amount.payer_total)
  return {
    ...one,
    success_time: least(one.success_time, other.success_time) ?? one.success_time,
    amount: { ...one.amount, ...(payer === undefined ? {} : { payer_total: payer }) },
    ...leastOf(one, other, ['trade_type', 'bank_type']),
    told_at: Math.min(one.told_at, other.told_at),
  }
}

function mergedRefunds(one: ToldRefund, other: ToldRefund): ToldRefund {
  const states = { ...one.states }
  for (const state of TOLD_STATES) {
    const at = least(states[state], other.states[state])
    if (at !== undefined) states[state] = at
  }
  return { ...one, states, ...leastOf(one, other, ['success_time', 'channel']) }
}

type Texts<Field extends string> = { readonly [Name in Field]?: string }

function leastOf<Field extends string>(
  one: Texts<Field>,
  other: Texts<Field>,
  fields: readonly Field[],
): Texts<Field> {
  const result: { [Name in Field]?: string } = {}
  for (const field of fields) {
    const value = least<string>(one[field], other[field])
    if (value !== undefined) result[field] = value
  }
  return result
}

function least<Value extends string | number>(
  one: Value | undefined,
  other: Value | undefined,
): Value | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one <= other ? one : other
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
