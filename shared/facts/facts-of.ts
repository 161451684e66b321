/** Turns what WeChat tells in a query or notification into facts; the states of a payment that assert nothing final give none. */
import type { Transaction, ChannelRefund } from './telling.ts'
import { REFUND_FACT_STATES } from './fact-key.ts'
import { paymentClosed, paymentSucceeded, refundReached } from './fact.ts'
import type { FactSource, PaymentContent, PaymentFact, RefundFact } from './fact.ts'

interface Telling {
  readonly source: FactSource
  /** Epoch ms. */
  readonly received_at: number
}

/** After any refund WeChat says `REFUND`: that still asserts the payment (doc merchant/4012791861). */
export function factOfTransaction(transaction: Transaction, telling: Telling): PaymentFact | undefined {
  const { mchid, out_trade_no, trade_state, appid, transaction_id, success_time, amount } = transaction
  if (trade_state === 'CLOSED') return paymentClosed({ mchid, out_trade_no, ...telling })
  if (trade_state !== 'SUCCESS' && trade_state !== 'REFUND') return undefined
  if (transaction_id === undefined || amount === undefined || appid === undefined) return undefined
  const { source, received_at } = telling
  const payment: Mutable<PaymentContent> = {
    appid,
    transaction_id,
    // A payment must not be lost over a date that is not in the calendar: it was made by the time that it was told.
    success_time: success_time ?? new Date(received_at).toISOString(),
    amount,
  }
  const { trade_type, bank_type, attach } = transaction
  if (trade_type !== undefined) payment.trade_type = trade_type
  if (bank_type !== undefined) payment.bank_type = bank_type
  if (attach !== undefined) payment.attach = attach
  return paymentSucceeded({ mchid, out_trade_no, source, received_at }, payment)
}

type Mutable<Type> = { -readonly [Field in keyof Type]: Type[Field] }

export function factOfRefund(mchid: string, refund: ChannelRefund, telling: Telling): RefundFact {
  const {
    status,
    out_trade_no,
    out_refund_no,
    refund_id,
    transaction_id,
    amount,
    success_time,
    refund_channel,
  } = refund
  // A state that nobody knows says that WeChat has the refund, and no end of it.
  const state = REFUND_FACT_STATES.find((known) => known === status) ?? 'PROCESSING'
  return refundReached(
    { mchid, out_trade_no, out_refund_no, state, ...telling },
    {
      refund_id,
      transaction_id,
      amount: { total: amount.total, refund: amount.refund },
      ...(success_time === undefined ? {} : { success_time }),
      ...(refund_channel === undefined ? {} : { refund_channel }),
    },
  )
}
