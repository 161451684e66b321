/** Limits of the AWS clients: every call ends in time, whatever becomes of its answer, and is tried three times within it. */
import { AWS_ATTEMPT_MS, AWS_ATTEMPTS, AWS_IDLE_MS } from '#shared/time-limits.ts'
import { LimitedHandler } from './limited-handler.ts'
import { ShortPauses } from './short-pauses.ts'

/** Region, endpoint and credentials come from the environment, as the SDK defines it, unless they are given. */
export interface ClientOptions {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** For one attempt. @default AWS_ATTEMPT_MS, so that all attempts of one call fit into the time of notify */
  readonly attemptMs?: number
  /** After which an unused connection is closed. @default AWS_IDLE_MS */
  readonly idleMs?: number
}

export function configuration({
  attemptMs = AWS_ATTEMPT_MS,
  idleMs = AWS_IDLE_MS,
  ...options
}: ClientOptions = {}) {
  return {
    ...options,
    maxAttempts: AWS_ATTEMPTS,
    retryStrategy: new ShortPauses(),
    requestHandler: new LimitedHandler({ attemptMs, idleMs }),
  }
}
