/** What is of one way alone: where it leads, and what stands between the client and the functions. */
import { describe, expect, it } from 'vitest'
import { WechatPayments } from '#client/wechat-payments.ts'
import type { WechatPaymentsOptions } from '#client/settings.ts'
import { ROUTES } from '#infra/operations/routes.ts'
import { startGateway } from '#local/gateway/gateway.ts'
import { toApiRequest } from '#shared/lambda/http-event.ts'
import { MERCHANT_ROUTES } from '#contract/routes.ts'
import { gatewayOptions, route } from '#test/local/gateway-fixture.ts'
import { CALLS, failed } from './calls.ts'
import { api, arnOf, FUNCTIONS, KEYS, order, pay, serveClient } from './fixture.ts'

describe('the API', () => {
  serveClient()

  it('is found by a path in the url', async () => {
    api.answerWith()
    const url = new URL(`${api.url}/pay/`)
    await new WechatPayments({ url, region: 'cn-north-1', credentials: KEYS }).queryPayment('ORDER-1')
    expect(api.sent.map((sent) => sent.url)).toEqual(['/pay/v1/payments/ORDER-1'])
  })

  it.each([
    [{ status: 403, body: { message: 'Forbidden' } }, 'forbidden', 1],
    [{ status: 429, body: { message: 'Too Many Requests' } }, 'throttled', 3],
    [{ status: 502, body: '<html>' }, 'unreachable', 3],
    [{ status: 404, body: { message: 'Not Found' } }, 'unexpected_answer', 1],
    [{ status: 200, body: '<html>' }, 'unexpected_answer', 1],
    [{ status: 302, body: '' }, 'unexpected_answer', 1],
    ['reset' as const, 'unreachable', 3],
  ])('of something in between (%j) is %s', async (answer, code, attempts) => {
    api.answerWith(answer, answer, answer)
    const error = await failed(pay.queryPayment('ORDER-1'))
    expect([error.code, error.attempts, api.sent.length]).toEqual([code, attempts, attempts])
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toMatch(/canary|<html>/)
  })
})

const REFUSED = (error: string) => ({ headers: { 'x-amzn-errortype': error }, body: { Message: 'canary' } })
const ENDED = {
  status: 200,
  headers: { 'x-amz-function-error': 'Unhandled' },
  body: { errorType: 'Sandbox.Timedout', errorMessage: 'canary' },
}

