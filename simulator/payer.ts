/** What a payer can do: open what a code, a link or a page hands over, pay it, or leave it. */
import * as v from 'valibot'
import { payableCombined } from './combined.ts'
import type { CombinedOperations } from './combined-operations.ts'
import { ControlError } from './control-error.ts'
import type { Combined, Ledger, Order, Ticket } from './ledger.ts'
import type { Operations } from './operations.ts'
import { tradeState } from './orders.ts'
import { payable } from './payments.ts'
import type { PayerChoice } from './payments.ts'
import { openTicket } from './tickets.ts'
import type { Timeline } from './timeline.ts'

const text = v.optional(v.string())

/** One of them says what is to be paid. */
export const WHICH = {
  out_trade_no: text,
  combine_out_trade_no: text,
  code_url: text,
  h5_url: text,
  prepay_id: text,
}
const whichSchema = v.object(WHICH)
export type Which = v.InferOutput<typeof whichSchema>

/** What a payer holds: one order, or several at once. */
export type Held = { readonly order: Order } | { readonly combined: Combined }

type Named = Pick<Ticket, 'number' | 'isCombined'>

export interface Payer {
  /** What it says, whether or not it can be paid. @throws ControlError for what names nothing, or no longer opens. */
  find(which: Which): Named
  /** What can be paid now. @throws ControlError saying why not. */
  open(which: Which): Held
  /** Pays it, and WeChat notifies. @throws ControlError saying why not. */
  pay(which: Which, choice: PayerChoice): Held
  /** Orders that wait to be paid, newest first. */
  unpaid(): readonly Order[]
}

export interface PayerParts {
  readonly ledger: Ledger
  readonly operations: Operations
  readonly combined: CombinedOperations
  readonly timeline: Timeline
}

export function createPayer({ ledger, operations, combined, timeline }: PayerParts): Payer {
  const openNamed = ({ number, isCombined }: Named): Held =>
    isCombined
      ? { combined: payableCombined(ledger, number, timeline.now()) }
      : { order: payable(ledger, number, timeline.now()) }

  function find({ code_url, h5_url, prepay_id, out_trade_no, combine_out_trade_no }: Which): Named {
    const ticket = code_url ?? h5_url ?? prepay_id
    if (ticket !== undefined) return openTicket(ledger, ticket, timeline.now())
    if (out_trade_no !== undefined) return { number: out_trade_no, isCombined: false }
    if (combine_out_trade_no !== undefined) return { number: combine_out_trade_no, isCombined: true }
    throw new ControlError(400, 'bad_request', `say which order: one of ${Object.keys(WHICH).join(', ')}`)
  }
  const open = (which: Which): Held => openNamed(find(which))

  return {
    find,
    open,
    pay(which, choice) {
      const held = open(which)
      return 'order' in held
        ? { order: operations.pay(held.order, choice) }
        : { combined: combined.pay(held.combined, choice) }
    },
    unpaid: () =>
      [...ledger.orders.values()]
        .filter((order) => order.combinedIn === undefined && tradeState(order, timeline.now()) === 'NOTPAY')
        .toReversed(),
  }
}
