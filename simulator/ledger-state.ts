/** The books as they are written to a file. */
import type { Ledger } from './ledger.ts'

type Saved<Book> = Book extends Map<string, infer Entry> ? readonly (readonly [string, Entry])[] : never

/** Every book as its entries; a book that is added to the ledger has to be added here. */
export type SavedLedger = { readonly [Name in keyof Ledger]: Saved<Ledger[Name]> }

export function saveLedger(ledger: Ledger): SavedLedger {
  return {
    orders: [...ledger.orders],
    combined: [...ledger.combined],
    transactions: [...ledger.transactions],
    tickets: [...ledger.tickets],
    refunds: [...ledger.refunds],
    refundsOf: [...ledger.refundsOf],
  }
}

/** @throws TypeError when the books are not lists of entries. */
export function restoreLedger(saved: SavedLedger): Ledger {
  return {
    orders: new Map(saved.orders),
    combined: new Map(saved.combined),
    transactions: new Map(saved.transactions),
    tickets: new Map(saved.tickets),
    refunds: new Map(saved.refunds),
    refundsOf: new Map(saved.refundsOf),
  }
}
