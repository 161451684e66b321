/** A hash over what must agree between two tellings of the same fact. */
import { hash } from 'node:crypto'

export function contentHash(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts))
}
