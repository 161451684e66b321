/**
 * An order with all its refunds: one item, one consistency boundary. What is kept of it are its books and what the merchant
 * asked for; everything else is computed from them (`order-picture.ts`) and never changed by itself.
 */
import type { ApprovalState } from '#shared/ledger/approval.ts'
import type { Books, ToldRefund } from '#shared/ledger/books.ts'
import type { Hold } from '#shared/ledger/cause.ts'
import { wordHold } from '#shared/ledger/fold-words.ts'
import type { Change } from '#shared/ledger/changes.ts'
import type { LookClass } from '#shared/ledger/look-plan.ts'
import type { HoldReason, OrderStatus, RefundStatus } from '#shared/ledger/words.ts'
import type { Fen } from '#shared/money.ts'
import type { PaymentMethod } from './payment-channel.ts'

/** What one fact did to the order, remembered so that a repeat after a crash publishes the same events. */
export interface Handled {
  /** The order's version with it. */
  readonly version: number
  readonly changes: readonly Change[]
  readonly refundable: Fen
  readonly deficit: Fen
  /** The first of the holds that were open then, by their keys. */
  readonly holds: readonly string[]
  /** What told it, where it is no fact of its own and its events may not be published yet (see `untold.ts`). */
  readonly untold?: Untold
  /** It is no fact of its own, and its events are published. */
  readonly told?: true
}

/** A refund as the channel told it, in the names of the books: with its key, all that its events say. */
export interface Untold extends Pick<
  ToldRefund,
  'refund_id' | 'transaction_id' | 'total' | 'amount' | 'success_time' | 'channel'
> {
  /** When it was told, epoch ms. */
  readonly at: number
  /** Of what it was a part then. */
  readonly traceparent?: string
  readonly request_id?: string
}

/** What is stored of an order, and all that a writer may change. */
export interface KeptOrder {
  /** See `order-key.ts`. */
  readonly order_key: string
  /** Counts every write; each write names the version it read. */
  readonly version: number
  readonly mchid: string
  readonly out_trade_no: string
  readonly method?: PaymentMethod
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
  readonly books: Books
  /** By the key of the fact; the latest ones. */
  readonly handled: Readonly<Record<string, Handled>>
  /** Holds that came to light when an item of an earlier form was read, and that no event has told yet. */
  readonly untold?: readonly string[]
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

export interface Refund {
  readonly out_refund_no: string
  readonly status: RefundStatus
  readonly amount: Fen
  /** Whether its amount is out, or may still go out. */
  readonly live: boolean
  /** The exact bytes for WeChat (UTF-8 JSON), as long as they may be sent again. */
  readonly request?: string
  /** Hash of the merchant's request; absent when the refund was not made through us. */
  readonly request_hash?: string
  readonly refund_id?: string
  readonly refund_channel?: string
  readonly success_time?: string
  /** Why WeChat refused it: WeChat's code. */
  readonly failure_code?: string
  /** WeChat refused it when it was sent again after an unknown outcome; a second time, later, makes it FAILED. */
  readonly refused_code?: string
  /** FAILED after an unknown outcome: WeChat may have it after all, so it stays watched. */
  readonly in_doubt?: boolean
  /** It waits for people: which rules it breaks, how many names it needs, and whose it has. */
  readonly approval?: RefundApproval
  /** When it was reserved anew after a refusal that could be cured, epoch ms. */
  readonly attempted_at?: number
  readonly created_at: number
  readonly updated_at: number
}

export interface RefundApproval {
  readonly state: ApprovalState
  readonly rules: readonly string[]
  readonly names: number
  readonly approved_by: readonly string[]
}

/** What the books of an order come to. */
export interface OrderPicture {
  readonly status: OrderStatus
  /** Empty, and no amount, for an order that only WeChat knows and told no payment of. */
  readonly appid: string
  readonly amount: { readonly total: Fen; readonly currency: string }
  readonly rejected_code?: string
  /** The payment that the order is paid by; absent while two of them contradict each other. */
  readonly transaction_id?: string
  readonly trade_type?: string
  readonly bank_type?: string
  readonly success_time?: string
  readonly payer_total?: Fen
  /** What came in − every refund that is out or may still go out; what a refund that is asked for now can take. */
  readonly refundable: Fen
  /** By how much more is out than came in. */
  readonly deficit: Fen
  /** By number. */
  readonly refunds: Readonly<Record<string, Refund>>
  /** Open holds by key; not empty = held. */
  readonly holds: Readonly<Record<string, HoldReason>>
  /** All holds, with those that a person let pass. */
  readonly causes: readonly Hold[]
}

export interface Order extends KeptOrder, OrderPicture {}

/** Looks a refund up. Numbers are the merchant's: `constructor` is a legal one and must not find what objects inherit. */
export function refundOf({ refunds }: Pick<Order, 'refunds'>, outRefundNo: string): Refund | undefined {
  return Object.hasOwn(refunds, outRefundNo) ? refunds[outRefundNo] : undefined
}

/** When its present attempt began, epoch ms. */
export function attemptedAt({ attempted_at, created_at }: Refund): number {
  return attempted_at ?? created_at
}

/**
 * Whether a payment may still be learned from WeChat: nothing of it was told, and the order waits for one, was closed (a payment
 * may have won against the close), or has refunds, which prove one; or WeChat told a state that nobody here understands.
 */
export function isPaymentOpen(order: Pick<Order, 'books' | 'status' | 'holds'>): boolean {
  const { books, status } = order
  const { said } = books
  if (isUnclear(order)) return true
  if (said.payments.length > 0) return false
  return isUnpaid({ status }) || status === 'CLOSED' || said.refunds.length > 0
}

/** Whether it is held because of the last state that WeChat told of it, or of a refund of it: a known one may follow. */
export function isUnclear({ holds }: Pick<Order, 'holds'>, outRefundNo?: string): boolean {
  return Object.hasOwn(holds, wordHold(outRefundNo))
}

/** Whether it waits for its payment, as far as we know. */
export function isUnpaid({ status }: Pick<Order, 'status'>): boolean {
  return status === 'CREATED' || status === 'AWAITING_PAYMENT'
}

/** Whether the outcome of a refund is still to be learned from WeChat. */
export function isOpen({ status }: Refund): boolean {
  return isWaiting({ status }) || status === 'PROCESSING' || status === 'ABNORMAL'
}

/** Whether WeChat's answer to the sending of a refund is still to be had. */
export function isWaiting({ status }: Pick<Refund, 'status'>): boolean {
  return status === 'REQUESTED' || status === 'UNKNOWN'
}

/** Whether it FAILED after an unknown outcome: WeChat may have it, though its queries do not show it yet. */
export function isDoubted({ status, in_doubt }: Refund): boolean {
  return status === 'FAILED' && in_doubt === true
}

export function isHeld({ holds }: Pick<Order, 'holds'>): boolean {
  return Object.keys(holds).length > 0
}
