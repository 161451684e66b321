/**
 * What a person can stop, or turn round, at once and without a deploy. Whoever is about to act asks here first; what is set
 * holds for every function within seconds.
 */
import { createCachedValue } from './cached-value.ts'
import type { Clock } from './clock.ts'
import { failureFields } from './failure-fields.ts'
import type { Logger } from './log.ts'

/**
 * - `refunds`: none is made and none is sent again, by nobody. What WeChat says of those on their way is still learned.
 * - `prepay`: no payment is begun, and nothing is handed out to pay with.
 * - `backup_domain`: WeChat is called at its backup domain alone.
 */
export const SWITCHES = ['refunds', 'prepay', 'backup_domain'] as const
export type Switch = (typeof SWITCHES)[number]

export function isSwitch(text: string): text is Switch {
  return SWITCHES.some((name) => name === text)
}

/** Who set a switch, why, and since when (epoch ms). */
export interface SwitchSet {
  readonly by: string
  readonly note: string
  readonly at: number
}

/** The switches that are on. */
export type SwitchesOn = { readonly [Name in Switch]?: SwitchSet | undefined }

/** Where they are kept. */
export interface SwitchSource {
  /** Reads consistently. Fails when nothing is known: then the answer must not pass for "none is on". */
  readOn(): Promise<SwitchesOn>
}

export interface Switches {
  /** Whether a switch is on, as of some seconds ago. Never fails: where nobody knows, it answers what does the least harm. */
  isOn(name: Switch): Promise<boolean>
}

/** So old, ±20 %, a reading may get: what is set holds everywhere within 6 s, and a busy container reads it ten times a minute. */
export const SWITCH_TTL_MS = 5000
/** So old a reading may get while nothing newer can be read. */
export const SWITCH_STALE_MS = 5 * 60_000

/**
 * What counts when nobody knows. Money that went out does not come back: refunds wait, and the caller repeats. A payment
 * that is not begun is a sale lost, and one that is can be refunded: prepay goes on. A domain is only a preference.
 */
const WHEN_UNKNOWN: Readonly<Record<Switch, boolean>> = {
  refunds: true,
  prepay: false,
  backup_domain: false,
}

interface SwitchesOptions {
  readonly source: SwitchSource
  readonly clock: Clock
  readonly logger: Logger
  /** Jitter, from 0 to below 1. @default Math.random */
  readonly random?: () => number
}

/** Creates the port. Nothing is read before the first question; many at once are one read. */
export function createSwitches({ source, clock, logger, random = Math.random }: SwitchesOptions): Switches {
  const cached = createCachedValue({
    load: () => source.readOn(),
    clock,
    random,
    ttlMs: SWITCH_TTL_MS,
    maxStaleMs: SWITCH_STALE_MS,
    onStale: (error) => logger.warn('SWITCHES_STALE', failureFields(error)),
  })
  return {
    async isOn(name) {
      try {
        const on = await cached.get()
        return on[name] !== undefined
      } catch (error) {
        logger.error('SWITCHES_UNKNOWN', { reason: name, ...failureFields(error) })
        return WHEN_UNKNOWN[name]
      }
    },
  }
}
