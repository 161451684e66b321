/**
 * A notice is an authentic notification that is about no payment and no refund as we know them. It is stored and published
 * like every fact, and touches no order.
 */
import { createHash } from 'node:crypto'
import type { Fen } from '#shared/money.ts'
import { contentHash } from './content-hash.ts'
import { formatFactKey, isFactNumber } from './fact-key.ts'

/** Forms of payments and refunds that are not supported, or not as documented: somebody has to see to them. */
export const HELD_FORMS = ['combine', 'partner', 'malformed'] as const
export type HeldForm = (typeof HELD_FORMS)[number]

export interface Notice {
  /** See `fact-key.ts`. */
  readonly fact_key: string
  /** Version of the stored form. */
  readonly v: 1
  readonly kind: 'notification'
  readonly mchid: string
  /** Two deliveries of one notification have the same. */
  readonly content_hash: string
  readonly source: 'notification'
  /** When it was stored first, epoch ms. */
  readonly received_at: number
  /** The key of the notice that has the same id and another type or content. */
  readonly conflicts_with?: string
  readonly notice: NoticeContent
}

export interface NoticeContent {
  /** The channel's id of the notification; absent where it gave none. */
  readonly notification_id?: string
  readonly event_type: string
  readonly original_type?: string
  /** Why a person has to look at it, and at which orders. */
  readonly held?: { readonly form: HeldForm; readonly orders: readonly HeldOrder[] }
  /** The order that it names, and the state of it that nobody here knows. */
  readonly out_trade_no?: string
  readonly trade_state?: string
  /** The content as WeChat sealed it: whoever has the APIv3 key can open it, and nobody else. */
  readonly resource?: SealedResource
  /** Of the content of a channel that seals nothing, what is known to be about money and orders. */
  readonly fields?: Readonly<Record<string, string>>
  /** The names of the rest, whose values may name people. */
  readonly left_out?: readonly string[]
  /** The content as JSON text, where the stage asks for this type. */
  readonly content?: string
}

/** What names an order in a form that is not supported; the payer is left out on purpose. */
export interface HeldOrder {
  readonly out_trade_no: string
  readonly combine_out_trade_no?: string
  readonly out_refund_no?: string
  readonly transaction_id?: string
  readonly mchid?: string
  readonly sub_mchid?: string
  readonly amount?: Fen
}

interface SealedResource {
  readonly algorithm: string
  readonly ciphertext: string
  readonly nonce: string
  readonly associated_data?: string
}

export interface NoticeInput {
  readonly mchid: string
  /** Epoch ms. */
  readonly received_at: number
  readonly notice: NoticeContent
  /** The decrypted content. */
  readonly plain: Uint8Array
  /** The message of a test callback, where it is one. */
  readonly echo?: string
}

/** Builds the notice. The same notification, delivered again, is the same notice. */
export function noticeReceived({ mchid, received_at, notice, plain, echo }: NoticeInput): Notice {
  const number = echo === undefined ? numberOf(notice, plain) : echoNumber(echo)
  return {
    fact_key: formatFactKey({ kind: 'notification', mchid, number }),
    v: 1,
    kind: 'notification',
    mchid,
    content_hash: contentHash(notice.event_type, sha256(plain)),
    source: 'notification',
    received_at,
    notice,
  }
}

/** Who sent the message of a test callback knows by it where to find what came back. */
export function echoNumber(message: string): string {
  return `echo-${sha256(message).slice(0, 32)}`
}

/** An id that no key can hold, or none at all: then the content says which notification it is. */
function numberOf({ notification_id: id, event_type }: NoticeContent, plain: Uint8Array): string {
  return id !== undefined && isFactNumber(id) ? id : sha256(event_type, plain)
}

function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
