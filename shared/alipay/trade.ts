/** A trade as Alipay tells it, in a query or a notification, in the words of the domain. The payer is left out on purpose. */
import { isTradeState } from '#shared/facts/telling.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import type { Fen } from '#shared/money.ts'
import { given } from '#shared/given.ts'

/** What both kinds of telling have. */
export interface ToldTrade {
  readonly out_trade_no: string
  readonly trade_no?: string | undefined
  readonly trade_status: string
  readonly total?: Fen | undefined
  readonly payer_total?: Fen | undefined
  /** RFC 3339; only what was paid has one. */
  readonly paid_at?: string | undefined
  readonly attach?: string | undefined
}

/** Whose it is. */
export interface App {
  readonly appId: string
  /** What keys and facts call the merchant. */
  readonly account: string
}

export function transactionOf({ appId, account }: App, trade: ToldTrade): Transaction {
  const { out_trade_no, trade_no: transaction_id, total, payer_total, paid_at: success_time, attach } = trade
  return {
    appid: appId,
    mchid: account,
    out_trade_no,
    trade_state: stateOf(trade),
    ...given({ transaction_id, success_time, attach }),
    ...(total === undefined ? {} : { amount: { total, ...given({ payer_total }), currency: 'CNY' } }),
  }
}

const STATES: ReadonlyMap<string, string> = new Map([
  ['WAIT_BUYER_PAY', 'NOTPAY'],
  ['TRADE_SUCCESS', 'SUCCESS'],
  // Paid, and its time to be refunded is over.
  ['TRADE_FINISHED', 'SUCCESS'],
])

/** Nobody here knows a state of any other name. */
const CLOSED = 'TRADE_CLOSED'

/**
 * Alipay has one word for an order that nobody paid and one that was refunded to the last fen: only the time of the payment tells
 * them apart. A state that is not known here stays as it is, and asserts nothing (`facts/final-looking.ts`).
 */
function stateOf({ trade_status, paid_at }: ToldTrade): string {
  if (trade_status === CLOSED) return paid_at === undefined ? 'CLOSED' : 'REFUND'
  return STATES.get(trade_status) ?? strange(trade_status, isTradeState)
}

/** A word of Alipay's that nobody here knows stays one, also where the domain has the same for something else. */
export function strange(state: string, isKnown: (state: string) => boolean): string {
  return isKnown(state) ? `ALIPAY_${state}` : state
}

/** Of a state that is not known here nobody can say what has to come with it. */
export function isTradeStatus(trade_status: unknown): boolean {
  return typeof trade_status === 'string' && (trade_status === CLOSED || STATES.has(trade_status))
}

/** Whether a state asserts a payment: then its number and amount are needed. */
export function claimsPayment(trade_status: unknown): boolean {
  return trade_status === 'TRADE_SUCCESS' || trade_status === 'TRADE_FINISHED'
}
