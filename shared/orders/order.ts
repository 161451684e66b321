/**
 * An order with all its refunds: one item, one consistency boundary. What it is; how it moves is in `transition.ts` and
 * `refund.ts`. Each list of words gives both the type and the schema of its stored form, so that neither lags behind.
 */
import type { LookClass } from '#shared/ledger/look-plan.ts'
import type { Fen } from '#shared/money.ts'
import type { PaymentMethod } from './payment-channel.ts'

/**
 * CREATED → AWAITING_PAYMENT → PAID | CLOSED; REJECTED when WeChat refused for certain; a payment beats CLOSED.
 * UNRECOGNIZED stands for an order that only WeChat knows: it exists to be held.
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

/** REQUESTED → PROCESSING | UNKNOWN | FAILED → SUCCESS | CLOSED | ABNORMAL (→ SUCCESS | CLOSED); FAILED → PROCESSING when WeChat has it after all. */
export const REFUND_STATUSES = [
  'REQUESTED',
  'PROCESSING',
  'UNKNOWN',
  'FAILED',
  'SUCCESS',
  'CLOSED',
  'ABNORMAL',
] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

export const HOLD_REASONS = [
  'order_unknown',
  'amount_differs',
  'currency_differs',
  'appid_differs',
  'content_conflict',
  'order_rejected',
  'refund_amount_differs',
  'refund_exceeds_paid',
  'refund_contradiction',
  'placed_by_operator',
] as const
export type HoldReason = (typeof HOLD_REASONS)[number]

export const OUTCOME_RESULTS = ['applied', 'stale', 'held'] as const

/** What a person decides about a hold. */
export const HOLD_DECISIONS = ['dismiss', 'accept'] as const
export type HoldDecision = (typeof HOLD_DECISIONS)[number]

export const AUDIT_ACTIONS = ['hold', ...HOLD_DECISIONS] as const

export interface Refund {
  readonly out_refund_no: string
  readonly status: RefundStatus
  readonly amount: Fen
  /** The exact bytes sent to WeChat (UTF-8 JSON), repeated unchanged; absent when the refund was not made through us. */
  readonly request?: string
  /** Hash of the merchant's request. */
  readonly request_hash?: string
  readonly refund_id?: string
  readonly refund_channel?: string
  readonly success_time?: string
  /** Why WeChat refused it: WeChat's code. */
  readonly failure_code?: string
  /** WeChat refused it when it was sent again after an unknown outcome; a second time, later, makes it FAILED. */
  readonly refused_code?: string
  /** When it did so first, epoch ms. */
  readonly refused_at?: number
  /** FAILED after an unknown outcome: WeChat may have it after all, so it stays watched. */
  readonly in_doubt?: boolean
  /** When it was reserved anew after a refusal that could be cured, epoch ms. */
  readonly attempted_at?: number
  readonly created_at: number
  readonly updated_at: number
}

/** What one fact did to the order, remembered so that a repeat after a crash publishes the same event. */
export interface Outcome {
  readonly result: (typeof OUTCOME_RESULTS)[number]
  readonly hold_reason?: HoldReason
  /** The payment arrived after the order was closed. */
  readonly paid_after_close?: boolean
}

/** Who did what to an order by hand, and why. */
export interface AuditEntry {
  /** Epoch ms. */
  readonly at: number
  readonly action: (typeof AUDIT_ACTIONS)[number]
  /** The hold it is about, by its key in `holds`. */
  readonly hold: string
  readonly by: string
  readonly note: string
}

export interface Order {
  /** See `order-key.ts`. */
  readonly order_key: string
  /** Version of the stored form. */
  readonly v: 1
  /** Counts every write; each write names the version it read. */
  readonly version: number
  readonly mchid: string
  readonly out_trade_no: string
  readonly appid: string
  readonly method?: PaymentMethod
  readonly status: OrderStatus
  readonly amount: { readonly total: Fen; readonly currency: string }
  readonly description?: string
  readonly attach?: string
  readonly time_expire?: string
  /** Hash of the merchant's request; a repeat must have the same. */
  readonly request_hash: string
  readonly prepay?: {
    readonly prepay_id?: string
    readonly code_url?: string
    readonly h5_url?: string
    readonly obtained_at: number
  }
  /** WeChat's code when it refused the order. */
  readonly rejected_code?: string
  readonly transaction_id?: string
  readonly trade_type?: string
  readonly bank_type?: string
  readonly success_time?: string
  readonly payer_total?: Fen
  /** total − every refund that is not FAILED or CLOSED. */
  readonly refundable: Fen
  readonly refunds: Readonly<Record<string, Refund>>
  readonly outcomes: Readonly<Record<string, Outcome>>
  /** Open holds by the key of the fact that caused them, or `operator#…`; not empty = held. */
  readonly holds: Readonly<Record<string, HoldReason>>
  /** What people did to this order; entries are only added. */
  readonly audit?: readonly AuditEntry[]
  readonly created_at: number
  readonly updated_at: number
  /** Index over what the sweep has to look at again; absent when nothing is open. Epoch ms. */
  readonly next_check_at?: number
  /** What that look is for. */
  readonly next_check_class?: LookClass
  /** So many looks in a row got no answer. */
  readonly failed_looks?: number
  /** Until then a driver of the sweep has the order to itself. Epoch ms. */
  readonly claimed_until?: number
  /** Names that claim. */
  readonly claim_id?: string
}

/** WeChat's limit. */
export const MAX_REFUNDS = 50
/** With those that WeChat refused; keeps an order far below the size limit of an item. */
export const MAX_REFUND_RECORDS = 150

/** Looks a refund up. Numbers are the merchant's: `constructor` is a legal one and must not find what objects inherit. */
export function refundOf({ refunds }: Order, outRefundNo: string): Refund | undefined {
  return Object.hasOwn(refunds, outRefundNo) ? refunds[outRefundNo] : undefined
}

/** When its present attempt began, epoch ms. */
export function attemptedAt({ attempted_at, created_at }: Refund): number {
  return attempted_at ?? created_at
}

export function isHeld(order: Order): boolean {
  return Object.keys(order.holds).length > 0
}
