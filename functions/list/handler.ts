/** GET /v1/payments and GET /v1/refunds */
import type { ApiRequest } from '#shared/api/api-request.ts'
import { jsonResponse } from '#shared/api/api-response.ts'
import { provider } from '#shared/api/route-parameters.ts'
import { beijingDay } from '#shared/beijing-day.ts'
import { systemClock } from '#shared/clock.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { functionLogger } from '#shared/lambda/function-ports.ts'
import { listPorts } from '#shared/lambda/list-ports.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { accountsOf } from '#shared/lambda/accounts.ts'
import { channelNamed, forEachChannel } from '#shared/orders/channels.ts'
import { lazy } from '#shared/lazy.ts'
import { createList } from './list.ts'
import { parsePaymentListing, parseRefundListing } from './schema.ts'

const logger = functionLogger('list', process.env)

/** Runs once per container, on its first request. */
const operations = lazy(() => {
  const env = readEnvironment(process.env, 'list')
  return forEachChannel(accountsOf(env), (mchid) => createList(listPorts(env, mchid)))
})

const operationFor = (request: ApiRequest) => channelNamed(operations(), provider(request))

const today = () => beijingDay(systemClock.now())

export const handler = operationHandler('list', {
  logger,
  routes: {
    'GET /v1/payments': async (request) =>
      jsonResponse(200, await operationFor(request).payments(parsePaymentListing(request.query, today()))),
    'GET /v1/refunds': async (request) =>
      jsonResponse(200, await operationFor(request).refunds(parseRefundListing(request.query, today()))),
  },
})
