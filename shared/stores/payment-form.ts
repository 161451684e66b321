/** The stored form of what a channel told of a payment: a fact has it, and so have the books of its order. */
import * as v from 'valibot'
import type { ToldPayment } from '#shared/ledger/books.ts'
import { StoredFen } from './stored-item.ts'
import type { Entries } from './stored-item.ts'

export const paymentEntries = () => ({
  appid: v.string(),
  transaction_id: v.string(),
  success_time: v.string(),
  amount: v.looseObject({
    total: StoredFen,
    payer_total: v.exactOptional(StoredFen),
    currency: v.string(),
  } satisfies Entries<ToldPayment['amount']>),
  trade_type: v.exactOptional(v.string()),
  bank_type: v.exactOptional(v.string()),
})
