/** GET /v1/payments/{out_trade_no} and GET /v1/payments/transaction/{transaction_id} */
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { queryPorts } from '#shared/lambda/query-ports.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { viewResponse } from '#shared/api/api-response.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { outTradeNo, provider, refresh, transactionId } from '#shared/api/route-parameters.ts'
import type { ApiRequest } from '#shared/api/api-request.ts'
import { channelNamed, forEachChannel } from '#shared/orders/channels.ts'
import { lazy } from '#shared/lazy.ts'
import { orderView } from '#shared/api/order-view.ts'
import { createQuery } from './query.ts'

const logger = functionLogger('query', process.env)

/** Runs once per container, on its first request. */
const operations = lazy(() => {
  const env = readEnvironment(process.env, 'query')
  const metrics = functionMetrics('query', env)
  return forEachChannel(queryPorts(env, { logger, metrics }), createQuery)
})

const operationFor = (request: ApiRequest) => channelNamed(operations(), provider(request))

export const handler = operationHandler('query', {
  logger,
  routes: {
    'GET /v1/payments/{out_trade_no}': async (request, { signal }) =>
      viewResponse(
        200,
        orderView(
          await operationFor(request).byOutTradeNo(outTradeNo(request), {
            refresh: refresh(request),
            signal,
          }),
        ),
      ),
    'GET /v1/payments/transaction/{transaction_id}': async (request, { signal }) =>
      viewResponse(
        200,
        orderView(await operationFor(request).byTransactionId(transactionId(request), { signal })),
      ),
  },
})
