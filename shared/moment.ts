/** Times as text in RFC 3339: which of them are moments that a calendar and a clock have. */

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * Tells whether a text is a real moment. JavaScript is no judge of that: it takes 30 February for 2 March, and 24:00 for the
 * next day. A leap second is refused: nobody's clock here has one.
 */
export function isMoment(text: string): boolean {
  const [, year, month, day] = RFC3339.exec(text) ?? []
  return day !== undefined && Number(day) >= 1 && Number(day) <= daysIn(Number(year), Number(month))
}

/** 0 for a month that there is not. */
function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0)
}
