/** Every minute. */
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { jobHandler } from '#shared/lambda/job-frame.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { sweepPorts } from '#shared/lambda/sweep-ports.ts'
import { lazy } from '#shared/lazy.ts'
import { createSweep } from './sweep.ts'
import { createTurn } from './turn.ts'

const logger = functionLogger('sweep', process.env)

/** Runs once per container, on its first run. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, 'sweep')
  const metrics = functionMetrics('sweep', env)
  const ports = sweepPorts(env, { logger, metrics })
  return createSweep({ ...ports, turn: createTurn(ports), logger, metrics })
})

export const handler = jobHandler({ logger, run: (call) => operation()(call) })
