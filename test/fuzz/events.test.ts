/** What Lambda hands to the functions: any event of API Gateway and SQS. No exception may reach the runtime. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFactMessage } from '#functions/settle/schema.ts'
import { createNotify } from '#functions/notify/notify.ts'
import { queueHandler } from '#shared/lambda/queue-frame.ts'
import { AppError } from '#shared/errors.ts'
import { jsonResponse } from '#shared/api/api-response.ts'
import { httpHandler } from '#shared/lambda/http-frame.ts'
import { checkJsonBody, readJsonObject } from '#shared/api/json-body.ts'
import { notAcknowledged, notifyError } from '#functions/notify/notify-response.ts'
import { silentLogger } from '#shared/log.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { setUp } from '#test/support/notifying.ts'
import { anyJson, fuzz, oddText, spoiled } from './fuzz.ts'

const event = {
  version: '2.0',
  routeKey: 'POST /things',
  headers: { 'content-type': 'application/json', 'wechatpay-serial': '5ABC' },
  pathParameters: { id: '1' },
  queryStringParameters: { refresh: 'true' },
  body: '{"a":1}',
  isBase64Encoded: false,
  requestContext: { requestId: 'r', http: { method: 'POST' } },
}

const merchantApi = httpHandler({
  logger: silentLogger,
  deadlineMs: 1000,
  routes: { 'POST /things': async (request) => jsonResponse(200, readJsonObject(request)) },
})
const { deps } = setUp()
const notify = createNotify(deps)
const notifyApi = httpHandler({
  logger: silentLogger,
  deadlineMs: 1000,
  routes: {
    'POST /things': async ({ headers, body, ...rest }) => {
      checkJsonBody({ headers, body, ...rest }, 64 * 1024)
      return notAcknowledged(
        (await notify({ kind: 'payment', headers, body }, silentLogger)) === 'unverified' ? 401 : 400,
      )
    },
  },
  onError: notifyError,
})

describe('fuzzed events', () => {
  it.each([
    ['the merchant API', merchantApi, [200, 400, 404, 413, 415]],
    ['the notify routes', notifyApi, [400, 401, 404, 413, 415]],
  ] as const)('of API Gateway are all answered by %s', async (_, handler, statuses) => {
    await fuzz(
      fc.asyncProperty(fc.oneof(spoiled(event), anyJson), async (given) => {
        const { statusCode, body } = await handler(given, lambdaContext())
        expect(statuses).toContain(statusCode)
        expect(JSON.parse(body)).toBeTypeOf('object')
      }),
    )
  })

  it('of SQS are answered record by record, or refused as a whole with our own error', async () => {
    const handle = queueHandler({
      logger: silentLogger,
      metrics: () => ({ put: () => {} }),
      handle: async (body) => {
        if (parseFactMessage(body) === undefined) throw new AppError('invalid_request')
      },
    })
    const record = {
      messageId: 'm1',
      body: '{"fact_key":"payment#1900000109#ORDER-0001#SUCCESS"}',
      attributes: {},
    }
    const batch = { Records: [record, { ...record, messageId: 'm2' }] }
    await fuzz(
      fc.asyncProperty(fc.oneof(spoiled(batch), anyJson), async (given) => {
        const records = (given as { Records?: unknown[] } | null)?.Records
        try {
          const { batchItemFailures } = await handle(given, lambdaContext())
          expect(batchItemFailures.length).toBeLessThanOrEqual(records?.length ?? 0)
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
        }
      }),
    )
  })

  it('of the fact queue give a fact key of our own form or nothing', async () => {
    const body = fc.oneof(
      oddText(),
      anyJson.map((value) => JSON.stringify(value) ?? ''),
      oddText().map((fact_key) => JSON.stringify({ fact_key })),
    )
    await fuzz(
      fc.property(body, (text) => {
        const key = parseFactMessage(text)
        if (key !== undefined) expect(key).toMatch(/^(?:payment|refund)#[!-~]{1,250}$/)
      }),
    )
  })
})
