/** The fact queue: one fact key a message. */
import { createSnsClient } from '#shared/aws/sns-client.ts'
import { factPorts } from '#shared/lambda/fact-ports.ts'
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { orderPorts } from '#shared/lambda/order-ports.ts'
import { refundRulePorts } from '#shared/lambda/stage-ports.ts'
import { queueHandler } from '#shared/lambda/queue-frame.ts'
import { createSnsPublisher } from '#shared/aws/sns-publisher.ts'
import { systemClock } from '#shared/clock.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { AppError } from '#shared/errors.ts'
import { lazy } from '#shared/lazy.ts'
import { systemPause } from '#shared/pause.ts'
import { parseFactMessage } from './schema.ts'
import { createSettle } from './settle.ts'

const logger = functionLogger('settle', process.env)

/** These run once per container, on its first batch. */
const environment = lazy(() => readEnvironment(process.env, 'settle'))
const metrics = lazy(() => functionMetrics('settle', environment()))
const operation = lazy(() => {
  const env = environment()
  return createSettle({
    ...orderPorts(env),
    ...factPorts(env),
    ...refundRulePorts(env),
    publisher: createSnsPublisher({ client: createSnsClient(), topicArn: env.EVENT_TOPIC_ARN }),
    clock: systemClock,
    pause: systemPause,
    logger,
    metrics: metrics(),
  })
})

export const handler = queueHandler({
  logger,
  metrics,
  handle: async (body, log) => {
    const factKey = parseFactMessage(body)
    // Not ours: after five tries a person finds it in the dead-letter queue.
    if (factKey === undefined) throw new AppError('invalid_request', 'the message holds no fact key')
    await operation()(factKey, log)
  },
})
