/** The people who hold and release orders: over HTTP like everybody else, twice where they are not sure, and at last everything. */
import { createHold } from '#functions/hold/hold.ts'
import { providerOf } from '#shared/facts/account.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { isHeld } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import { MCHID } from '#test/support/orders.ts'
import type { Functions } from './functions.ts'
import type { Merchant } from './merchant.ts'
import type { Scheduler } from './scheduler.ts'
import type { State } from './state.ts'

export type Decision = 'dismiss' | 'accept'

export interface Operators {
  hold(number: string, note: string, account?: string): void
  /** Decides about each hold that is open, or was ever seen. */
  release(number: string, decision: Decision, account?: string): Promise<void>
}

interface OperatorsDeps {
  readonly functions: Functions
  readonly persist: Merchant['persist']
  readonly state: State
}

export function createOperators({ functions, persist, state }: OperatorsDeps): Operators {
  return {
    hold: (number, note, account = MCHID) =>
      void persist(`hold ${number}`, () =>
        functions.run(
          'hold',
          (ports) => createHold(ports).place(number, { by: 'anna', note }),
          providerOf(account),
        ),
      ),
    async release(number, decision, account = MCHID) {
      const order = await state.orders.get(orderKey(account, number))
      for (const hold of Object.keys(order?.holds ?? {}))
        void persist(`${decision} ${hold}`, () =>
          functions.run(
            'hold',
            (ports) => createHold(ports).release(number, { decision, hold, by: 'ben', note: 'seen' }),
            providerOf(account),
          ),
        )
    },
  }
}

const ROUNDS = 6
const ROUND_MS = 4 * 3_600_000

/** Somebody looks after what is held in the end, again and again, until nothing is. */
export function startClerk(
  { scheduler, state, operators }: { scheduler: Scheduler; state: State; operators: Operators },
  after: number,
): void {
  const held = (): readonly Order[] => [...state.orderWatch.orders.values()].filter(isHeld)
  const round = () => {
    for (const { out_trade_no: number, mchid } of held()) void operators.release(number, 'dismiss', mchid)
  }
  for (let turn = 0; turn < ROUNDS; turn += 1) scheduler.after(after + turn * ROUND_MS, round)
}
