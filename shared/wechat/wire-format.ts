/** JSON of WeChat Pay at the edge: strict UTF-8, schemas that pick the known fields, reasons that never quote a value. */
import * as v from 'valibot'
import { decodeJson } from '#shared/json.ts'
import { isMoment } from '#shared/moment.ts'
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

/** Text that no decision needs and that is kept: what is longer is cut, never refused. */
export function cutText(max: number) {
  return v.pipe(
    v.string(),
    v.transform((told) => (told.length <= max ? told : withoutHalf(told.slice(0, max)))),
  )
}

/** A cut may not leave half of a character of two UTF-16 units behind. */
function withoutHalf(cut: string): string {
  return cut.replace(/[\ud800-\udbff]$/, '')
}

const OLD_TIME = /^(\d{4})(?:-(\d{2})-(\d{2}) (\d{2}):(\d{2}):|(\d{2})(\d{2})(\d{2})(\d{2}))(\d{2})$/

/**
 * RFC 3339 with seconds and an offset, as APIv3 writes it. The two forms of WeChat's older interfaces, `20180225112233`
 * and `2018-02-25 11:22:33`, are Beijing time and are read as such.
 */
export const timeText = v.pipe(
  v.string(),
  v.transform((told) => {
    const [year, ...rest] = OLD_TIME.exec(told)?.slice(1).filter(Boolean) ?? []
    const [month, day, hour, minute, second] = rest
    return year === undefined ? told : `${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`
  }),
  v.check(isMoment),
)

/** A state of WeChat's, which may be one that is not documented yet. */
export const stateText = v.pipe(v.string(), v.minLength(1), v.maxLength(64))

/** WeChat's character rule for order numbers; what it excludes (`#`) separates our own keys. */
export const orderNumber = text(32, /^[0-9A-Za-z_\-|*]+$/)
export const refundNumber = text(64, /^[0-9A-Za-z_\-|*@]+$/)

/** 0 fen and more. */
export const fenAmount = v.custom<Fen>(isFen)
/** 1 fen and more. */
export const positiveFen = v.custom<Fen>((value) => isFen(value) && value > 0)

/**
 * An object of known fields. WeChat leaves out, blanks or nulls what does not apply: all three count as absent.
 *
 * @param needed what a decision needs: it has to be as documented.
 * @param kept what is only passed on, each an `exactOptional`: a value of another form counts as absent and costs nothing.
 */
export function fields<const Needed extends v.ObjectEntries, const Kept extends v.ObjectEntries>(
  needed: Needed,
  kept: Kept,
) {
  return v.pipe(
    v.custom<Readonly<Record<string, unknown>>>(isObject),
    v.transform((json) => readable(json, kept)),
    v.object({ ...needed, ...kept }),
  )
}

function isObject(json: unknown): boolean {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

const BLANKS: readonly unknown[] = [undefined, null, '']

function readable(json: Readonly<Record<string, unknown>>, kept: v.ObjectEntries): Record<string, unknown> {
  const entries = Object.entries(json).filter(([name, value]) => {
    const rule = Object.hasOwn(kept, name) ? kept[name] : undefined
    return !BLANKS.includes(value) && (rule === undefined || v.is(rule, value))
  })
  return Object.fromEntries(entries)
}
