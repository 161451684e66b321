/** The port to the notifications of a channel that tells several things at once: payments, and the refunds of a payment. */
import type { ChannelRefund, Transaction } from '#shared/facts/telling.ts'

/** One thing that a verified notification says. */
export type Told =
  /** Its state may be one that nobody here knows. */
  | { readonly kind: 'payment'; readonly transaction: Transaction }
  | { readonly kind: 'refund'; readonly refund: ChannelRefund }
  /** It names a refund and does not say how much of it: the channel has to be asked. */
  | { readonly kind: 'refund_named'; readonly out_trade_no: string; readonly out_refund_no: string }

export type ReadNotification =
  | {
      readonly ok: true
      /** The channel's own name of the notification, the same in every repetition; absent where it gave none. */
      readonly id?: string
      /** What the notification says, without its signature and what differs between repetitions: what a replay has to agree with. */
      readonly content: string
      /** The channel's own name of what it is about. */
      readonly type: string
      /** Nothing where its type is not known here, or where it is malformed. */
      readonly told: readonly Told[]
      /** The field that a decision needs and that is not as documented. Never its value. */
      readonly malformed?: string
      /** What it says of money and orders: what of it nobody here understands is kept so. */
      readonly fields: Readonly<Record<string, string>>
      /** The names of the rest. */
      readonly left_out: readonly string[]
    }
  | {
      readonly ok: false
      /**
       * - `unverified`: nobody knows who sent it. - `foreign`: authentic, and not for this merchant.
       */
      readonly reason: 'unverified' | 'foreign'
      /** The field that says so. Never its value. */
      readonly field?: string
    }

export interface NotificationChannel {
  /** Verifies the raw bytes before it reads any of them. */
  readNotification(body: Uint8Array): Promise<ReadNotification>
  /** The body of the answer that ends the repetitions. */
  readonly taken: string
  /** That of every other answer. */
  readonly notTaken: string
}
