/** Every minute. */
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { operationPorts } from '#shared/lambda/operation-ports.ts'
import { jobHandler } from '#shared/lambda/job-frame.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { lazy } from '#shared/lazy.ts'
import { createSweep } from './sweep.ts'

const logger = functionLogger('sweep')

/** Runs once per container, on its first run. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, [
    'WXPAY_STAGE',
    'WXPAY_MCHID',
    'WXPAY_API_URL',
    'WXPAY_API_BACKUP_URL',
    'ORDERS_TABLE_NAME',
    'FACTS_TABLE_NAME',
    'FACT_QUEUE_URL',
    'MERCHANT_SIGNING_SECRET_ID',
    'PLATFORM_KEYS_SECRET_ID',
  ])
  return createSweep({
    ...operationPorts(env, logger),
    logger,
    metrics: functionMetrics('sweep', env),
  })
})

export const handler = jobHandler({ logger, run: (call) => operation()(call) })
