/** What the bill of a day is expected to have: what our books have of that day, and what the day before has left to it. */
import type { DayEntry, DayIndex } from '#shared/orders/day-index.ts'
import { parseRefundPointerKey } from '#shared/orders/order-key.ts'
import { createFingerprints } from './fingerprints.ts'
import type { Fingerprints } from './fingerprints.ts'
import { REFUND_CONTENT } from './read-bill.ts'
import type { Neighbours } from './report.ts'

export async function expectDay(
  dayIndex: DayIndex,
  day: string,
  before: Neighbours | undefined,
): Promise<Fingerprints> {
  const expected = createFingerprints()
  for await (const page of dayIndex.list(day))
    for (const entry of page) expected.expect(entry.key, contentOf(entry))
  for (const key of before?.missing ?? []) expected.expect(key, contentOf({ key }))
  return expected
}

function contentOf({ key, billed = '' }: DayEntry): string {
  return parseRefundPointerKey(key) === undefined ? billed : REFUND_CONTENT
}

/** The keys that no row was for, listed anew: they are few, and their texts were not kept. */
export async function* missingOf(
  dayIndex: DayIndex,
  {
    day,
    before,
    expected,
  }: { readonly day: string; readonly before: Neighbours | undefined; readonly expected: Fingerprints },
): AsyncGenerator<string, void> {
  if (expected.missing === 0) return
  const left = new Set(before?.missing)
  for (const key of left) if (expected.isMissing(key)) yield key
  for await (const page of dayIndex.list(day))
    for (const { key } of page) if (!left.has(key) && expected.isMissing(key)) yield key
}
