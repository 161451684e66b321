/** Events and headers as emulators, proxies and clients really write them. */
import { describe, expect, it } from 'vitest'
import { readJsonObject } from '#shared/api/json-body.ts'
import { jsonResponse } from '#shared/api/api-response.ts'
import { parseInput } from '#shared/api/field-problems.ts'
import { notifyError } from '#functions/notify/notify-response.ts'
import { httpHandler } from '#shared/lambda/http-frame.ts'
import type { Route } from '#shared/lambda/http-frame.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { aWorld } from '#test/support/world.ts'
import * as v from 'valibot'

const event = (changes: object = {}) => ({
  version: '2.0',
  routeKey: 'POST /things',
  headers: { 'content-type': 'application/json' },
  body: '{"a":1}',
  isBase64Encoded: false,
  requestContext: { requestId: 'api-1', http: { method: 'POST' } },
  ...changes,
})
const echo: Route = async (request) =>
  jsonResponse(200, {
    body: readJsonObject(request),
    path: request.pathParameters,
    query: request.query,
    headers: Object.keys(request.headers),
  })

async function handled(
  given: unknown,
  { route = echo, onError }: { route?: Route; onError?: typeof notifyError } = {},
) {
  const { logger, logged } = aWorld()
  const options = { logger, deadlineMs: 1000, routes: { 'POST /things': route } }
  const { statusCode, body } = await httpHandler(onError === undefined ? options : { ...options, onError })(
    given,
    lambdaContext(),
  )
  return { statusCode, body, refusal: logged.find(({ code }) => code === 'REQUEST_REFUSED') }
}

describe('null in an event is absent', () => {
  it.each([
    ['pathParameters', { pathParameters: null }],
    ['queryStringParameters', { queryStringParameters: null }],
    ['both', { pathParameters: null, queryStringParameters: null }],
    ['isBase64Encoded', { isBase64Encoded: null }],
    ['one header', { headers: { 'content-type': 'application/json', 'x-a': null } }],
    ['one path parameter', { pathParameters: { id: null } }],
    ['one query parameter', { queryStringParameters: { a: null } }],
    ['the request id', { requestContext: { requestId: null, http: { method: 'POST' } } }],
    ['fields that nobody reads', { cookies: null, stageVariables: null, rawQueryString: null }],
  ])('%s', async (_, changes) => {
    const { statusCode, body } = await handled(event(changes))
    expect(statusCode).toBe(200)
    expect(JSON.parse(body)).toEqual({ body: { a: 1 }, path: {}, query: {}, headers: ['content-type'] })
  })

  it.each([
    ['the headers', { headers: null }, 415],
    ['the body', { body: null }, 400],
  ])('%s, which this route needs', async (_, changes, status) => {
    expect((await handled(event(changes))).statusCode).toBe(status)
  })
})

describe('case 14: a content type in another spelling', () => {
  it.each([
    'application/json; charset="utf-8"',
    'application/json;',
    'application/json, application/json',
    'application/json',
    'application/json;charset=utf-8',
    'Application/JSON ; Charset=UTF-8',
    'application/json; charset="UTF-8";',
    'application/json;;charset=utf-8',
    'application/json ;',
    String.raw`application/json; charset="utf\-8"`,
    'application/json;charset=utf-8, application/json; charset="utf-8"',
    ' application/json ',
  ])('%s is taken, for callers and for WeChat', async (type) => {
    expect((await handled(event({ headers: { 'Content-Type': type } }))).statusCode).toBe(200)
    expect(
      (await handled(event({ headers: { 'Content-Type': type } }), { onError: notifyError })).statusCode,
    ).toBe(200)
  })

  it.each(['identity', 'Identity', 'identity, identity', ''])(
    'content-encoding %j leaves the body as it is',
    async (encoding) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
      expect((await handled(event({ headers }))).statusCode).toBe(200)
    },
  )
})

describe('what was refused for safety is refused still', () => {
  it.each([
    'text/plain',
    'application/xml',
    'application/json;charset=gbk',
    'application/json; charset="gbk"',
    'application/json; charset=utf-16',
    'application/json; charset="utf-8',
    'application/json; charset=utf-8"',
    'application/json; charset=',
    'application/json; boundary=x',
    'application/json; charset=utf-8; charset=gbk',
    'application/json, text/plain',
    'application/json,',
    'text/plain, application/json',
    'application/jsonp',
    'application/json-patch+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    ';charset=utf-8',
    '',
  ])('the content type %j', async (type) => {
    const { statusCode, refusal } = await handled(event({ headers: { 'content-type': type } }))
    expect(statusCode).toBe(415)
    expect(refusal).toMatchObject({ fields: { reason: expect.stringContaining('content-type must be') } })
  })

  it.each(['gzip', 'br', 'deflate', 'GZIP', 'identity, gzip', 'identity;q=1', ','])(
    'the encoding %j',
    async (encoding) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
      expect((await handled(event({ headers }))).statusCode).toBe(415)
    },
  )
})

describe('the log line of a refused request says which rule refused it', () => {
  const strict: Route = async (request) => {
    parseInput(
      v.strictObject({ a: v.pipe(v.number('must be a number'), v.maxValue(0, 'must be at most 0')) }),
      readJsonObject(request),
    )
    return jsonResponse(200, {})
  }

  it.each([
    ['no HTTP API event', { requestContext: undefined }, /payload format 2\.0: see its requestContext/],
    ['an event of format 1.0', { routeKey: undefined }, /see its routeKey/],
    ['headers that are a list', { headers: { canary: 7 } }, /see its headers$/],
    ['no JSON', { body: 'canary' }, /must be JSON/],
    ['a list', { body: '["canary"]' }, /one JSON object/],
    ['a body that is not base64', { body: '%%canary', isBase64Encoded: true }, /base64/],
    ['another content type', { headers: { 'content-type': 'text/canary' } }, /content-type must be/],
    [
      'a compressed body',
      { headers: { 'content-type': 'application/json', 'content-encoding': 'canary' } },
      /content-encoding/,
    ],
    ['too much', { body: `{"a":"${'canary'.repeat(6000)}"}` }, /at most 32768/],
    ['an unknown route', { routeKey: 'GET /canary' }, /no such route/],
    ['a field that breaks a rule', { body: '{"a":7}' }, /^a must be at most 0$/],
    ['a name that is no field', { body: '{"a":0,"canary":1}' }, /^a name is not a field of this request$/],
  ])('%s, and never what was sent', async (_, changes, reason) => {
    const { refusal } = await handled(event(changes), { route: strict })
    expect(refusal).toMatchObject({ level: 'info', fields: { reason: expect.stringMatching(reason) } })
    expect(JSON.stringify(refusal?.fields)).not.toContain('canary')
  })
})
