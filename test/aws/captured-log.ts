/** A logger whose lines a test can read. */
import { createLogger } from '#shared/log.ts'
import type { Logger } from '#shared/log.ts'

export function captureLog(): { readonly logger: Logger; readonly lines: Array<Record<string, unknown>> } {
  const lines: Array<Record<string, unknown>> = []
  const logger = createLogger({ clock: { now: () => 0 }, write: (line) => lines.push(JSON.parse(line)) })
  return { logger, lines }
}
