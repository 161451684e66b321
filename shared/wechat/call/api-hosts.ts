/** Which of WeChat's two domains to call first (doc merchant/4012075113: prefer the primary, leave it while it keeps failing). */
import type { Clock } from '#shared/clock.ts'

/** Origins, as in `https://api.mch.weixin.qq.com`: primary, backup. */
export type ApiUrls = readonly [primary: string, backup: string]

export interface ApiHosts {
  /** The origin of the backup domain. */
  readonly backup: string
  /** The origin for the first attempt of a call. */
  preferred(): string
  /** The one to try after a failure of `origin`. */
  alternative(origin: string): string
  /** Tells how an attempt went: `healthy` when the domain answered, whatever it said short of a server error. */
  report(origin: string, healthy: boolean): void
}

/** Consecutive failed attempts after which calls begin with the backup. */
const FAILURES_TO_LEAVE = 3
/** How long they do before the next call tries the primary again. */
const AWAY_MS = 60_000

/**
 * Keeps the health of the primary in memory: a preference of this client alone, lost without harm.
 *
 * @throws RangeError when a URL is more than scheme, host and port; paths are signed and may have no prefix.
 */
export function createApiHosts(urls: ApiUrls, clock: Clock): ApiHosts {
  const [primary, backup] = [originOf(urls[0]), originOf(urls[1])]
  let failures = 0
  let failedAt = 0
  return {
    backup,
    preferred: () => (failures >= FAILURES_TO_LEAVE && clock.now() < failedAt + AWAY_MS ? backup : primary),
    alternative: (origin) => (origin === primary ? backup : primary),
    report: (origin, healthy) => {
      if (origin !== primary) return
      failures = healthy ? 0 : failures + 1
      failedAt = clock.now()
    },
  }
}

function originOf(url: string): string {
  const { origin, protocol, pathname, search } = new URL(url)
  if (!/^https?:$/.test(protocol) || pathname !== '/' || search !== '') {
    throw new RangeError('a WeChat Pay API URL must be http(s) with host and port only')
  }
  return origin
}
