/** The forms of WeChat Pay's own fields: times, numbers, amounts. */
import { isMoment } from '#shared/moment.ts'
import { isFen } from '#shared/money.ts'
import type { Fen } from '#shared/money.ts'
import { text } from '#shared/wire-rules.ts'
import type { Rule } from '#shared/wire-rules.ts'

const OLD_TIME = /^(\d{4})(?:-(\d{2})-(\d{2}) (\d{2}):(\d{2}):|(\d{2})(\d{2})(\d{2})(\d{2}))(\d{2})$/

/**
 * RFC 3339 with seconds and an offset, as APIv3 writes it. The two forms of WeChat's older interfaces, `20180225112233`
 * and `2018-02-25 11:22:33`, are Beijing time and are read as such.
 */
export const timeText: Rule<string> = (told) => {
  if (typeof told !== 'string') return undefined
  // Whatever is a moment as it stands is of no older form.
  if (isMoment(told)) return told
  const [year, ...rest] = OLD_TIME.exec(told)?.slice(1).filter(Boolean) ?? []
  const [month, day, hour, minute, second] = rest
  if (year === undefined) return undefined
  const time = `${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`
  return isMoment(time) ? time : undefined
}

/** WeChat's character rule for order numbers; what it excludes (`#`) separates our own keys. */
export const orderNumber = text(32, /^[0-9A-Za-z_\-|*]+$/)
export const refundNumber = text(64, /^[0-9A-Za-z_\-|*@]+$/)

/** 0 fen and more. */
export const fenAmount: Rule<Fen> = (told) => (isFen(told) ? told : undefined)
/** 1 fen and more. */
export const positiveFen: Rule<Fen> = (told) => (isFen(told) && told > 0 ? told : undefined)
