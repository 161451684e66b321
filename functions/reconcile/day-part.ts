/** What a day that is due needs, read when there is one: most runs find none, and have neither bills, orders nor a report to read. */
import { dayPorts } from '#shared/lambda/day-ports.ts'
import type { DayEnvironment } from '#shared/lambda/day-ports.ts'
import type { PortOptions } from '#shared/lambda/common-ports.ts'
import { forEachChannel } from '#shared/orders/channels.ts'
import type { Channels } from '#shared/orders/channels.ts'
import type { RunDay } from './reconcile.ts'
import { runDay } from './run-day.ts'

export function dayRuns(env: DayEnvironment, options: PortOptions): Channels<RunDay> {
  return forEachChannel(
    dayPorts(env, options),
    (ports): RunDay =>
      (given) =>
        runDay({ ...ports, ...options }, given),
  )
}
