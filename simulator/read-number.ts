/** Numbers of the command line. */
import { UsageError } from './usage-error.ts'

const PORTS = { least: 0, most: 65_535 }

/** @throws UsageError */
export function portOf(flag: string, text: string): number {
  return numberOf(flag, text, PORTS)
}

/** @throws UsageError */
export function numberOf(
  flag: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most) {
    throw new UsageError(`--${flag} ${text}: expected a number from ${least} to ${most}`)
  }
  return value
}
