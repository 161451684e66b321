/** Decisions and permutations for the tests of the ledger. */
import { expect } from 'vitest'
import type { Books } from '#shared/ledger/books.ts'
import { acceptDecision, dismissDecision, withDecision } from '#shared/ledger/decide.ts'
import { NOW, permutations, picture, tell } from './tellings.ts'
import type { Telling } from './tellings.ts'

const signed = { by: 'li.lei', note: 'seen', at: NOW }

export function dismissing(books: Books, hold: string): Books {
  const decided = dismissDecision(books, { ...signed, hold })
  if ('refused' in decided) throw new Error(decided.refused)
  return { ...books, decided: withDecision(books, decided.decision) }
}

export function accepting(books: Books, hold: string): Books {
  const decided = acceptDecision(books, { ...signed, hold })
  if ('refused' in decided) throw new Error(decided.refused)
  return { ...books, decided: withDecision(books, decided.decision) }
}

/** The same end, whatever the order. */
export function everyOrder(books: Books, ...tellings: readonly Telling[]): Books {
  const ends = permutations(tellings).map((order) => tell(books, ...order, order[0]!))
  expect(new Set(ends.map(picture)).size).toBe(1)
  return ends[0]!
}
