/**
 * What a payment channel tells, at the edge: strict UTF-8, rules that pick the known fields, reasons that never quote a value.
 *
 * A rule is one function and builds no list of what is wrong: a notification is read in the time of its signature, where a
 * library of schemas took a fifth of the whole.
 */
import { decodeJson, isObject } from './json.ts'
import type { Received } from './received.ts'

/** `field` names what was wrong in the rules' terms, as in `amount.total`; `document` for the whole. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly field: string }

/**
 * Reads a value that was told, `undefined` where nothing was. @returns undefined for what does not fit; `place` then names
 * the field below the value, if it is not the value itself.
 */
export type Rule<T> = (told: unknown, place: Place) => T | undefined

export interface Place {
  field: string
}

/** What a rule gives. */
export type Told<R> = R extends Rule<infer T> ? T : never

/** Parses UTF-8 JSON of this shape. Never throws on input. */
export function parseJson<T>(rule: Rule<T>, received: Received): Parsed<T> {
  const decoded = decodeJson(received)
  return decoded === undefined ? { ok: false, field: 'document' } : parseWith(rule, decoded.json)
}

/** Checks a value that is already parsed. */
export function parseWith<T>(rule: Rule<T>, json: unknown): Parsed<T> {
  const place = { field: '' }
  const value = rule(json, place)
  return value === undefined ? { ok: false, field: place.field || 'document' } : { ok: true, value }
}

/** Whatever it is. */
export const anything: Rule<unknown> = (told) => told

/** Text of 1 to `max` characters that match the pattern. */
export function text(max: number, pattern: RegExp): Rule<string> {
  return (told) =>
    typeof told === 'string' && told.length > 0 && told.length <= max && pattern.test(told) ? told : undefined
}

/** Visible ASCII: ids, types and states. */
export function token(max: number): Rule<string> {
  return text(max, /^[\x21-\x7e]+$/)
}

/** Any text of at most `max` characters. */
export function anyText(max: number = Infinity): Rule<string> {
  return (told) => (typeof told === 'string' && told.length <= max ? told : undefined)
}

/** Text that no decision needs and that is kept: what is longer is cut, never refused. */
export function cutText(max: number): Rule<string> {
  return (told) => {
    if (typeof told !== 'string') return undefined
    return told.length <= max ? told : withoutHalf(told.slice(0, max))
  }
}

/** A cut may not leave half of a character of two UTF-16 units behind. */
function withoutHalf(cut: string): string {
  return cut.replace(/[\ud800-\udbff]$/, '')
}

/** A state of the channel's, which may be one that is not documented yet. */
export const stateText: Rule<string> = anyText(64)

export function exactly<const Text extends string>(expected: Text): Rule<Text> {
  return (told) => (told === expected ? expected : undefined)
}

/** At most `max` elements, whatever they are: whoever reads the list judges each. */
export function list(max: number = Infinity): Rule<readonly unknown[]> {
  return (told) => (Array.isArray(told) && told.length <= max ? told : undefined)
}

/** What counts where nothing is told. What is told has to fit. */
export function withDefault<T>(rule: Rule<T>, value: T): Rule<T> {
  return (told, place) => (told === undefined ? value : rule(told, place))
}

/** What is made of what a rule read. */
export function mapped<From, To>(rule: Rule<From>, make: (from: From) => To): Rule<To> {
  return (told, place) => {
    const from = rule(told, place)
    return from === undefined ? undefined : make(from)
  }
}

type Rules = Readonly<Record<string, Rule<unknown>>>
type Fields<Needed extends Rules, Kept extends Rules> = {
  readonly [Name in keyof Needed]: Told<Needed[Name]>
} & { readonly [Name in keyof Kept]?: Told<Kept[Name]> }

/**
 * An object of known fields. Channels leave out, blank or null what does not apply: all three count as absent.
 *
 * @param needed what a decision needs: it has to be as documented.
 * @param kept what is only passed on: a value of another form counts as absent and costs nothing.
 */
export function fields<const Needed extends Rules, const Kept extends Rules>(
  needed: Needed,
  kept: Kept,
): Rule<Fields<Needed, Kept>>
export function fields(needed: Rules, kept: Rules): Rule<Record<string, unknown>> {
  const [mustFit, mayFit] = [steps(needed), steps(kept)]
  return (told, place) => {
    if (!isObject(told)) return undefined
    const read: Record<string, unknown> = {}
    for (const { name, rule } of mustFit) {
      const value = rule(unlessBlank(told[name]), place)
      if (value === undefined) return missed(place, name)
      read[name] = value
    }
    for (const { name, rule } of mayFit) {
      const given = unlessBlank(told[name])
      const value = given === undefined ? undefined : rule(given, place)
      if (value !== undefined) read[name] = value
    }
    place.field = ''
    return read
  }
}

function steps(rules: Rules): ReadonlyArray<{ readonly name: string; readonly rule: Rule<unknown> }> {
  return Object.entries(rules).map(([name, rule]) => ({ name, rule }))
}

/** Names the field that does not fit, before what is named below it. */
export function missed(place: Place, name: string): undefined {
  place.field = place.field === '' ? name : `${name}.${place.field}`
  return undefined
}

export function unlessBlank(told: unknown): unknown {
  return told === null || told === '' ? undefined : told
}
