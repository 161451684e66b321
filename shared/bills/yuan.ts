/** Yuan as WeChat's bills write them: decimals with up to five places, taken as whole hundred-thousandths and never as a float. */
import { isFen } from '#shared/money.ts'
import type { Fen } from '#shared/money.ts'

const PLACES = 5
const ONE = 10n ** BigInt(PLACES)
const ONE_FEN = ONE / 100n
const FORM = /^(-?)(\d{1,13})(?:\.(\d{1,5}))?$/

/** @returns hundred-thousandths of a yuan; undefined for what is no amount. */
export function parseYuan(text: string): bigint | undefined {
  const [, sign, yuan, decimals = ''] = FORM.exec(text) ?? []
  if (yuan === undefined) return undefined
  const units = BigInt(yuan + decimals.padEnd(PLACES, '0'))
  return sign === '-' ? -units : units
}

/** A number of things, which WeChat writes as `45` or `45.0`. */
export function parseCount(text: string): number | undefined {
  const units = parseYuan(text)
  return units === undefined || units < 0n || units % ONE !== 0n ? undefined : Number(units / ONE)
}

/** @returns undefined unless it is a whole number of fen, zero or more. */
export function fenOf(units: bigint): Fen | undefined {
  if (units % ONE_FEN !== 0n) return undefined
  const value = Number(units / ONE_FEN)
  return isFen(value) ? value : undefined
}
