/** Every minute. */
import { functionLogger, recordingPorts } from '#shared/aws/function-ports.ts'
import { jobHandler } from '#shared/aws/job-frame.ts'
import { systemClock } from '#shared/clock.ts'
import { readEnvironment } from '#shared/config/environment.ts'
import { lazy } from '#shared/lazy.ts'
import { createSweep } from './sweep.ts'

const logger = functionLogger('sweep')

/** Runs once per container, on its first run. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, ['FACTS_TABLE_NAME', 'FACT_QUEUE_URL'])
  return createSweep({ ...recordingPorts(env), clock: systemClock, logger })
})

export const handler = jobHandler({ logger, run: () => operation()() })
