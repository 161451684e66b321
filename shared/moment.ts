/** Times as text in RFC 3339: which of them are moments that a calendar and a clock have. */

const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/**
 * Tells whether a text is a real moment. JavaScript is no judge of that: it takes 30 February for 2 March, and 24:00 for the
 * next day. A leap second is refused: nobody's clock here has one.
 */
export function isMoment(text: string): boolean {
  const day = RFC3339.exec(text)?.[1]
  if (day === undefined) return false
  const midnight = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
}
