/** The text of a log line. */

const MAX_TEXT = 256

/**
 * One JSON object of all parts. Where two have the same name, the later one counts; fields without a value are left out.
 *
 * @param line what begins it; the parts are added to it.
 */
export function lineText(line: Record<string, unknown>, parts: readonly object[]): string {
  Object.assign(line, ...parts)
  for (const name of Object.keys(line)) {
    const value = line[name]
    if (typeof value === 'string' && value.length > MAX_TEXT) line[name] = value.slice(0, MAX_TEXT)
  }
  return JSON.stringify(line)
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
