/** How far a list has been read, as a word that the caller hands back. */

export interface Place {
  /** The day, or `held`. */
  readonly in: string
  /** The number to go on below; absent: from the top. */
  readonly below?: string | undefined
}

const FORM = /^(held|\d{4}-\d{2}-\d{2})\/([0-9A-Za-z_\-|*@]{0,64})$/

export function placeText({ in: where, below = '' }: Place): string {
  return Buffer.from(`${where}/${below}`).toString('base64url')
}

/** @returns undefined for what is no place. */
export function parsePlace(text: string): Place | undefined {
  const [, where, below] = FORM.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? []
  if (where === undefined) return undefined
  return { in: where, ...(below === '' ? {} : { below }) }
}
