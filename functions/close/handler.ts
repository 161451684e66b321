/** POST /v1/payments/{out_trade_no}/close */
import { functionLogger } from '#shared/lambda/function-ports.ts'
import { operationPorts } from '#shared/lambda/operation-ports.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { jsonResponse } from '#shared/api/api-response.ts'
import { API_DEADLINE_MS, httpHandler } from '#shared/lambda/http-frame.ts'
import { readEmptyBody } from '#shared/api/json-body.ts'
import { outTradeNo } from '#shared/api/route-parameters.ts'
import { lazy } from '#shared/lazy.ts'
import { orderView } from '#shared/api/order-view.ts'
import { createClose } from './close.ts'

const logger = functionLogger('close')

/** Runs once per container, on its first request. */
const operation = lazy(() => {
  const env = readEnvironment(process.env, [
    'WXPAY_MCHID',
    'WXPAY_API_URL',
    'WXPAY_API_BACKUP_URL',
    'ORDERS_TABLE_NAME',
    'FACTS_TABLE_NAME',
    'FACT_QUEUE_URL',
    'MERCHANT_SIGNING_SECRET_ID',
    'PLATFORM_KEYS_SECRET_ID',
  ])
  return createClose({
    ...operationPorts(env, logger),
  })
})

export const handler = httpHandler({
  logger,
  deadlineMs: API_DEADLINE_MS,
  routes: {
    'POST /v1/payments/{out_trade_no}/close': async (request, { signal }) => {
      const number = outTradeNo(request)
      readEmptyBody(request)
      return jsonResponse(200, orderView(await operation()(number, { signal })))
    },
  },
})
