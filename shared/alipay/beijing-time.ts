/** Times as Alipay writes them, `2026-11-24 08:15:00`: Beijing's, without saying so. */
import { isMoment } from '#shared/moment.ts'
import type { Rule } from '#shared/wire-rules.ts'

const OFFSET_MS = 8 * 3_600_000
const FORM = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.\d{1,3})?$/

/** @param moment epoch ms. */
export function beijingText(moment: number): string {
  return new Date(moment + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
}

/** Read as RFC 3339. */
export const beijingTime: Rule<string> = (told) => {
  const [, day, time] = typeof told === 'string' ? (FORM.exec(told) ?? []) : []
  if (day === undefined) return undefined
  const moment = `${day}T${time}+08:00`
  return isMoment(moment) ? moment : undefined
}
