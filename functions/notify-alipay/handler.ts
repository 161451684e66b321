/** POST /alipay/notify: called by Alipay, open to the world. Only a stage with Alipay has it. */
import { createNotificationChannel } from '#shared/alipay/notification.ts'
import { checkFormBody } from '#shared/api/form-body.ts'
import { systemClock } from '#shared/clock.ts'
import { AppError } from '#shared/errors.ts'
import { readAlipayEnvironment } from '#shared/alipay/environment.ts'
import { alipayKeys, callPorts } from '#shared/lambda/alipay-ports.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { recordingPorts } from '#shared/lambda/queue-ports.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { lazy } from '#shared/lazy.ts'
import { bytesOf } from '#shared/received.ts'
import { answer, answerOf } from './alipay-answer.ts'
import { createNotifyAlipay } from './notify-alipay.ts'

/** A real notification has about 2 KB. */
const MAX_BODY_BYTES = 64 * 1024

const logger = functionLogger('notify-alipay', process.env)

/** Runs once per container, on its first request. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, 'notify-alipay')
  const metrics = functionMetrics('notify-alipay', env)
  const alipay = readAlipayEnvironment(env.told)
  const ports = callPorts(env, { logger, metrics })
  if (alipay === undefined || ports === undefined)
    throw new AppError('config_invalid', 'environment: WXPAY_ALIPAY is missing')
  const { appId, sellerId, account } = alipay
  const keys = alipayKeys(alipay, logger)
  return createNotifyAlipay({
    ...recordingPorts(env),
    mchid: account,
    notifications: createNotificationChannel({
      appId,
      account,
      sellerId,
      keyRing: () => keys.get(),
      clock: systemClock,
    }),
    channel: ports.channel,
    clock: systemClock,
    metrics,
  })
})

export const handler = operationHandler('notify-alipay', {
  logger,
  routes: {
    'POST /alipay/notify': async (request, { log, signal }) => {
      checkFormBody(request, MAX_BODY_BYTES)
      const { body, requestId: correlationId } = request
      return answer(await operation()({ body: bytesOf(body), correlationId }, log, { signal }))
    },
  },
  onError: answerOf,
})
