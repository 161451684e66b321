import { connect } from 'node:net'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Gateway, startGateway } from '#local/gateway/gateway.ts'
import type { InvokeResult } from '#local/lambda/invoke-result.ts'
import { gatewayOptions, NOW_MS } from './gateway-fixture.ts'

interface GatewayEvent {
  readonly headers: Readonly<Record<string, string>>
  readonly requestContext: Readonly<Record<string, unknown>>
  readonly [name: string]: unknown
}

let gateway: Gateway
let events: GatewayEvent[] = []
let port = 0

beforeAll(async () => {
  gateway = await startGateway(0, { clock: { now: () => NOW_MS } })
  port = Number(new URL(gateway.url).port)
  const invoke = async (_: string, payload: string): Promise<InvokeResult> => {
    events.push(JSON.parse(payload))
    return { ok: true, payload: '{"statusCode":204}' }
  }
  gateway.serve(gatewayOptions({ invoke }))
})
beforeEach(() => {
  events = []
  gateway.setBodyEncoding('auto')
})
afterAll(() => gateway.stop())

/** Sends exactly these bytes, so that nothing between test and gateway tidies them up. */
function sendRaw(lines: readonly string[], body: string | Buffer = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
    socket.write(`${[...lines, 'Host: api.test', 'Connection: close'].join('\r\n')}\r\n\r\n`)
    socket.write(body)
  })
}

async function post(
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) {
  const bytes = Buffer.from(body)
  await sendRaw(
    [
      'POST /v1/payments HTTP/1.1',
      `Content-Length: ${bytes.length}`,
      ...Object.entries(headers).map((h) => h.join(': ')),
    ],
    bytes,
  )
  return events[0]!
}

describe('the event of payload format 2.0', () => {
  it('has every field that API Gateway sends, and no other', async () => {
    await sendRaw([
      'GET /v1/payments/A%7C1?refresh=true&x=1&x=2 HTTP/1.1',
      'User-Agent: test/1',
      'Cookie: a=1; b=2',
      'X-Forwarded-For: 203.0.113.9',
    ])
    expect(events).toEqual([
      {
        version: '2.0',
        routeKey: 'GET /v1/payments/{out_trade_no}',
        rawPath: '/v1/payments/A|1',
        rawQueryString: 'refresh=true&x=1&x=2',
        cookies: ['a=1', 'b=2'],
        headers: {
          host: 'api.test',
          'user-agent': 'test/1',
          'x-forwarded-for': '203.0.113.9, 127.0.0.1',
          'x-forwarded-port': String(port),
          'x-forwarded-proto': 'http',
        },
        queryStringParameters: { refresh: 'true', x: '1,2' },
        requestContext: {
          accountId: '000000000000',
          apiId: 'abcdef0123',
          domainName: 'abcdef0123.execute-api.us-east-1.amazonaws.com',
          domainPrefix: 'abcdef0123',
          http: {
            method: 'GET',
            path: '/v1/payments/A|1',
            protocol: 'HTTP/1.1',
            sourceIp: '127.0.0.1',
            userAgent: 'test/1',
          },
          requestId: expect.stringMatching(/^[A-Za-z0-9+/]{15}=$/),
          routeKey: 'GET /v1/payments/{out_trade_no}',
          stage: '$default',
          time: '12/Mar/2020:19:03:58 +0000',
          timeEpoch: NOW_MS,
        },
        pathParameters: { out_trade_no: 'A|1' },
        isBase64Encoded: false,
      },
    ])
  })

  it('leaves out what is empty', async () => {
    await sendRaw(['POST /v1/payments HTTP/1.1', 'Content-Length: 0'])
    for (const name of ['cookies', 'queryStringParameters', 'pathParameters', 'body', 'stageVariables']) {
      expect(events[0]).not.toHaveProperty(name)
    }
    expect(events[0]).toMatchObject({ rawQueryString: '', isBase64Encoded: false })
  })

  it('joins repeated headers with a comma under one lower-case name', async () => {
    const { headers } = await sendRaw([
      'POST /v1/payments HTTP/1.1',
      'Wechatpay-Serial: ONE',
      'WECHATPAY-SERIAL: TWO',
      'Content-Type: application/json',
      'Content-Type: text/plain',
      'Content-Length: 0',
    ]).then(() => events[0]!)
    expect(headers['wechatpay-serial']).toBe('ONE,TWO')
    expect(headers['content-type']).toBe('application/json,text/plain')
  })

  it('does not let a header or a query parameter become something else than text', async () => {
    await sendRaw(['GET /v1/payments/A?__proto__=1&constructor=2 HTTP/1.1', '__proto__: x', 'Constructor: y'])
    const { headers, queryStringParameters } = JSON.parse(JSON.stringify(events[0])) as Record<string, object>
    expect(Object.entries(queryStringParameters!)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
    expect(Object.entries(headers!).slice(0, 2)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  it('ends the decoded path at a decoded question mark, as the real one does', async () => {
    await sendRaw(['GET /v1/payments/A%3Fb HTTP/1.1'])
    expect(events[0]).toMatchObject({ rawPath: '/v1/payments/A', pathParameters: { out_trade_no: 'A' } })
  })

  it('takes an encoded slash for a slash', async () => {
    expect(await sendRaw(['GET /v1/payments/A%2Fb HTTP/1.1'])).toMatch(/^HTTP\/1\.1 404 /)
  })
})

describe('the body of the event', () => {
  const text = '{"a":"茶"}'
  const asText = { body: text, isBase64Encoded: false }
  const asBase64 = { body: Buffer.from(text).toString('base64'), isBase64Encoded: true }

  it.each([
    ['application/json', asText],
    ['application/json; charset=utf-8', asText],
    ['APPLICATION/JSON', asText],
    ['text/plain', asText],
    ['application/xml', asText],
    ['application/javascript', asText],
    ['application/problem+json', asBase64],
    ['application/x-www-form-urlencoded', asBase64],
    ['application/octet-stream', asBase64],
  ])('of content type %s is handed over as API Gateway does', async (type, expected) => {
    expect(await post(text, { 'content-type': type })).toMatchObject(expected)
  })

  it('without content type is in base64', async () => {
    expect(await post(text, {})).toMatchObject(asBase64)
  })

  it('can be forced into either form', async () => {
    gateway.setBodyEncoding('base64')
    expect(await post(text)).toMatchObject(asBase64)
    events = []
    gateway.setBodyEncoding('text')
    expect(await post(text, { 'content-type': 'application/octet-stream' })).toMatchObject(asText)
  })

  it('keeps every byte in base64', async () => {
    const bytes = Buffer.from([0, 255, 254, 13, 10, 0])
    const event = await post(bytes, { 'content-type': 'image/png' })
    expect(Buffer.from(event['body'] as string, 'base64')).toEqual(bytes)
  })

  it('arrives whole when it comes in chunks', async () => {
    await new Promise<void>((resolve) => {
      const call = httpRequest(`${gateway.url}/v1/payments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      })
      call.on('response', (response) => response.resume().on('end', resolve))
      call.write(text.slice(0, 4))
      call.end(text.slice(4))
    })
    expect(events[0]).toMatchObject(asText)
    expect(events[0]?.headers).not.toHaveProperty('transfer-encoding')
  })
})
