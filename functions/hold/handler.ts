/** POST /v1/payments/{out_trade_no}/hold and POST /v1/payments/{out_trade_no}/release */
import { functionLogger } from '#shared/lambda/function-ports.ts'
import { orderPorts } from '#shared/lambda/order-ports.ts'
import { recordingPorts } from '#shared/lambda/queue-ports.ts'
import { systemClock } from '#shared/clock.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { viewResponse } from '#shared/api/api-response.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { readJsonObject } from '#shared/api/json-body.ts'
import { outTradeNo, provider } from '#shared/api/route-parameters.ts'
import type { ApiRequest } from '#shared/api/api-request.ts'
import { accountsOf } from '#shared/lambda/accounts.ts'
import { channelNamed, forEachChannel } from '#shared/orders/channels.ts'
import { lazy } from '#shared/lazy.ts'
import { holdView } from '#shared/api/hold-view.ts'
import { orderView } from '#shared/api/order-view.ts'
import { systemPause } from '#shared/pause.ts'
import { createHold } from './hold.ts'
import { parseHoldRequest, parseReleaseRequest } from './schema.ts'

const logger = functionLogger('hold', process.env)

/** Runs once per container, on its first request. */
const operations = lazy(() => {
  const env = readEnvironment(process.env, 'hold')
  const ports = { ...orderPorts(env), ...recordingPorts(env), clock: systemClock, pause: systemPause }
  return forEachChannel(accountsOf(env), (mchid) => createHold({ ...ports, mchid }))
})

const operationsFor = (request: ApiRequest) => channelNamed(operations(), provider(request))

export const handler = operationHandler('hold', {
  logger,
  routes: {
    'POST /v1/payments/{out_trade_no}/hold': async (request) =>
      viewResponse(
        200,
        holdView(
          await operationsFor(request).place(outTradeNo(request), parseHoldRequest(readJsonObject(request))),
        ),
      ),
    'POST /v1/payments/{out_trade_no}/release': async (request) =>
      viewResponse(
        200,
        orderView(
          await operationsFor(request).release(
            outTradeNo(request),
            parseReleaseRequest(readJsonObject(request)),
          ),
        ),
      ),
  },
})
