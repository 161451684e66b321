/** Short names for content: 16 hex digits of SHA-256, enough to tell apart what one order can hold. */
import { createHash } from 'node:crypto'
import type { ToldPayment } from './books.ts'

export function digestOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(parts.map(String)))
    .digest('hex')
    .slice(0, 16)
}

type Identity = Pick<ToldPayment, 'appid' | 'transaction_id' | 'amount'>

/** A fold asks for it again and again; payments are never changed in place. */
const contents = new WeakMap<Identity, string>()

/** What makes a payment this payment. */
export function paymentContent(payment: Identity): string {
  const { appid, transaction_id, amount } = payment
  const content = contents.get(payment) ?? digestOf(appid, transaction_id, amount.total, amount.currency)
  contents.set(payment, content)
  return content
}
