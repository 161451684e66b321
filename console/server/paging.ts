/** Pages of a list that is at hand as a whole. */
import type { Listing } from '#console/contract.ts'
import { invalid } from './console-error.ts'

const PAGE = 50

/** The page that `next` names: how many come before it. @throws ConsoleError */
export function pageOf<Entry>(entries: readonly Entry[], query: URLSearchParams): Listing<Entry> {
  const next = query.get('next') ?? '0'
  if (!/^\d{1,6}$/.test(next)) throw invalid('next', 'must be the next of an earlier answer', next)
  const end = Number(next) + PAGE
  return { entries: entries.slice(Number(next), end), ...(end < entries.length ? { next: String(end) } : {}) }
}
