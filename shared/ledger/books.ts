/**
 * What is known of an order: three sets and a memory. Everything that an order shows is computed from them (`fold.ts`),
 * so that it does not matter in which order they came to be known.
 */
import type { Fen } from '#shared/money.ts'
import type { DecisionContent } from '#shared/facts/fact.ts'
import type { ApplicationState, CardOwner, Placing, Sending, ToldState, UnfreezeState } from './words.ts'

/** A payment as WeChat told it. Equal in number, amount, currency and application: the same payment. */
export interface ToldPayment {
  readonly appid: string
  readonly transaction_id: string
  readonly success_time: string
  readonly amount: { readonly total: Fen; readonly payer_total?: Fen; readonly currency: string }
  readonly trade_type?: string
  readonly bank_type?: string
  /** When we heard of it first, epoch ms. */
  readonly told_at: number
}

/** A refund as WeChat told it. Tellings that differ in more than the state are kept side by side. */
export interface ToldRefund {
  readonly out_refund_no: string
  readonly refund_id: string
  readonly transaction_id: string
  /** What WeChat says the order came to. */
  readonly total: Fen
  readonly amount: Fen
  /** Each state that was told, with the time when we heard of it first (epoch ms). */
  readonly states: Readonly<Partial<Record<ToldState, number>>>
  readonly success_time?: string
  readonly channel?: string
}

/**
 * When WeChat last told a state of the order, or of a refund, that is not known here and looks final; or, without a `word`,
 * when it last told a known one after such a word, or only that there is such a refund.
 */
export interface ToldWord {
  /** Absent: of the order itself. */
  readonly out_refund_no?: string
  readonly word?: string
  /** Epoch ms. */
  readonly at: number
}

/** What WeChat asserted. Lists are sets: sorted, without repetition, only ever growing. */
export interface Said {
  readonly payments: readonly ToldPayment[]
  /** When we heard first that WeChat closed the order, epoch ms. */
  readonly closed_at?: number
  /** When we heard first that WeChat calls the order refunded, before it told us of any refund, epoch ms. */
  readonly refunded_at?: number
  readonly refunds: readonly ToldRefund[]
  /** Absent where every state that was told is known. */
  readonly words?: readonly ToldWord[]
  /** Of what more was told than is kept: `payments`, `refunds`, `words`, or a refund number. */
  readonly overflow: readonly string[]
}

/** The order as the merchant asked for it. */
export interface Asked {
  readonly appid: string
  readonly amount: { readonly total: Fen; readonly currency: string }
  /** Profit sharing keeps the money back. */
  readonly profit_sharing?: boolean
  /** The number was rejected before and used again at this moment (epoch ms): older payments belong to the earlier use. */
  readonly reused_at?: number
  /** How old it is when it is looked at first. Absent: as old as the plan says. */
  readonly first_look_ms?: number
}

/** Why a refund waits for people, and until when without more ado. */
export interface Approval {
  /** The rules of the stage that it breaks. */
  readonly rules: readonly string[]
  /** So many different names have to approve it. */
  readonly names: number
  /** When it is told of again, and when all refunds are paused because of it; epoch ms. */
  readonly remind_at: number
  readonly pause_at: number
  /** When they were paused because of it. */
  readonly paused_at?: number
  /** When it was about to be sent for the first time, after it was approved. */
  readonly begun_at?: number
}

/** A refund that was asked of us: the amount is taken before WeChat is called. */
export interface Reservation {
  readonly out_refund_no: string
  readonly amount: Fen
  /** Hash of the merchant's request; a repeat must have the same. */
  readonly request_hash: string
  /** The exact bytes for WeChat, kept as long as they may be sent again. */
  readonly request?: string
  readonly sending: Sending
  /** Counts how often it was sent, or was about to be: a failure is that of one of them. */
  readonly attempt: number
  /** The outcome of a send was not learned: from then on one refusal proves nothing. */
  readonly in_doubt: boolean
  /** The first refusal since then, and when (epoch ms). */
  readonly refused_code?: string
  readonly refused_at?: number
  /** Why it is FAILED: WeChat's code, and since when (epoch ms). */
  readonly failure_code?: string
  readonly failed_at?: number
  /** Absent: it waits for nobody. */
  readonly approval?: Approval
  /** When this attempt was asked for; the first one at `created_at`. */
  readonly attempted_at?: number
  readonly created_at: number
  readonly updated_at: number
}

/** An application to pay an abnormal refund to a bank card. Nothing of the card is in it. */
export interface Application {
  readonly out_refund_no: string
  readonly type: CardOwner
  readonly state: ApplicationState
  /** Counts those of this refund. */
  readonly attempt: number
  /** Why it is REFUSED: WeChat's code. */
  readonly failure_code?: string
  readonly created_at: number
  readonly updated_at: number
}

/** A request to give free what profit sharing keeps back; WeChat does it once for an order. */
export interface Unfreeze {
  readonly out_order_no: string
  readonly description: string
  readonly state: UnfreezeState
  /** The outcome of a send was not learned. */
  readonly in_doubt: boolean
  /** WeChat's number of it. */
  readonly order_id?: string
  /** Why it is FAILED: WeChat's code. */
  readonly failure_code?: string
  readonly created_at: number
  readonly updated_at: number
}

/** What was asked of us and what we did. Without `asked` the order is only known from WeChat. */
export interface Ours {
  readonly asked?: Asked
  readonly placing: Placing
  /** Why the order is REJECTED: WeChat's code. */
  readonly rejected_code?: string
  readonly refunds: readonly Reservation[]
  readonly unfreeze?: Unfreeze
  /** The latest of each refund that was abnormal. */
  readonly applications?: readonly Application[]
  /** What profit sharing kept back when WeChat was asked last, and when that was (epoch ms). */
  readonly unsplit?: { readonly amount: Fen; readonly at: number }
}

/**
 * What a person decided, at most once for each action, hold and evidence. The evidence is the digest of what the hold was
 * derived from when the person looked: other evidence needs another decision. An acceptance says what it chose.
 */
export type Decision = DecisionContent

export interface Books {
  readonly said: Said
  readonly ours: Ours
  readonly decided: readonly Decision[]
}

export const NOTHING_SAID: Said = { payments: [], refunds: [], overflow: [] }
