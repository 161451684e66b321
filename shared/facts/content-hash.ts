/** A hash over what must agree between two tellings of the same fact. */
import { createHash } from 'node:crypto'

export function contentHash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
