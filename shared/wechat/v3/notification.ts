/** Reads notifications whose signature is verified: envelope, decryption, content (doc merchant/4012791861, 4013071196). */
import type { KeyObject } from 'node:crypto'
import { decryptResource } from '#shared/crypto/aead.ts'
import { otherForm } from './other-forms.ts'
import type { OtherForm } from './other-forms.ts'
import { isPaid, parseNotifiedRefund, parseTransaction } from './resources.ts'
import type { NotifiedRefund, PaidTransaction } from './resources.ts'
import type { ChannelRefundStatus } from '#shared/facts/telling.ts'
import type { Received } from '#shared/received.ts'
import {
  anything,
  anyText,
  missed,
  parseJson,
  text,
  token,
  unlessBlank,
  withDefault,
} from '#shared/wire-rules.ts'
import { isObject } from '#shared/json.ts'
import type { Parsed, Rule } from '#shared/wire-rules.ts'

const MAX_CIPHERTEXT = 1_048_576

export interface NotificationEnvelope {
  /** For the log. */
  readonly id?: string
  readonly event_type: string
  readonly resource: {
    readonly algorithm: string
    readonly ciphertext: string
    readonly nonce: string
    /** As received, for it is part of what is authenticated; an empty text authenticates the same as none. */
    readonly associated_data: string
    readonly original_type?: string
  }
}

const eventType = text(128, /^[A-Za-z0-9_.:-]+$/)
const name = token(64)
const algorithmName = token(32)
const sealedText = anyText(MAX_CIPHERTEXT)
const nonceText = anyText(16)
const authenticated = withDefault(anyText(), '')

/** Only what opens the resource and says what it is may refuse. Straight down, as a payment is read (`resources.ts`). */
const readEnvelope: Rule<NotificationEnvelope> = (told, place) => {
  if (!isObject(told)) return undefined
  const event_type = eventType(told['event_type'], place)
  if (event_type === undefined) return missed(place, 'event_type')
  const resource = readResource(told['resource'], place)
  if (resource === undefined) return missed(place, 'resource')
  const id = name(told['id'], place)
  return id === undefined ? { event_type, resource } : { event_type, resource, id }
}

const readResource: Rule<NotificationEnvelope['resource']> = (told, place) => {
  if (!isObject(told)) return undefined
  const algorithm = algorithmName(told['algorithm'], place)
  if (algorithm === undefined) return missed(place, 'algorithm')
  const ciphertext = sealedText(unlessBlank(told['ciphertext']), place)
  if (ciphertext === undefined) return missed(place, 'ciphertext')
  const nonce = nonceText(unlessBlank(told['nonce']), place)
  if (nonce === undefined) return missed(place, 'nonce')
  const associated_data = authenticated(unlessBlank(told['associated_data']), place)
  if (associated_data === undefined) return missed(place, 'associated_data')
  const original_type = name(told['original_type'], place)
  if (original_type === undefined) return { algorithm, ciphertext, nonce, associated_data }
  return { algorithm, ciphertext, nonce, associated_data, original_type }
}

/** Parses the raw body of a notification. The reason names the field. */
export function parseEnvelope(body: Received): Parsed<NotificationEnvelope> {
  return parseJson(readEnvelope, body)
}

/** What was decrypted, of which we know no more than this. */
export interface OtherContent {
  readonly kind: 'other'
  readonly plain: Uint8Array
  /** Set where it is a payment or refund in a form that is not supported. */
  readonly form?: OtherForm
}

export type NotificationContent =
  | { readonly kind: 'payment'; readonly transaction: PaidTransaction }
  | ({ readonly kind: 'refund' } & NotifiedRefund)
  | OtherContent

/**
 * - `undecryptable`: wrong algorithm or sizes, or no key fits (another merchant's, an APIv2 key, one rotated away).
 * - `content_malformed`: decrypted, but not what the document says; `field` names where.
 * - `contradiction`: event type, `original_type` and state in the content do not agree.
 */
export type NotificationProblem = 'undecryptable' | 'content_malformed' | 'contradiction'

export type OpenedNotification =
  | { readonly ok: true; readonly content: NotificationContent }
  | { readonly ok: false; readonly reason: NotificationProblem; readonly field?: string }

/** What we handle, as `original_type` names it. */
const TYPES: readonly string[] = ['transaction', 'refund']

const REFUND_EVENTS: ReadonlyMap<string, ChannelRefundStatus> = new Map([
  ['REFUND.SUCCESS', 'SUCCESS'],
  ['REFUND.ABNORMAL', 'ABNORMAL'],
  ['REFUND.CLOSED', 'CLOSED'],
])

/**
 * Decrypts a notification and checks its content. Of types that are no payment and no refund, nothing is checked: WeChat has
 * some seventy and adds more.
 *
 * Call it only after the signature over the raw body is verified. It does not know which merchant, application or
 * order is ours: the caller compares them.
 *
 * @param keys APIv3 keys, the current one first.
 */
export function openNotification(
  envelope: NotificationEnvelope,
  keys: readonly KeyObject[],
): OpenedNotification {
  const { event_type: event, resource } = envelope
  const refundStatus = REFUND_EVENTS.get(event)
  const known = event === 'TRANSACTION.SUCCESS' || refundStatus !== undefined
  const type = refundStatus === undefined ? 'transaction' : 'refund'
  if (known && TYPES.some((other) => other !== type && other === resource.original_type)) return CONTRADICTION
  const plain = decryptResource(keys, resource)
  if (plain === undefined) return { ok: false, reason: 'undecryptable' }
  if (!known) return { ok: true, content: { kind: 'other', plain } }
  const json = parseJson(anything, plain)
  if (!json.ok) return { ok: false, reason: 'content_malformed', field: json.field }
  const form = otherForm(json.value)
  if (form !== undefined) return { ok: true, content: { kind: 'other', plain, form } }
  return refundStatus === undefined ? readPayment(json.value) : readRefund(json.value, refundStatus)
}

const CONTRADICTION: OpenedNotification = { ok: false, reason: 'contradiction' }

function readPayment(json: unknown): OpenedNotification {
  const parsed = parseTransaction(json)
  if (!parsed.ok) return { ok: false, reason: 'content_malformed', field: parsed.field }
  const transaction = parsed.value
  if (transaction.trade_state !== 'SUCCESS' || !isPaid(transaction)) return CONTRADICTION
  return { ok: true, content: { kind: 'payment', transaction } }
}

function readRefund(json: unknown, expected: ChannelRefundStatus): OpenedNotification {
  const parsed = parseNotifiedRefund(json)
  if (!parsed.ok) return { ok: false, reason: 'content_malformed', field: parsed.field }
  if (parsed.value.refund.status !== expected) return CONTRADICTION
  return { ok: true, content: { kind: 'refund', ...parsed.value } }
}
