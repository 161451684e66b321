/** Every hour, half past: at 10:30 in Beijing the day before is due; and by hand for a day that is named. */
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { jobHandler } from '#shared/lambda/job-frame.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { reconcilePorts } from '#shared/lambda/reconcile-ports.ts'
import { channelFor, forEachChannel } from '#shared/orders/channels.ts'
import { lazy } from '#shared/lazy.ts'
import { reconcileEach } from './each-channel.ts'
import { createReconcile } from './reconcile.ts'
import { createTurn } from './turn.ts'

const logger = functionLogger('reconcile', process.env)

/** Runs once per container, on its first run. */
const operations = lazy(() => {
  const env = readEnvironment(process.env, 'reconcile')
  const metrics = functionMetrics('reconcile', env)
  const days = lazy(async () => {
    const { dayRuns } = await import('#functions/reconcile/day-part.ts')
    return dayRuns(env, { logger, metrics })
  })
  return forEachChannel(reconcilePorts(env), (ports) =>
    createReconcile({
      ...ports,
      turn: createTurn(ports),
      runDay: async (given) => channelFor(await days(), ports.mchid)(given),
      logger,
      metrics,
    }),
  )
})

export const handler = jobHandler({ logger, run: (call, event) => reconcileEach(operations(), call, event) })
