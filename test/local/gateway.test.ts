import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { type Gateway, type ServedApi, startGateway } from '#local/gateway/gateway.ts'
import { createRouteTable } from '#local/gateway/route-table.ts'
import { gatewayOptions, NOW_MS, route } from './gateway-fixture.ts'

let gateway: Gateway
let nowMs = NOW_MS

afterEach(async () => {
  await gateway?.stop()
})

async function serve(
  options: Partial<ServedApi> & { routes?: ServedApi['api']['routes']; stage?: string } = {},
) {
  nowMs = NOW_MS
  gateway = await startGateway(0, { clock: { now: () => nowMs } })
  gateway.serve(gatewayOptions(options))
  return gateway.url
}

const answering = (answer: unknown) => async () => ({ ok: true, payload: JSON.stringify(answer) }) as const
const body = async (response: Response) => [response.status, await response.text()]
const message = (status: number, text: string) => [status, JSON.stringify({ message: text })]
const POST = { method: 'POST' }

describe('the answer to the caller', () => {
  it('has status, headers, cookies and body of the function', async () => {
    const url = await serve({
      invoke: answering({
        statusCode: 201,
        headers: { 'Content-Type': 'application/problem+json', 'X-Number': 7, Connection: 'close' },
        cookies: ['a=1; Secure', 'b=2'],
        body: '{"x":"茶"}',
      }),
    })
    const response = await fetch(`${url}/v1/payments`, POST)
    expect(response.status).toBe(201)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('x-number')).toBe('7')
    expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2'])
    expect(response.headers.get('apigw-requestid')).toMatch(/=$/)
    expect(await response.text()).toBe('{"x":"茶"}')
  })

  it('has the bytes of a base64 body', async () => {
    const url = await serve({ invoke: answering({ statusCode: 200, body: 'AP8H', isBase64Encoded: true }) })
    const response = await fetch(`${url}/v1/payments`, POST)
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 7])
  })

  it.each([
    ['an object', { a: 1 }, '{"a":1}'],
    ['text', 'hello', 'hello'],
    ['null', null, 'null'],
  ])('is 200 with JSON when the function answers %s without status', async (_, answer, expected) => {
    const url = await serve({ invoke: answering(answer) })
    const response = await fetch(`${url}/v1/payments`, POST)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await body(response)).toEqual([200, expected])
  })

  it.each([
    ['a status that is none', { statusCode: 'ok' }],
    ['a status out of range', { statusCode: 99 }],
    ['a body that is not text', { statusCode: 200, body: { a: 1 } }],
    ['a header that cannot be sent', { statusCode: 200, headers: { x: 'a\r\nSet-Cookie: b' } }],
    ['a header name that cannot be sent', { statusCode: 200, headers: { 'x y': 'a' } }],
    ['a cookie that cannot be sent', { statusCode: 200, cookies: ['a\n'] }],
  ])('is 500 for %s', async (_, answer) => {
    const url = await serve({ invoke: answering(answer) })
    expect(await body(await fetch(`${url}/v1/payments`, POST))).toEqual(message(500, 'Internal Server Error'))
  })

  it('is 500 when the function fails, and holds nothing of its error', async () => {
    const error = { errorType: 'Error', errorMessage: 'secret', trace: [] }
    const url = await serve({ invoke: async () => ({ ok: false, error }) })
    expect(await body(await fetch(`${url}/v1/payments`, POST))).toEqual(message(500, 'Internal Server Error'))
  })

  it('is 503 when the function takes longer than the integration waits', async () => {
    const url = await serve({
      routes: [route('POST /v1/payments', { timeoutMs: 50 })],
      invoke: () => new Promise(() => {}),
    })
    expect(await body(await fetch(`${url}/v1/payments`, POST))).toEqual(message(503, 'Service Unavailable'))
  })

  it('is 503 while the functions are not there yet', async () => {
    gateway = await startGateway(0)
    expect(await body(await fetch(gateway.url))).toEqual(message(503, 'Service Unavailable'))
  })
})

