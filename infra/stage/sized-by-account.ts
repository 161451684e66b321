/** What follows from how many functions an account may run at once, where the stage does not say it itself. */
import type { CheckedSettings, Sized } from './stage-settings.ts'

/** Beyond it settle would only meet the limits of what it calls. */
const MOST_SETTLING = 50
/** The least that an event source takes. */
const FEWEST_SETTLING = 2

type Sizable = Pick<CheckedSettings, 'accountConcurrency' | 'settleConcurrency' | 'thresholds'>

export function sizedByAccount<Settings extends Sizable>(name: string, settings: Settings): Settings & Sized {
  const { accountConcurrency: limit, thresholds } = settings
  const settling = Math.max(FEWEST_SETTLING, Math.min(MOST_SETTLING, Math.floor(limit / 4)))
  return {
    ...settings,
    name,
    settleConcurrency: settings.settleConcurrency ?? settling,
    thresholds: {
      ...thresholds,
      concurrentExecutions: thresholds.concurrentExecutions ?? Math.floor(0.8 * limit),
    },
  }
}
