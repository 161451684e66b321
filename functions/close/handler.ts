/** POST /v1/payments/{out_trade_no}/close and POST /v1/payments/{out_trade_no}/unfreeze */
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { operationPorts } from '#shared/lambda/operation-ports.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { viewResponse } from '#shared/api/api-response.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { readEmptyBody, readJsonObject } from '#shared/api/json-body.ts'
import { outTradeNo, provider } from '#shared/api/route-parameters.ts'
import type { ApiRequest } from '#shared/api/api-request.ts'
import { channelNamed, forEachChannel } from '#shared/orders/channels.ts'
import { lazy } from '#shared/lazy.ts'
import { orderView } from '#shared/api/order-view.ts'
import { isUnfreezeOpen } from '#shared/ledger/unfreeze.ts'
import { createClose } from './close.ts'
import { parseUnfreezeRequest } from './schema.ts'
import { createUnfreeze } from './unfreeze.ts'

const logger = functionLogger('close', process.env)

/** Runs once per container, on its first request. */
const operations = lazy(() => {
  const env = readEnvironment(process.env, 'close')
  const metrics = functionMetrics('close', env)
  return forEachChannel(operationPorts(env, { logger, metrics }), (ports) => ({
    close: createClose(ports),
    unfreeze: createUnfreeze(ports),
  }))
})

const operationsFor = (request: ApiRequest) => channelNamed(operations(), provider(request))

export const handler = operationHandler('close', {
  logger,
  routes: {
    'POST /v1/payments/{out_trade_no}/close': async (request, { signal }) => {
      const number = outTradeNo(request)
      readEmptyBody(request)
      return viewResponse(200, orderView(await operationsFor(request).close(number, { signal })))
    },
    'POST /v1/payments/{out_trade_no}/unfreeze': async (request, { signal }) => {
      const asked = parseUnfreezeRequest(readJsonObject(request))
      const { order, error } = await operationsFor(request).unfreeze(outTradeNo(request), asked, { signal })
      if (error !== undefined) throw error
      // 202: WeChat may or may not have it; it is driven to an end without the caller.
      return viewResponse(isUnfreezeOpen(order.books.ours.unfreeze) ? 202 : 200, orderView(order))
    },
  },
})
