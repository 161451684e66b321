import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { jsonResponse } from '#shared/api/api-response.ts'
import { httpHandler } from '#shared/lambda/http-frame.ts'
import { withDeadline } from '#shared/deadline.ts'
import type { Route } from '#shared/lambda/http-frame.ts'
import { readJsonObject } from '#shared/api/json-body.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { aWorld } from '#test/support/world.ts'

const event = (changes: object = {}) => ({
  version: '2.0',
  routeKey: 'POST /things/{id}',
  headers: { 'Content-Type': 'application/json' },
  pathParameters: { id: 'a|b' },
  body: '{"a":1}',
  isBase64Encoded: false,
  requestContext: { requestId: 'api-1', http: { method: 'POST' } },
  ...changes,
})

function setUp(route: Route, deadlineMs = 1000) {
  const { logger, logged } = aWorld()
  const handler = httpHandler({ logger, deadlineMs, routes: { 'POST /things/{id}': route } })
  return {
    logged,
    handle: (given: unknown = event(), remaining?: number) => handler(given, lambdaContext(remaining)),
  }
}
const echo: Route = async (request) =>
  jsonResponse(200, { id: request.pathParameters['id'], body: readJsonObject(request) })

describe('the HTTP frame', () => {
  it('adapts the event, answers, and logs once', async () => {
    const { handle, logged } = setUp(echo)
    const response = await handle()
    expect([response.statusCode, JSON.parse(response.body)]).toEqual([200, { id: 'a|b', body: { a: 1 } }])
    expect(logged).toMatchObject([
      {
        level: 'info',
        code: 'COMPLETED',
        fields: {
          status: 200,
          route: 'POST /things/{id}',
          correlation_id: 'api-1',
          request_id: 'aws-request-1',
        },
      },
    ])
  })

  it('logs the numbers of order and refund that stand in the path, and nothing else that does', async () => {
    const { handle, logged } = setUp(echo)
    await handle(event({ pathParameters: { out_trade_no: 'ORDER-1', out_refund_no: 'R@1', id: 'a|b' } }))
    await handle(event({ pathParameters: { out_trade_no: '"openid o1"', id: 'a|b' } }))
    const [first, second] = logged.map(({ fields }) => fields)
    expect(first).toMatchObject({ out_trade_no: 'ORDER-1', out_refund_no: 'R@1' })
    expect(first).not.toHaveProperty('id')
    expect(second).not.toHaveProperty('out_trade_no')
  })

  it('neither logs nor answers what an event calls its route and its id, unless they are such', async () => {
    const { handle, logged } = setUp(echo)
    const http = { method: 'POST' }
    const told = [
      event({ routeKey: 'GET /openid-canary' }),
      event({ requestContext: { requestId: 'openid canary', http } }),
      event({ requestContext: { requestId: 'canary'.repeat(30), http } }),
      event({ requestContext: { requestId: null, http }, body: '{' }),
    ]
    const answers = []
    for (const given of told) answers.push(await handle(given))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 200, 200, 400])
    expect(JSON.stringify([answers, logged])).not.toContain('canary')
    expect(JSON.parse(answers[3]!.body)).toMatchObject({ request_id: 'aws-request-1' })
  })

  it('decodes a base64 body', async () => {
    const { handle } = setUp(echo)
    const response = await handle(
      event({ body: Buffer.from('{"a":"茶"}').toString('base64'), isBase64Encoded: true }),
    )
    expect(JSON.parse(response.body)).toMatchObject({ body: { a: '茶' } })
  })

  it.each([
    ['no JSON', { body: 'hush {' }, 400, 'invalid_request'],
    ['no body', { body: undefined }, 400, 'invalid_request'],
    ['a list', { body: '[1]' }, 400, 'invalid_request'],
    ['a byte order mark', { body: '\ufeff{}' }, 400, 'invalid_request'],
    [
      'invalid UTF-8',
      { body: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), isBase64Encoded: true },
      400,
      'invalid_request',
    ],
    ['a body that is not base64', { body: '%%%', isBase64Encoded: true }, 400, 'invalid_request'],
    ['another content type', { headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    ['no content type', { headers: undefined }, 415, 'unsupported_media_type'],
    [
      'compression',
      { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
      415,
      'unsupported_media_type',
    ],
    ['33 KiB', { body: `{"a":"${'x'.repeat(33 * 1024)}"}` }, 413, 'body_too_large'],
    ['an unknown route', { routeKey: 'GET /nothing' }, 404, 'not_found'],
    ['a route named like an inherited property', { routeKey: 'constructor' }, 404, 'not_found'],
    ['no HTTP API event', { requestContext: undefined }, 400, 'invalid_request'],
  ])('refuses %s with problem+json', async (_, changes, status, code) => {
    const response = await setUp(echo).handle(event(changes))
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      status,
      'application/problem+json',
    ])
    expect(JSON.parse(response.body)).toMatchObject({ status, code, type: `urn:wxpay:problem:${code}` })
    expect(response.body).not.toContain('hush')
  })

  it("tells fields, WeChat's code and request ids", async () => {
    const fields = [{ field: 'a', rule: 'is required', received: 'nothing' }]
    const { handle } = setUp(async () =>
      Promise.reject(
        new AppError('wechat_refused', 'why', { fields, wechatCode: 'NO_AUTH', wechatRequestId: 'w-1' }),
      ),
    )
    expect(JSON.parse((await handle()).body)).toEqual({
      type: 'urn:wxpay:problem:wechat_refused',
      title: 'the channel refused the request',
      title_zh: '渠道拒绝了请求',
      status: 422,
      detail: 'why',
      code: 'wechat_refused',
      action:
        'see channel_code; after a short balance top the account up and repeat the same request, else correct it before another try',
      action_zh: '查看 channel_code；余额不足时充值后重复同一请求，其余修正后再试',
      request_id: 'api-1',
      errors: fields,
      channel_code: 'NO_AUTH',
      wechat_code: 'NO_AUTH',
      wechat_request_id: 'w-1',
    })
  })

  it('hides what unexpected errors and broken configuration say', async () => {
    const { handle, logged } = setUp(async () => Promise.reject(new TypeError('hush')))
    const response = await handle()
    expect([
      response.statusCode,
      response.body.includes('hush'),
      JSON.stringify(logged).includes('hush'),
    ]).toEqual([500, false, false])
    expect(logged[0]).toMatchObject({
      level: 'error',
      code: 'UNEXPECTED_ERROR',
      fields: { error_name: 'TypeError' },
    })
    const broken = setUp(async () =>
      Promise.reject(new AppError('config_invalid', 'environment: FACT_QUEUE_URL is missing')),
    )
    expect((await broken.handle()).body).not.toContain('FACT_QUEUE_URL')
    expect(JSON.stringify(broken.logged)).toContain('FACT_QUEUE_URL is missing')
  })

  it('says in the log which secret is missing, for the answer to WeChat cannot', async () => {
    const missing = new AppError('key_unavailable', 'the apiv3-key secret has no value yet')
    const { handle, logged } = setUp(async () => Promise.reject(missing))
    expect((await handle()).statusCode).toBe(503)
    expect(logged[0]).toMatchObject({
      code: 'REQUEST_FAILED',
      fields: { error_code: 'key_unavailable', reason: missing.message },
    })
  })

  it('answers 504 when the work does not end, a little before Lambda would', async () => {
    const stuck = () => new Promise<never>(() => {})
    expect((await setUp(stuck, 20).handle()).statusCode).toBe(504)
    expect((await setUp(stuck, 60_000).handle(event(), 520)).statusCode).toBe(504)
  })
})

describe('withDeadline', () => {
  it('signals early enough for the work to record what became of it', async () => {
    const result = await withDeadline(200, async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return 'recorded'
    })
    expect(result).toBe('recorded')
  })
})
