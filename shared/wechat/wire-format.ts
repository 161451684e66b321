/** JSON of WeChat Pay at the edge: strict UTF-8, schemas that pick the known fields, reasons that never quote a value. */
import * as v from 'valibot'
import { decodeJson } from '#shared/json.ts'
import { isFen } from '#shared/money.ts'
import type { Fen } from '#shared/money.ts'

/** `field` names what was wrong in the schema's terms, as in `amount.total`; `document` for the whole. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly field: string }

type Schema<T> = v.BaseSchema<unknown, T, v.BaseIssue<unknown>>

/** Parses bytes as UTF-8 JSON of this shape. Never throws on input. */
export function parseJson<T>(schema: Schema<T>, bytes: Uint8Array): Parsed<T> {
  const decoded = decodeJson(bytes)
  return decoded === undefined ? { ok: false, field: 'document' } : parseWith(schema, decoded.json)
}

/** Checks a value that is already parsed. */
export function parseWith<T>(schema: Schema<T>, json: unknown): Parsed<T> {
  const result = v.safeParse(schema, json, { abortEarly: true })
  if (result.success) return { ok: true, value: result.output }
  return { ok: false, field: v.getDotPath(result.issues[0]) ?? 'document' }
}

/** Text of 1 to `max` characters that match the pattern. */
export function text(max: number, pattern: RegExp) {
  return v.pipe(v.string(), v.minLength(1), v.maxLength(max), v.regex(pattern))
}

/** Visible ASCII: ids, types and states. */
export function token(max: number) {
  return text(max, /^[\x21-\x7e]+$/)
}

/** RFC 3339 with seconds and an offset, as WeChat writes it. */
export const timeText = text(64, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/)

/** WeChat's character rule for order numbers; what it excludes (`#`) separates our own keys. */
export const orderNumber = text(32, /^[0-9A-Za-z_\-|*]+$/)
export const refundNumber = text(64, /^[0-9A-Za-z_\-|*@]+$/)

/** 0 fen and more. */
export const fenAmount = v.custom<Fen>(isFen)
/** 1 fen and more. */
export const positiveFen = v.custom<Fen>((value) => isFen(value) && value > 0)

/** An object of known fields. WeChat leaves out, blanks or nulls what does not apply: all three count as absent. */
export function fields<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(v.record(v.string(), v.unknown()), v.transform(withoutBlanks), v.object(entries))
}

function withoutBlanks(json: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const blanks: readonly unknown[] = [undefined, null, '']
  return Object.fromEntries(Object.entries(json).filter(([, value]) => !blanks.includes(value)))
}
