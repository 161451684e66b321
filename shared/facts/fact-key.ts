/**
 * The keys of facts, which are the ids of events too. Only this module knows their grammar:
 *
 *     payment|refund # mchid # number # STATE [ # CONFLICT # hash | # ACCEPTED # epoch ms ]
 *     failure        # mchid # out_refund_no # attempt
 *     decision       # mchid # out_trade_no # action # digest
 *     state          # mchid # out_trade_no # digest
 *     notification   # mchid # id [ # CONFLICT # hash ]
 *
 * `#` separates, for it is the one character that WeChat allows in no number.
 */

export const FACT_KINDS = ['payment', 'refund', 'failure', 'decision', 'state', 'notification'] as const

/** What a payment fact asserts: paid, or closed at WeChat. */
export const PAYMENT_FACT_STATES = ['SUCCESS', 'CLOSED'] as const
export type PaymentFactState = (typeof PAYMENT_FACT_STATES)[number]

/** The states of a refund that WeChat tells. */
export const REFUND_FACT_STATES = ['SUCCESS', 'CLOSED', 'ABNORMAL', 'PROCESSING'] as const
export type RefundFactState = (typeof REFUND_FACT_STATES)[number]

/** What a person decides about an order; of a refund that waits for it, to approve or to refuse it; of one that is abnormal, to have it paid to a card. */
export const DECISION_ACTIONS = ['hold', 'dismiss', 'accept', 'approve', 'refuse', 'pay_to_card'] as const
export type DecisionAction = (typeof DECISION_ACTIONS)[number]

/** Sets a fact apart from the one that has the key without it. */
type Suffix =
  /** The same was told with other content, by the beginning of its hash. */
  | { readonly conflict: string }
  /** A person accepted the held fact at that moment, epoch ms. */
  | { readonly accepted: number }

type Stated = (
  | { readonly kind: 'payment'; readonly state: PaymentFactState }
  | { readonly kind: 'refund'; readonly state: RefundFactState }
) & { readonly suffix?: Suffix }

export type FactKey = (
  | Stated
  | { readonly kind: 'failure'; readonly attempt: number }
  | { readonly kind: 'decision'; readonly action: DecisionAction; readonly digest: string }
  | { readonly kind: 'state'; readonly digest: string }
  | { readonly kind: 'notification'; readonly suffix?: Suffix }
) & {
  readonly mchid: string
  /** `out_refund_no` of a refund and its failure, the id of a notification, else `out_trade_no`. */
  readonly number: string
}

type ParsedFactKey =
  | { readonly ok: true; readonly key: FactKey }
  | {
      readonly ok: false
      readonly part: 'kind' | 'mchid' | 'number' | 'state' | 'attempt' | 'decision' | 'digest' | 'suffix'
    }

export function paymentFactKey(mchid: string, outTradeNo: string, state: PaymentFactState): string {
  return formatFactKey({ kind: 'payment', mchid, number: outTradeNo, state })
}

export function refundFactKey(mchid: string, outRefundNo: string, state: RefundFactState): string {
  return formatFactKey({ kind: 'refund', mchid, number: outRefundNo, state })
}

/** The key of what contradicts the fact of this key. */
export function conflictKey(factKey: string, contentHash: string): string {
  return factKey + suffixText({ conflict: contentHash.slice(0, HASH_LENGTH) })
}

/** The id of a second event of the fact of this key, after its type. */
export function secondEventId(factKey: string, type: string): string {
  return `${factKey}#${type}`
}

/** The key of the fact that an event is about, or undefined of an id that no fact gives. */
export function factKeyOfEvent(id: string): string | undefined {
  const [, first = id] = /^(.+)#[a-z]+\.[a-z]+$/.exec(id) ?? []
  return parseFactKey(first).ok ? first : undefined
}

export function formatFactKey(key: FactKey): string {
  const suffix = 'suffix' in key && key.suffix !== undefined ? suffixText(key.suffix) : ''
  return `${key.kind}#${key.mchid}#${key.number}${lastParts(key)}${suffix}`
}

