/**
 * The keys of facts, which are the ids of events too. Only this module knows their grammar:
 *
 *     payment|refund # mchid # number # STATE [ # CONFLICT # hash | # ACCEPTED # epoch ms ]
 *
 * `#` separates, for it is the one character that WeChat allows in no number.
 */

export const FACT_KINDS = ['payment', 'refund'] as const

/** What a payment fact asserts: paid, or closed at WeChat. */
export const PAYMENT_FACT_STATES = ['SUCCESS', 'CLOSED'] as const
export type PaymentFactState = (typeof PAYMENT_FACT_STATES)[number]

/** The states of a refund that WeChat tells to the end; PROCESSING asserts nothing. */
export const REFUND_FACT_STATES = ['SUCCESS', 'CLOSED', 'ABNORMAL'] as const
export type RefundFactState = (typeof REFUND_FACT_STATES)[number]

/** Sets a fact apart from the one that has the key without it. */
type Suffix =
  /** The same was told with other content, by the beginning of its hash. */
  | { readonly conflict: string }
  /** A person accepted the held fact at that moment, epoch ms. */
  | { readonly accepted: number }

export type FactKey = (
  | { readonly kind: 'payment'; readonly state: PaymentFactState }
  | { readonly kind: 'refund'; readonly state: RefundFactState }
) & {
  readonly mchid: string
  /** `out_trade_no` of a payment, `out_refund_no` of a refund. */
  readonly number: string
  readonly suffix?: Suffix
}

type ParsedFactKey =
  | { readonly ok: true; readonly key: FactKey }
  | { readonly ok: false; readonly part: 'kind' | 'mchid' | 'number' | 'state' | 'suffix' }

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

/** The key of the acceptance of the held fact of this key. `at`: epoch ms. */
export function acceptanceKey(factKey: string, at: number): string {
  return factKey + suffixText({ accepted: at })
}

export function formatFactKey({ kind, mchid, number, state, suffix }: FactKey): string {
  return [kind, mchid, number, state].join('#') + (suffix === undefined ? '' : suffixText(suffix))
}

const HASH_LENGTH = 16
const MCHID = /^[!"$-~]{1,32}$/
const NUMBER = /^[0-9A-Za-z_\-|*@]{1,64}$/
const HASH = /^[0-9a-f]{16}$/
const MILLISECONDS = /^(?:0|[1-9][0-9]{0,15})$/

/** Reads a key, or names the part that no key has. */
export function parseFactKey(text: string): ParsedFactKey {
  const [kind, mchid = '', number = '', state, ...rest] = text.split('#')
  if (kind !== 'payment' && kind !== 'refund') return { ok: false, part: 'kind' }
  if (!MCHID.test(mchid)) return { ok: false, part: 'mchid' }
  if (!NUMBER.test(number)) return { ok: false, part: 'number' }
  const stated = statedBy(kind, state)
  if (stated === undefined) return { ok: false, part: 'state' }
  const key = { ...stated, mchid, number }
  if (rest.length === 0) return { ok: true, key }
  const suffix = parseSuffix(rest)
  return suffix === undefined ? { ok: false, part: 'suffix' } : { ok: true, key: { ...key, suffix } }
}

function statedBy(kind: FactKey['kind'], text: string | undefined) {
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
