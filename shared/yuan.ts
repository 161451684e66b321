/** Yuan as a channel writes them on the wire, decimals with at most two places: exact both ways, and never by way of a float. */
import { isFen } from './money.ts'
import type { Fen } from './money.ts'

const FORM = /^(0|[1-9]\d{0,13})(?:\.(\d{1,2}))?$/

/** @returns undefined for what is no amount: signs, exponents, blanks, leading zeros, more than two places, more than fen can hold. */
export function fenOfYuan(text: string): Fen | undefined {
  const [, yuan, decimals = ''] = FORM.exec(text) ?? []
  if (yuan === undefined) return undefined
  const amount = Number(yuan + decimals.padEnd(2, '0'))
  return isFen(amount) ? amount : undefined
}

/** With two places, as in `0.10`. */
export function yuanOfFen(amount: Fen): string {
  const digits = String(amount).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
