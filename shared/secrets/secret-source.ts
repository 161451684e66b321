/** Secrets as parsed objects, cached in the container, so that a call of an operation costs neither a request nor a parse. */
import type { Clock } from '#shared/clock.ts'
import { AppError } from '#shared/errors.ts'
import { failureFields } from '#shared/failure-fields.ts'
import type { Logger } from '#shared/log.ts'
import { createCachedValue } from '#shared/cached-value.ts'
import type { CachedValue } from '#shared/cached-value.ts'
import { parseSecret, readSecret } from './secret-reader.ts'
import type { SecretLocation } from './secret-reader.ts'

export const TTL_MS = 15 * 60 * 1000
export const MAX_STALE_MS = 24 * 60 * 60 * 1000

export interface SecretSourceOptions<Value> extends SecretLocation {
  /** See `shared/secrets/secret-keys.ts`. */
  readonly parse: (text: string) => Value
  readonly clock: Clock
  readonly logger: Logger
  /** Jitter, from 0 to below 1. @default Math.random */
  readonly random?: () => number
  /** @default 15 min, ±20 % */
  readonly ttlMs?: number
  /** How old a value may get while the secret cannot be read or parsed. @default 24 h */
  readonly maxStaleMs?: number
}

/**
 * Creates the source. Nothing is read before the first call.
 *
 * A secret that cannot be read or parsed is covered by the last good value, with a warning in the log and 30 s between
 * attempts. Without one, calls fail with AppError `key_unavailable`.
 */
export function createSecretSource<Value>(options: SecretSourceOptions<Value>): CachedValue<Value> {
  const {
    purpose,
    parse,
    clock,
    logger,
    random = Math.random,
    ttlMs = TTL_MS,
    maxStaleMs = MAX_STALE_MS,
  } = options
  return createCachedValue({
    load: async () => {
      const secret = await readSecret(options)
      if (secret !== undefined) return parseSecret(purpose, secret.text, parse)
      throw new AppError(
        'key_unavailable',
        `the ${purpose} secret has no value yet: fill it (see the README)`,
      )
    },
    clock,
    random,
    ttlMs,
    maxStaleMs,
    onStale: (error) => logger.warn('SECRET_STALE', { secret: purpose, ...failureFields(error) }),
  })
}
