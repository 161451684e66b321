/** EventBridge: the sweep every minute and the rotation every six hours. Runs that would find nothing are left out. */
import { ROTATION_INTERVAL_MS, SWEEP_INTERVAL_MS } from '#shared/time-limits.ts'
import type { Conditions } from './conditions.ts'
import type { Functions } from './functions.ts'
import type { Scheduler } from './scheduler.ts'
import type { State } from './state.ts'

/** An event that is delivered twice comes the second time a moment later. */
const AGAIN_MS = 40

interface SchedulesDeps {
  readonly scheduler: Scheduler
  readonly state: State
  readonly functions: Functions
  readonly conditions: Conditions
}

export function startSweeps({ scheduler, state, functions, conditions }: SchedulesDeps): void {
  const nextDue = () => {
    const times = [
      ...state.factWatch.due.values(),
      ...[...state.dynamo.orders.items.values()].flatMap(({ next_check_at: at }) =>
        at?.N === undefined ? [] : Number(at.N),
      ),
    ]
    return times.length === 0 ? undefined : Math.min(...times)
  }
  const sweep = () => {
    void functions.sweep()
    if (conditions.doubleSweep()) scheduler.after(AGAIN_MS, () => void functions.sweep())
  }
  const tick = () => {
    const now = scheduler.now()
    const due = nextDue()
    if (due !== undefined && due <= now) sweep()
    // Until then nothing changes; when nothing is left to happen, the run is at rest.
    const next = Math.min(due ?? Infinity, scheduler.next ?? Infinity)
    if (next < Infinity)
      scheduler.after(Math.max(1, Math.ceil((next - now) / SWEEP_INTERVAL_MS)) * SWEEP_INTERVAL_MS, tick)
  }
  scheduler.after(SWEEP_INTERVAL_MS, tick)
}

/** Two are enough: faults are over by the second. */
export function startRotations({
  scheduler,
  functions,
}: Pick<SchedulesDeps, 'scheduler' | 'functions'>): void {
  for (const turn of [1, 2]) scheduler.after(turn * ROTATION_INTERVAL_MS, () => void functions.rotateCerts())
}
