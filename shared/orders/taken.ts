/** What the refunds of an order take of its payment: every one that is not FAILED or CLOSED. */
import { fen } from '#shared/money.ts'
import type { Fen } from '#shared/money.ts'
import type { Order } from './order.ts'

export interface Left {
  /** Never below zero, however much was taken. */
  readonly refundable: Fen
  /** More was taken than was paid. */
  readonly exceeded: boolean
}

export function leftOf({ amount, refunds }: Pick<Order, 'amount' | 'refunds'>): Left {
  const left = amount.total - takenOf(refunds)
  return { refundable: fen(Math.max(0, left)), exceeded: left < 0 }
}

function takenOf(refunds: Order['refunds']): number {
  return Object.values(refunds)
    .filter(({ status }) => status !== 'FAILED' && status !== 'CLOSED')
    .reduce((sum, { amount }) => sum + amount, 0)
}