describe('Lambda', () => {
  serveClient('Lambda')

  it.each([
    [
      { status: 403, ...REFUSED('AccessDeniedException') },
      'forbidden',
      1,
      /lambda:InvokeFunction .* GET \/v1/,
    ],
    [{ status: 403, ...REFUSED('UnrecognizedClientException') }, 'forbidden', 1, /Unrecognized/],
    [{ status: 403, ...REFUSED('ExpiredTokenException:http://x/') }, 'forbidden', 1, /\(ExpiredToken/],
    [{ status: 429, ...REFUSED('TooManyRequestsException') }, 'throttled', 3, /no room/],
    [{ status: 400, ...REFUSED('ThrottlingException') }, 'throttled', 3, /no room/],
    [{ status: 404, ...REFUSED('ResourceNotFoundException') }, 'unexpected_answer', 1, /MerchantFunctions/],
    [{ status: 413, ...REFUSED('RequestTooLargeException') }, 'unexpected_answer', 1, /RequestTooLarge/],
    [{ status: 409, ...REFUSED('ResourceConflictException') }, 'unreachable', 3, /unknown/],
    [{ status: 500, ...REFUSED('ServiceException') }, 'unreachable', 3, /unknown/],
    [ENDED, 'unreachable', 3, /unknown/],
    [{ status: 200, headers: {}, body: { hello: 'canary' } }, 'unexpected_answer', 1, /MerchantFunctions/],
    [{ status: 200, headers: {}, body: '<html>' }, 'unexpected_answer', 1, /MerchantFunctions/],
    [{ status: 500, body: { message: 'canary' } }, 'unexpected_answer', 1, /500 without a problem/],
    ['reset' as const, 'unreachable', 3, /did not answer/],
  ])('that answers %j is %s', async (answer, code, attempts, detail) => {
    api.answerWith(answer, answer, answer)
    const error = await failed(pay.queryPayment('ORDER-1'))
    expect([error.code, error.attempts, api.sent.length]).toEqual([code, attempts, attempts])
    expect(error.message).toMatch(detail)
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toMatch(/canary|<html>/)
  })

  it('is repeated with the same event after a function that ended, for what it did is unknown', async () => {
    api.answerWith(ENDED, { status: 202, body: { status: 'UNKNOWN' } })
    const refund = { out_refund_no: 'R-1', amount: { refund: 40 } }
    expect(await pay.createRefund('ORDER-1', refund)).toEqual({ status: 'UNKNOWN' })
    const [first, second] = api.sent.map(({ event }) => event)
    expect(second).toEqual(first)
  })

  it.each(Object.entries(CALLS))('gets %s by the function that serves its route', async (name, call) => {
    api.answerWith()
    await call(pay)
    const [key] = Object.entries(MERCHANT_ROUTES).find(([, { id }]) => id === name)!
    const { operation } = ROUTES.find((served) => served.key === key)!
    expect(api.sent.map(({ invoked }) => invoked)).toEqual([arnOf(operation)])
  })

  it('hands functions what they would read of the event of API Gateway', async () => {
    const gateway = await startGateway(0)
    try {
      const read: unknown[] = []
      const invoke = async (_: string, event: string) => {
        read.push(toApiRequest(JSON.parse(event)))
        return { ok: true, payload: '{"statusCode":200,"body":"{}"}' } as const
      }
      gateway.serve(gatewayOptions({ routes: ROUTES.map(({ key }) => route(key)), invoke }))
      const byUrl = new WechatPayments({ url: gateway.url, region: 'cn-north-1', credentials: KEYS })
      api.answerWith()
      for (const call of Object.values(CALLS)) for (const client of [byUrl, pay]) await call(client)
      const direct = api.sent.map(({ event }) => toApiRequest(event))
      expect(direct).toHaveLength(Object.keys(CALLS).length)
      // By the id of Lambda then, and no header of a connection.
      const own = (request: ReturnType<typeof toApiRequest>) => ({
        ...request,
        requestId: expect.any(String),
        headers: expect.objectContaining(request.headers),
      })
      expect(read).toEqual(direct.map(own))
    } finally {
      await gateway.stop()
    }
  })
})

describe('functions', () => {
  const invoking = (functions: unknown, more: object = {}) =>
    new WechatPayments({ functions, credentials: KEYS, ...more } as WechatPaymentsOptions)

  it.each<[string, unknown, object?]>([
    ['functions must be the output', 'prepay'],
    ['functions must be the output', [FUNCTIONS]],
    ['functions must have one at least', { notify: arnOf('notify') }],
    ['functions.query must be the ARN', { query: 7 }],
    ['functions.query must be the ARN', { query: 'pay-query' }],
    ['functions.query must be the ARN', { query: arnOf('query').replace(/:live$/, '') }],
    ['functions.query must be the ARN', { query: arnOf('query').replace('lambda', 'sqs') }],
    ['url and functions are two ways', FUNCTIONS, { url: 'https://x' }],
    ['region is in the ARNs', FUNCTIONS, { region: 'cn-north-1' }],
    ['endpoint must be an http', FUNCTIONS, { endpoint: 'vpce' }],
    ['url is missing', undefined],
    ['endpoint is for functions', undefined, { url: 'https://x', endpoint: 'https://y' }],
  ])('%s …: a TypeError of %j', (says, functions, more) => {
    expect(() => invoking(functions, more)).toThrow(TypeError)
    expect(() => invoking(functions, more)).toThrow(new RegExp(`^${says}`))
  })

  it('may be some of them: for another nothing is sent', async () => {
    const some = invoking({ prepay: arnOf('prepay'), added_later: 7 })
    await expect(some.queryPayment('ORDER-1')).rejects.toThrow(
      new TypeError('functions has no query, which serves GET /v1/payments/{out_trade_no}'),
    )
  })

  it.each([
    ['arn:aws:lambda:ap-east-1:123456789012:function:p:live', 'https://lambda.ap-east-1.amazonaws.com/'],
    [arnOf('prepay'), 'https://lambda.cn-north-1.amazonaws.com.cn/'],
  ])('%s is invoked in its partition and region', async (prepay, origin) => {
    const { fetch: real } = globalThis
    const asked: unknown[] = []
    globalThis.fetch = async (url) => {
      asked.push(url)
      return Response.json({ statusCode: 200, body: '{}' })
    }
    try {
      await invoking({ prepay }).createPayment(order)
    } finally {
      globalThis.fetch = real
    }
    expect(asked.map(String)).toEqual([
      `${origin}2015-03-31/functions/${encodeURIComponent(prepay)}/invocations`,
    ])
  })
})
