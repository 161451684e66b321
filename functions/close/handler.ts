/** POST /v1/payments/{out_trade_no}/close */
import { functionLogger, functionMetrics } from '#shared/lambda/function-ports.ts'
import { operationPorts } from '#shared/lambda/operation-ports.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { viewResponse } from '#shared/api/api-response.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { readEmptyBody } from '#shared/api/json-body.ts'
import { outTradeNo } from '#shared/api/route-parameters.ts'
import { lazy } from '#shared/lazy.ts'
import { orderView } from '#shared/api/order-view.ts'
import { createClose } from './close.ts'

const logger = functionLogger('close', process.env)

/** Runs once per container, on its first request. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, 'close')
  return createClose({
    ...operationPorts(env, logger, functionMetrics('close', env)),
  })
})

export const handler = operationHandler('close', {
  logger,
  routes: {
    'POST /v1/payments/{out_trade_no}/close': async (request, { signal }) => {
      const number = outTradeNo(request)
      readEmptyBody(request)
      return viewResponse(200, orderView(await operation()(number, { signal })))
    },
  },
})