describe('requests that no function sees', () => {
  const never = async () => {
    throw new Error('must not be invoked')
  }

  it.each([
    ['an unknown path', 'POST', '/v1/nothing', 404, 'Not Found'],
    ['another method', 'DELETE', '/v1/payments', 404, 'Not Found'],
    ['a final slash', 'POST', '/v1/payments/', 404, 'Not Found'],
    ['an empty variable', 'GET', '/v1/payments/', 404, 'Not Found'],
    ['a broken percent code', 'GET', '/v1/payments/%ZZ', 400, 'Bad Request'],
  ])('%s', async (_, method, path, status, text) => {
    const url = await serve({ invoke: never })
    expect(await body(await fetch(url + path, { method }))).toEqual(message(status, text))
  })

  it('headers above 10,240 bytes', async () => {
    const url = await serve()
    const send = (size: number) =>
      fetch(`${url}/v1/payments`, { ...POST, headers: { 'x-long': 'x'.repeat(size) } })
    expect((await send(9000)).status).toBe(204)
    expect(await body(await send(10_240))).toEqual(message(431, 'Request Header Fields Too Large'))
  })

  it.each([
    ['stated', { 'content-length': 10 * 1024 * 1024 + 1 }, 0],
    ['sent', {}, 10 * 1024 * 1024 + 1],
  ])('bodies above 10 MB, %s', async (_, headers, size) => {
    const url = await serve({ invoke: never })
    const status = await new Promise<number | undefined>((resolve) => {
      const call = httpRequest(`${url}/v1/payments`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode)
        call.destroy()
      })
      // The gateway hangs up without reading the rest.
      call.on('error', () => {})
      call.flushHeaders()
      if (size > 0) call.write(Buffer.alloc(size))
    })
    expect(status).toBe(413)
  })

  it('bodies that do not fit into an invocation', async () => {
    const url = await serve({ invoke: never })
    const large = {
      method: 'POST',
      body: 'x'.repeat(7 * 1024 * 1024),
      headers: { 'content-type': 'text/plain' },
    }
    expect(await body(await fetch(`${url}/v1/payments`, large))).toEqual(
      message(413, 'Request Entity Too Large'),
    )
  })

  it('what is above the limits of the stage, until there are tokens again', async () => {
    const limited = gatewayOptions({})
    const api = { ...limited.api, limitsOf: () => ({ rate: 1, burst: 2 }) }
    const url = await serve({ api })
    const send = async () => (await fetch(`${url}/v1/payments`, POST)).status
    expect([await send(), await send(), await send()]).toEqual([204, 204, 429])
    nowMs += 1000
    expect([await send(), await send()]).toEqual([204, 429])
  })

  it('nothing is limited when limits are off', async () => {
    const { api } = gatewayOptions({})
    const url = await serve({ api: { ...api, limitsOf: () => ({ rate: 1, burst: 1 }) }, throttle: false })
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => (await fetch(`${url}/v1/payments`, POST)).status),
    )
    expect(statuses).toEqual([204, 204, 204])
  })
})

describe('routes', () => {
  const find = createRouteTable(
    [
      'ANY /{proxy+}',
      'GET /a/{id}',
      'GET /a/b',
      'ANY /a/b',
      'GET /a/{id}/c',
      'GET /a/t/{t}',
      'GET /files/{proxy+}',
    ].map((key) => route(key)),
  )

  it.each([
    ['GET', '/a/b', 'GET /a/b', {}],
    ['POST', '/a/b', 'ANY /a/b', {}],
    ['GET', '/a/x', 'GET /a/{id}', { id: 'x' }],
    ['GET', '/a/x/c', 'GET /a/{id}/c', { id: 'x' }],
    ['GET', '/a/t/c', 'GET /a/t/{t}', { t: 'c' }],
    ['GET', '/files/x/y', 'GET /files/{proxy+}', { proxy: 'x/y' }],
    ['PUT', '/z', 'ANY /{proxy+}', { proxy: 'z' }],
  ])('%s %s takes %s', (method, path, key, pathParameters) => {
    expect(find(method, path)).toMatchObject({ route: { key }, pathParameters })
  })

  it('falls back to $default', () => {
    expect(createRouteTable([route('$default'), route('GET /a')])('POST', '/x')?.route.key).toBe('$default')
  })

  it('have the stage in front when it has a name', async () => {
    const url = await serve({ stage: 'beta' })
    expect((await fetch(`${url}/beta/v1/payments`, POST)).status).toBe(204)
    expect((await fetch(`${url}/v1/payments`, POST)).status).toBe(404)
  })
})
