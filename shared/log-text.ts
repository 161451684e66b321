/**
 * The text of a log line. By hand: names are from a list, and most values need nothing but their quotes. A line is written for each
 * notification, and to put its parts into one object first took a tenth of its time.
 */

/** By name. Where two parts have the same name, the later one counts. */
type Parts = ReadonlyArray<Readonly<Record<string, unknown>>>

const MAX_TEXT = 256

/** Printable ASCII that JSON has no escape for. */
const PLAIN = /^[ !#-[\]-~]*$/

/** Each field after a comma; those without a value are left out. */
export function textOf(parts: Parts): string {
  let text = ''
  let at = 0
  for (const part of parts) {
    at += 1
    for (const name of Object.keys(part)) {
      const value = part[name]
      if (value !== undefined && !isToldFrom(parts, at, name)) text += `,"${name}":${valueText(value)}`
    }
  }
  return text
}

function isToldFrom(parts: Parts, first: number, name: string): boolean {
  for (let at = first; at < parts.length; at += 1) if (name in (parts[at] ?? {})) return true
  return false
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  return Number.isSafeInteger(value) ? String(value) : JSON.stringify(value)
}

export function quoted(text: string): string {
  const clipped = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text
  return PLAIN.test(clipped) ? `"${clipped}"` : JSON.stringify(clipped)
}

const SECOND_MS = 1000
let second = Number.NaN
let secondText = ''

/** As `toISOString`, which is asked once a second. */
export function timeText(ms: number): string {
  const now = Math.floor(ms / SECOND_MS)
  if (now !== second) {
    second = now
    secondText = new Date(now * SECOND_MS).toISOString().slice(0, -'000Z'.length)
  }
  return `${secondText}${String(ms - now * SECOND_MS).padStart(3, '0')}Z`
}
