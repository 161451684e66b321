/**
 * What a notification of a channel asserts that tells states of an order, and refunds by their names. Nobody may tell it again:
 * what is not understood is kept with what is.
 */
import { factOfRefund, factOfTransaction } from './facts-of.ts'
import { stateTold } from './fact.ts'
import type { Fact, StateFact } from './fact.ts'
import { looksFinal, stateWord } from './final-looking.ts'
import { isRefundStatus, isTradeState, tellsOfRefunds } from './telling.ts'
import type { ChannelRefund, Transaction } from './telling.ts'

interface Notified {
  /** Epoch ms. */
  readonly received_at: number
  /** The same in every repetition: a replay is the same facts, whatever was told between. */
  readonly content: string
}

interface NamedState {
  readonly mchid: string
  readonly out_trade_no: string
  readonly out_refund_no?: string
  readonly state: string
  readonly known: boolean
}

/** @returns nothing of an order that waits for its payer, and of a state that nobody knows and that looks like no end. */
export function factsOfTransaction(told: Transaction, notified: Notified): readonly Fact[] {
  const { mchid, out_trade_no, trade_state: state, success_time } = told
  const payment = factOfTransaction(told, { source: 'notification', received_at: notified.received_at })
  const known = isTradeState(state)
  const says = known ? tellsOfRefunds({ state }) : looksFinal({ state, success_time })
  return [
    ...(payment === undefined ? [] : [payment]),
    ...(says ? [stateFact({ mchid, out_trade_no, state, known }, notified)] : []),
  ]
}

/** @param told the signed answer to whoever asked for what the notification named */
export function factsOfRefund(mchid: string, told: ChannelRefund, notified: Notified): readonly Fact[] {
  const { out_trade_no, out_refund_no, status: state, success_time } = told
  const unclear = !isRefundStatus(state) && looksFinal({ state, success_time })
  return [
    factOfRefund(mchid, told, { source: 'query', received_at: notified.received_at }),
    ...(unclear ? [stateFact({ mchid, out_trade_no, out_refund_no, state, known: false }, notified)] : []),
  ]
}

/** There is such a refund: of how much, the channel could not be asked. */
export function refundNamed(
  mchid: string,
  named: { readonly out_trade_no: string; readonly out_refund_no: string },
  notified: Notified,
): StateFact {
  const { out_trade_no, out_refund_no } = named
  return stateFact({ mchid, out_trade_no, out_refund_no, state: 'REFUND', known: true }, notified)
}

function stateFact({ state, ...told }: NamedState, { content, received_at }: Notified): StateFact {
  return stateTold({ ...told, state: stateWord(state), source: 'notification', received_at }, content)
}
