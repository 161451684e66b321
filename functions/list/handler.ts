/** GET /v1/payments and GET /v1/refunds */
import { jsonResponse } from '#shared/api/api-response.ts'
import { beijingDay } from '#shared/beijing-day.ts'
import { systemClock } from '#shared/clock.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { functionLogger } from '#shared/lambda/function-ports.ts'
import { listPorts } from '#shared/lambda/list-ports.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { lazy } from '#shared/lazy.ts'
import { createList } from './list.ts'
import { parsePaymentListing, parseRefundListing } from './schema.ts'

const logger = functionLogger('list', process.env)

/** Runs once per container, on its first request. */
const operation = lazy(() => createList(listPorts(readEnvironment(process.env, 'list'))))

const today = () => beijingDay(systemClock.now())

export const handler = operationHandler('list', {
  logger,
  routes: {
    'GET /v1/payments': async ({ query }) =>
      jsonResponse(200, await operation().payments(parsePaymentListing(query, today()))),
    'GET /v1/refunds': async ({ query }) =>
      jsonResponse(200, await operation().refunds(parseRefundListing(query, today()))),
  },
})
