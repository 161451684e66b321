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
  parts.forEach((part, at) => {
    for (const name of Object.keys(part)) {
      const value = part[name]
      if (value !== undefined && !isToldAfter(parts, at, name))
        text += `,"${name}":${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`
    }
  })
  return text
}

function isToldAfter(parts: Parts, at: number, name: string): boolean {
  return parts.some((part, other) => other > at && name in part)
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
