/** A hash over what must agree between two tellings of the same fact. */
import { hash } from 'node:crypto'
import type { Fen } from '#shared/money.ts'

interface Paid {
  readonly appid: string
  readonly transaction_id: string
  readonly amount: { readonly total: Fen; readonly currency: string }
}

export function contentHash(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts))
}

/** What JSON writes as it is. */
const PLAIN = /^[\w-]*$/

/** As of a list in JSON. Of a payment, of which there are the most, it is mostly written without `JSON.stringify`: 0.2 µs. */
export function paymentHash(payment: Paid): string {
  const { appid, transaction_id, amount } = payment
  const { total, currency } = amount
  if (PLAIN.test(appid) && PLAIN.test(transaction_id) && PLAIN.test(currency))
    return hash('sha256', `["${appid}","${transaction_id}","${total}","${currency}"]`)
  return contentHash(appid, transaction_id, String(total), currency)
}
