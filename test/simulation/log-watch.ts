/** Reads every log line for what must never be in one (I9). */
import type { Violations } from './violations.ts'

export function createLogWatch(secrets: readonly string[], { report }: Violations): (line: string) => void {
  return (line) => {
    if (secrets.some((secret) => line.includes(secret))) report('I9', 'a secret or an openid in a log line')
  }
}
