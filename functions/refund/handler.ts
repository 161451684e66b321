/** POST /v1/payments/{out_trade_no}/refunds, GET /v1/refunds/{out_refund_no} and POST /v1/refunds/{out_refund_no}/abnormal */
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { refundRulePorts } from '#shared/lambda/stage-ports.ts'
import type { Publisher } from '#shared/events/payment-event.ts'
import { operationPorts } from '#shared/lambda/operation-ports.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { viewResponse } from '#shared/api/api-response.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { readJsonObject } from '#shared/api/json-body.ts'
import { outRefundNo, outTradeNo, provider, refresh } from '#shared/api/route-parameters.ts'
import { NOTIFY_REFUND_PATH } from '#shared/operations.ts'
import type { ApiRequest } from '#shared/api/api-request.ts'
import { channelNamed, forEachChannel } from '#shared/orders/channels.ts'
import { lazy } from '#shared/lazy.ts'
import { refundView } from '#shared/api/order-view.ts'
import { applicationOf } from '#shared/ledger/application.ts'
import { createAbnormal } from './abnormal.ts'
import { createQueryRefund } from './query-refund.ts'
import { createRefund } from './refund.ts'
import { parseAbnormalRequest, parseRefundRequest } from './schema.ts'

const logger = functionLogger('refund', process.env)

/** Runs once per container, on its first request. */
const operations = lazy(() => {
  const env = readEnvironment(process.env, 'refund')
  const metrics = functionMetrics('refund', env)
  const rules = refundRulePorts(env)
  const notifyUrl = `${env.WXPAY_NOTIFY_BASE_URL}${NOTIFY_REFUND_PATH}`
  const topic = lazy(async () => {
    const { topicPublisher } = await import('#functions/refund/publisher-part.ts')
    return topicPublisher(env)
  })
  const publisher: Publisher = { publish: async (...event) => (await topic()).publish(...event) }
  const telling = { publisher, logger, metrics }
  return forEachChannel(operationPorts(env, { logger, metrics }), (ports) => {
    const deps = { ...ports, ...rules, ...telling, notifyUrl }
    return { create: createRefund(deps), query: createQueryRefund(deps), abnormal: createAbnormal(deps) }
  })
})

const operationsFor = (request: ApiRequest) => channelNamed(operations(), provider(request))

export const handler = operationHandler('refund', {
  logger,
  routes: {
    'POST /v1/payments/{out_trade_no}/refunds': async (request, { signal, log }) => {
      const { create } = operationsFor(request)
      const number = outTradeNo(request)
      const asked = parseRefundRequest(readJsonObject(request))
      log.conclude({ level: 'info', code: 'COMPLETED', fields: { out_refund_no: asked.out_refund_no } })
      const { order, refund, error } = await create(number, asked, { signal })
      if (error !== undefined) throw error
      // 202: WeChat may or may not have it; it is driven to an end without the caller.
      return viewResponse(
        refund.status === 'UNKNOWN' || refund.status === 'REQUESTED' ? 202 : 200,
        refundView(order, refund),
      )
    },
    'POST /v1/refunds/{out_refund_no}/abnormal': async (request, { signal }) => {
      const asked = parseAbnormalRequest(readJsonObject(request))
      const { order, refund, error } = await operationsFor(request).abnormal(outRefundNo(request), asked, {
        signal,
      })
      if (error !== undefined) throw error
      // 202: WeChat may or may not have it, and it is not sent again: the sweep asks about the refund.
      const { state } = applicationOf(order.books, refund.out_refund_no) ?? {}
      const open = refund.status === 'ABNORMAL' && (state === 'REQUESTED' || state === 'UNKNOWN')
      return viewResponse(open ? 202 : 200, refundView(order, refund))
    },
    'GET /v1/refunds/{out_refund_no}': async (request, { signal }) => {
      const { order, refund } = await operationsFor(request).query(outRefundNo(request), {
        refresh: refresh(request),
        signal,
      })
      return viewResponse(200, refundView(order, refund))
    },
  },
})
