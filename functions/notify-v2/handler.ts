/** POST /wechatpay/notify/refund-v2: refund notices in XML, for refunds that are made on the merchant platform. Open to the world. */
import { systemClock } from '#shared/clock.ts'
import { checkXmlBody } from '#shared/api/xml-body.ts'
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { recordingPorts } from '#shared/lambda/queue-ports.ts'
import { apiV2Keys, wechatDeps } from '#shared/lambda/wechat-keys.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { lazy } from '#shared/lazy.ts'
import { bytesOf } from '#shared/received.ts'
import { MAX_XML_BYTES } from '#shared/wechat/v2/flat-xml.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { createNotifyV2 } from './notify-v2.ts'
import { fail, failOf, success } from './xml-answer.ts'

const logger = functionLogger('notify-v2', process.env)

/** Runs once per container, on its first request. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, 'notify-v2')
  const metrics = functionMetrics('notify-v2', env)
  const keys = apiV2Keys(env, logger)
  return createNotifyV2({
    ...recordingPorts(env),
    mchid: env.WXPAY_MCHID,
    apiV2Keys: () => keys.get(),
    wechat: createWechatPay({ ...wechatDeps(env, logger), metrics }),
    clock: systemClock,
    metrics,
  })
})

export const handler = operationHandler('notify-v2', {
  logger,
  routes: {
    'POST /wechatpay/notify/refund-v2': async (request, { log, signal }) => {
      checkXmlBody(request, MAX_XML_BYTES)
      const { body, requestId: correlationId } = request
      const result = await operation()({ body: bytesOf(body), correlationId }, log, { signal })
      if (result === 'accepted') return success()
      return fail(result === 'refused' ? 400 : 503)
    },
  },
  onError: failOf,
})
