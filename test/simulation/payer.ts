/** A payer who comes before the channel has the order looks again, a few times. */
import type { Conditions } from './conditions.ts'
import type { Scheduler } from './scheduler.ts'

const TRIES = 6
const PAUSE_MS = 10_000

interface PayerDeps {
  readonly scheduler: Scheduler
  readonly conditions: Conditions
}

/** @returns what has an order paid as soon as the channel has it, from now on, if it still waits for that. */
export function createPayer<Order extends { readonly state: string }>(
  { scheduler, conditions }: PayerDeps,
  find: (number: string) => Order | undefined,
) {
  return function payWith(number: string, pay: (order: Order) => void, tried = 1): void {
    const order = find(number)
    if (order?.state === 'NOTPAY') pay(order)
    else if (order === undefined && tried < TRIES)
      scheduler.after(conditions.vary(PAUSE_MS), () => payWith(number, pay, tried + 1))
  }
}
