/** The closed vocabularies of the ledger: each list gives its type and its stored form, so that neither can grow without the other. */

/**
 * CREATED → AWAITING_PAYMENT → PAID | CLOSED; REJECTED when WeChat refused for certain; a payment beats all of them.
 * UNRECOGNIZED stands for an order that only WeChat knows.
 */
export const ORDER_STATUSES = [
  'CREATED',
  'AWAITING_PAYMENT',
  'PAID',
  'CLOSED',
  'REJECTED',
  'UNRECOGNIZED',
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/** How far we got in placing an order at WeChat, as far as we know ourselves. */
export const PLACINGS = ['CREATED', 'AWAITING_PAYMENT', 'REJECTED'] as const
export type Placing = (typeof PLACINGS)[number]

/** How far we got in sending a refund, as far as we know ourselves. */
export const SENDINGS = ['REQUESTED', 'UNKNOWN', 'FAILED'] as const
export type Sending = (typeof SENDINGS)[number]

/** How far the request is to give free what profit sharing keeps back. */
export const UNFREEZE_STATES = ['REQUESTED', 'UNKNOWN', 'FAILED', 'PROCESSING', 'FINISHED'] as const
export type UnfreezeState = (typeof UNFREEZE_STATES)[number]

/** Whose bank card an abnormal refund is paid to. */
export const CARD_OWNERS = ['MERCHANT_BANK_CARD', 'USER_BANK_CARD'] as const
export type CardOwner = (typeof CARD_OWNERS)[number]

/** How far an application for that is. */
export const APPLICATION_STATES = ['REQUESTED', 'UNKNOWN', 'REFUSED', 'ACCEPTED'] as const
export type ApplicationState = (typeof APPLICATION_STATES)[number]

/** What WeChat says of a refund. */
export const TOLD_STATES = ['PROCESSING', 'ABNORMAL', 'CLOSED', 'SUCCESS'] as const
export type ToldState = (typeof TOLD_STATES)[number]

/** In the order in which they join: what stands later here wins, and whatever WeChat says beats what we only believe. */
export const REFUND_STATUSES = [...SENDINGS, ...TOLD_STATES] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

export const HOLD_REASONS = [
  'order_unknown',
  'order_rejected',
  'amount_differs',
  'currency_differs',
  'appid_differs',
  'payment_conflict',
  'over_refunded',
  'refund_without_payment',
  'refund_of_other_transaction',
  'refund_amount_differs',
  'refund_contradiction',
  'refunds_unknown',
  'trade_state_unknown',
  'refund_state_unknown',
  'too_many_tellings',
  'placed_by_operator',
  'approval',
] as const
export type HoldReason = (typeof HOLD_REASONS)[number]
