/** A logger for parts that expect one: their lines are for functions, not for a person at a terminal. */
import type { Logger } from '#shared/log.ts'

/** @param onWarning called instead of printing a warning or an error. */
export function createMutedLogger(onWarning: (code: string) => void = () => {}): Logger {
  const logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (code) => onWarning(code),
    error: (code) => onWarning(code),
    conclude: ({ level, code }) => logger[level](code),
    with: () => logger,
  }
  return logger
}
