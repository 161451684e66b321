/** Days of Beijing's calendar, by which WeChat cuts its bills: each begins at 16:00 UTC of the day before. */

const OFFSET_MS = 8 * 3_600_000
export const DAY_MS = 24 * 3_600_000

/** The day of a moment (epoch ms), as in `2026-11-24`. */
export function beijingDay(moment: number): string {
  return new Date(moment + OFFSET_MS).toISOString().slice(0, 10)
}

/** The first moment of a day, epoch ms. */
export function dayStart(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - OFFSET_MS
}

/** Whether the calendar has such a day. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const start = dayStart(text)
  return !Number.isNaN(start) && beijingDay(start) === text
}

/** @param days may be negative. */
export function daysAfter(day: string, days: number): string {
  return beijingDay(dayStart(day) + days * DAY_MS)
}
