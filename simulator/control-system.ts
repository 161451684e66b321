/** Control routes of the simulation itself: faults, time, reset. */
import * as v from 'valibot'
import { ControlError } from './control-error.ts'
import { parseControl } from './control-router.ts'
import type { ControlRoutes } from './control-router.ts'
import { primaryIsDown } from './faults.ts'
import type { Faults } from './faults.ts'
import { clearLedger } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import type { Notifier } from './notifier.ts'
import type { RequestLog } from './request-log.ts'
import type { Timeline } from './timeline.ts'
import type { WireLog } from './wire-log.ts'

export interface SystemDeps {
  readonly faults: Faults
  readonly timeline: Timeline
  readonly ledger: Ledger
  readonly notifier: Notifier
  readonly requests: RequestLog
  readonly wire: WireLog
  readonly timeScale: number
  /** Opens or closes the primary domain. */
  readonly setPrimary: (available: boolean) => Promise<void>
}

const advanceSchema = v.strictObject({ ms: v.pipe(v.number(), v.integer(), v.minValue(0)) })

/** Routes of the simulation itself. */
export function systemRoutes({
  faults,
  timeline,
  ledger,
  notifier,
  requests,
  wire,
  timeScale,
  setPrimary,
}: SystemDeps): ControlRoutes {
  const applyPrimary = (): Promise<void> => setPrimary(!primaryIsDown(faults))
  const time = (): unknown => ({ wall: timeline.wall(), now: timeline.now(), time_scale: timeScale })
  return {
    'GET /_control/faults': () => ({ faults: faults.list() }),
    async 'POST /_control/faults'({ body }) {
      const fault = faults.add(body)
      await applyPrimary()
      return { fault }
    },
    async 'DELETE /_control/faults'() {
      const cleared = faults.clear()
      await applyPrimary()
      return { cleared }
    },
    async 'DELETE /_control/faults/*'({ item }) {
      if (faults.clear(item) === 0) throw new ControlError(404, 'no_such_fault', `no fault ${item}`)
      await applyPrimary()
      return { cleared: 1 }
    },
    'GET /_control/time': time,
    async 'POST /_control/time/advance'({ body }) {
      await timeline.advance(parseControl(advanceSchema, body).ms)
      return time()
    },
    async 'POST /_control/time/flush'() {
      await timeline.runWaiting()
      return time()
    },
    async 'POST /_control/reset'() {
      clearLedger(ledger)
      notifier.clear()
      faults.clear()
      requests.clear()
      wire.clear()
      await applyPrimary()
      return {}
    },
  }
}
