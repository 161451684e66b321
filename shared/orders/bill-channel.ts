/** The port to the books that a payment channel publishes of each day. */
import type { Fen } from '#shared/money.ts'
import type { CallOptions } from './payment-channel.ts'

/**
 * - `trade`: every payment and refund of the day, but refunds out of the available balance.
 * - `recharge_refund`: the refunds out of the available balance; not offered to every merchant.
 * - `fund_flow`: how the money of the basic account moved.
 */
export const BILL_KINDS = ['trade', 'recharge_refund', 'fund_flow'] as const
export type BillKind = (typeof BILL_KINDS)[number]

export interface BillFile {
  /** Hex of the SHA-1 over the file without its compression; of what names the file where the channel publishes none. */
  readonly sha1: string
  /** Its bytes, compressed or not, once. Ends in a ChannelError when they stop coming. */
  readonly chunks: AsyncIterable<Uint8Array>
}

interface TradeRowCommon {
  readonly line: number
  /** Of a payment when it succeeded, of a refund when WeChat accepted it. */
  readonly time: string
  readonly appid: string | undefined
  readonly mchid: string
  /** Of a partner's merchant. */
  readonly sub_mchid: string | undefined
  readonly transaction_id: string
  readonly out_trade_no: string
  readonly trade_type: string | undefined
  readonly trade_state: string
  readonly currency: string
}

export type TradeRow =
  | (TradeRowCommon & { readonly kind: 'payment'; readonly total: Fen })
  | (TradeRowCommon & {
      readonly kind: 'refund'
      readonly refund_id: string
      readonly out_refund_no: string
      /** What was asked for: `amount.refund` of the API. */
      readonly refund: Fen
      readonly refund_channel: string | undefined
      readonly refund_status: string | undefined
    })
  /** A payment that was reversed, or a state that is not known here. */
  | (TradeRowCommon & { readonly kind: 'other' })

export type TakeRow = (row: TradeRow) => void | Promise<void>

export type DayBill =
  | { readonly state: 'ready'; readonly file: BillFile }
  /** Nothing happened on that day. */
  | { readonly state: 'none' }
  /** Not published yet: ask again in half an hour. */
  | { readonly state: 'creating' }
  /** The channel makes no such bill for this merchant. */
  | { readonly state: 'not_offered' }

export interface BillChannel {
  /**
   * Asks for the bill of a day of Beijing time, as in `2026-11-24`, and begins to load it.
   *
   * @throws ChannelError
   */
  dayBill(kind: BillKind, date: string, options?: CallOptions): Promise<DayBill>
  /**
   * Reads a trade bill of a form of the channel's own, row by row; nothing of it may be acted upon before it resolves.
   *
   * @throws BillError @default as WeChat writes it
   */
  readonly readTrade?: (file: BillFile, take: TakeRow) => Promise<{ readonly rows: number }>
}
