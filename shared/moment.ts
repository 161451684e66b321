/** Times as text in RFC 3339: which of them are moments that a calendar and a clock have. */

const RFC3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** Every month has so many. */
const FEWEST_DAYS = 28

/**
 * Tells whether a text is a real moment. JavaScript is no judge of that: it takes 30 February for 2 March, and 24:00 for the
 * next day. A leap second is refused: nobody's clock here has one.
 */
export function isMoment(text: string): boolean {
  if (!RFC3339.test(text)) return false
  const day = Number(text.slice(8, 10))
  return day <= FEWEST_DAYS || day <= daysIn(Number(text.slice(0, 4)), Number(text.slice(5, 7)))
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0)
}