function lastParts(key: FactKey): string {
  if (key.kind === 'failure') return `#${key.attempt}`
  if (key.kind === 'decision') return `#${key.action}#${key.digest}`
  if (key.kind === 'state') return `#${key.digest}`
  return key.kind === 'notification' ? '' : `#${key.state}`
}

const HASH_LENGTH = 16
const MCHID = /^[!"$-~]{1,32}$/
const NUMBER = /^[0-9A-Za-z_\-|*@]{1,64}$/
const HASH = /^[0-9a-f]{16}$/
const MILLISECONDS = /^(?:0|[1-9][0-9]{0,15})$/
const ATTEMPT = /^[1-9][0-9]{0,5}$/

/** Whether text can stand where a key has its number. */
export function isFactNumber(text: string): boolean {
  return NUMBER.test(text)
}

/** Reads a key, or names the part that no key has. */
export function parseFactKey(text: string): ParsedFactKey {
  const [word, mchid = '', number = '', ...rest] = text.split('#')
  const kind = FACT_KINDS.find((each) => each === word)
  if (kind === undefined) return { ok: false, part: 'kind' }
  if (!MCHID.test(mchid)) return { ok: false, part: 'mchid' }
  if (!isFactNumber(number)) return { ok: false, part: 'number' }
  const named = { mchid, number }
  if (kind === 'failure') return parseFailure(named, rest)
  if (kind === 'decision') return parseDecision(named, rest)
  if (kind === 'state') return parseState(named, rest)
  if (kind === 'notification') return suffixed({ ...named, kind }, rest)
  return parseStated(kind, named, rest)
}

type Named = Pick<FactKey, 'mchid' | 'number'>

function parseFailure(named: Named, [attempt = '', ...more]: readonly string[]): ParsedFactKey {
  if (!ATTEMPT.test(attempt) || more.length > 0) return { ok: false, part: 'attempt' }
  return { ok: true, key: { ...named, kind: 'failure', attempt: Number(attempt) } }
}

function parseDecision(named: Named, [word, digest = '', ...more]: readonly string[]): ParsedFactKey {
  const action = DECISION_ACTIONS.find((each) => each === word)
  if (action === undefined || !HASH.test(digest) || more.length > 0) return { ok: false, part: 'decision' }
  return { ok: true, key: { ...named, kind: 'decision', action, digest } }
}

function parseState(named: Named, [digest = '', ...more]: readonly string[]): ParsedFactKey {
  if (!HASH.test(digest) || more.length > 0) return { ok: false, part: 'digest' }
  return { ok: true, key: { ...named, kind: 'state', digest } }
}

function parseStated(kind: Stated['kind'], named: Named, [state, ...rest]: readonly string[]): ParsedFactKey {
  const stated = statedBy(kind, state)
  if (stated === undefined) return { ok: false, part: 'state' }
  return suffixed({ ...stated, ...named }, rest)
}

function suffixed(
  key: Exclude<FactKey, { kind: 'failure' | 'decision' | 'state' }>,
  rest: readonly string[],
): ParsedFactKey {
  if (rest.length === 0) return { ok: true, key }
  const suffix = parseSuffix(rest)
  return suffix === undefined ? { ok: false, part: 'suffix' } : { ok: true, key: { ...key, suffix } }
}

function statedBy(kind: Stated['kind'], text: string | undefined) {
  if (kind === 'payment') {
    const state = PAYMENT_FACT_STATES.find((each) => each === text)
    return state === undefined ? undefined : { kind, state }
  }
  const state = REFUND_FACT_STATES.find((each) => each === text)
  return state === undefined ? undefined : { kind, state }
}

function suffixText(suffix: Suffix): string {
  return 'conflict' in suffix ? `#CONFLICT#${suffix.conflict}` : `#ACCEPTED#${suffix.accepted}`
}

function parseSuffix([word, value = '', ...more]: readonly string[]): Suffix | undefined {
  if (more.length > 0) return undefined
  if (word === 'CONFLICT') return HASH.test(value) ? { conflict: value } : undefined
  const accepted = word === 'ACCEPTED' && MILLISECONDS.test(value) ? Number(value) : undefined
  return Number.isSafeInteger(accepted) && accepted !== undefined ? { accepted } : undefined
}
