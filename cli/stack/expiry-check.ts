/** How long a certificate is valid, as a line of `doctor`. */
import { timeText } from '#cli/terminal/output.ts'
import { fail, ok, warn, type Check } from './check.ts'

const DAY_MS = 86_400_000
/** The next certificate is offered half a year ahead; a month leaves time for a change without haste. */
const WARN_DAYS = 30

interface Dated {
  readonly serial: string
  /** Epoch ms. */
  readonly notAfter: number
}

export function expiryOf(
  name: string,
  { serial, notAfter }: Dated,
  { now, remedy }: { readonly now: number; readonly remedy: string },
): Check {
  const days = Math.floor((notAfter - now) / DAY_MS)
  const detail = `${serial} is valid until ${timeText(notAfter)} (${days} days)`
  if (notAfter <= now) return fail(name, `${serial} expired on ${timeText(notAfter)}`, remedy)
  return days < WARN_DAYS ? warn(name, detail, remedy) : ok(name, detail)
}
