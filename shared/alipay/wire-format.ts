/** The forms of Alipay's own fields: numbers and amounts. */
import type { Fen } from '#shared/money.ts'
import { text } from '#shared/wire-rules.ts'
import type { Rule } from '#shared/wire-rules.ts'
import { fenOfYuan } from '#shared/yuan.ts'

/** Alipay's numbers of trades. */
export const tradeNumber = text(64, /^\d+$/)
/** Alipay allows 64 characters; what it excludes (`#`) separates our own keys. */
export const orderNumber = text(64, /^[0-9A-Za-z_\-|*]+$/)
export const refundNumber = text(64, /^[0-9A-Za-z_\-|*@]+$/)

/** 0 fen and more. */
export const yuanAmount: Rule<Fen> = (told) => (typeof told === 'string' ? fenOfYuan(told) : undefined)

/** 1 fen and more. */
export const positiveYuan: Rule<Fen> = (told) => {
  const amount = typeof told === 'string' ? fenOfYuan(told) : undefined
  return amount === 0 ? undefined : amount
}
