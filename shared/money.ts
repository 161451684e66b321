/** Money is a whole number of fen (分, 1/100 CNY); the brand keeps unchecked numbers out of money fields. */
export type Fen = number & { readonly __brand: 'Fen' }

/** Tells whether a value is an amount that money fields may hold: a safe integer, zero or more. */
export function isFen(value: unknown): value is Fen {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/**
 * Checks an amount and brands it.
 *
 * @throws RangeError when the value is not a safe integer of at least 0; the message never holds the value.
 */
export function fen(value: number): Fen {
  if (!isFen(value)) throw new RangeError('amount must be a whole number of fen between 0 and 2^53 - 1')
  return value
}
