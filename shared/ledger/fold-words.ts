/**
 * States that are not known here and look final hold the order until WeChat tells a known one: nobody can say what they did to
 * the money. What counts is when a state was told last, not which arrived first.
 */
import type { Said, ToldWord } from './books.ts'
import type { Cause } from './cause.ts'
import { digestOf } from './digest.ts'

/** The words that no known state has followed, of the order itself or of a refund; each with the time of its last telling. */
export function standingWords(
  said: Said,
  outRefundNo?: string,
): readonly Required<Pick<ToldWord, 'word' | 'at'>>[] {
  const own = said.words?.filter((told) => told.out_refund_no === outRefundNo) ?? []
  if (own.length === 0) return []
  const known = own.flatMap(({ word, at }) => (word === undefined ? [at] : []))
  const last = Math.max(
    ...known,
    ...(outRefundNo === undefined ? orderTimes(said) : refundTimes(said, outRefundNo)),
  )
  return own.flatMap(({ word, at }) => (word !== undefined && at >= last ? [{ word, at }] : []))
}

/** When anything was told last of the order itself, or of a refund; epoch ms. */
export function lastTold(said: Said, outRefundNo?: string): number {
  const words = said.words?.filter((told) => told.out_refund_no === outRefundNo) ?? []
  const known = outRefundNo === undefined ? orderTimes(said) : refundTimes(said, outRefundNo)
  return Math.max(0, ...words.map(({ at }) => at), ...known)
}

export function wordCauses(said: Said): readonly Cause[] {
  const subjects = new Set((said.words ?? []).map((told) => told.out_refund_no))
  return [...subjects].flatMap((number) => {
    const words = standingWords(said, number).map(({ word }) => word)
    if (words.length === 0) return []
    const reason = number === undefined ? 'trade_state_unknown' : 'refund_state_unknown'
    return [{ key: wordHold(number), reason, evidence: digestOf(...words) }]
  })
}

/** The key of the hold that such a state opens. */
export function wordHold(outRefundNo?: string): string {
  return outRefundNo === undefined ? 'trade_state_unknown' : `refund_state_unknown#${outRefundNo}`
}

function orderTimes({ payments, closed_at }: Said): readonly number[] {
  return [...payments.map(({ told_at }) => told_at), ...(closed_at === undefined ? [] : [closed_at])]
}

function refundTimes({ refunds }: Said, outRefundNo: string): readonly number[] {
  return refunds.flatMap((told) => (told.out_refund_no === outRefundNo ? Object.values(told.states) : []))
}
