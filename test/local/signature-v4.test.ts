import { createRequestSigner } from '#shared/aws/request-signer.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Gateway, startGateway } from '#local/gateway/gateway.ts'
import { CREDENTIALS, gatewayOptions, NOW_MS, route } from './gateway-fixture.ts'

let gateway: Gateway
let accessKey: unknown

beforeAll(async () => {
  gateway = await startGateway(0, { clock: { now: () => NOW_MS } })
  const guarded = { requiresIam: true }
  gateway.serve(
    gatewayOptions({
      requireIam: true,
      routes: [
        route('POST /v1/payments', guarded),
        route('GET /v1/payments/{out_trade_no}', guarded),
        route('POST /open'),
      ],
      invoke: async (_, payload) => {
        const { requestContext }: { requestContext: { authorizer?: { iam: { accessKey: string } } } } =
          JSON.parse(payload)
        accessKey = requestContext.authorizer?.iam.accessKey
        return { ok: true, payload: '{"statusCode":204}' }
      },
    }),
  )
})
afterAll(() => gateway.stop())

interface Call {
  readonly method?: string
  readonly path?: string
  readonly query?: Record<string, string | string[]>
  readonly body?: string
  readonly credentials?: typeof CREDENTIALS
  readonly region?: string
  readonly service?: string
  readonly atMs?: number
}

async function signed(call: Call = {}) {
  const {
    method = 'POST',
    path = '/v1/payments',
    query = {},
    body = '{"a":1}',
    credentials = CREDENTIALS,
  } = call
  const url = new URL(gateway.url + path)
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) url.searchParams.append(name, value)
  url.search = url.search.replaceAll('+', '%20')
  const sign = createRequestSigner({
    credentials,
    region: call.region ?? 'us-east-1',
    clock: { now: () => call.atMs ?? NOW_MS },
  })
  const headers = await sign({
    service: call.service ?? 'execute-api',
    method,
    url,
    headers: { 'content-type': 'application/json', 'x-odd': '  two   spaces ' },
    body: method === 'GET' ? undefined : body,
  })
  return { method, url: url.href, headers, body }
}

async function send({ method, url, headers, body }: Awaited<ReturnType<typeof signed>>): Promise<number> {
  return (await fetch(url, { method, headers, ...(method === 'GET' ? {} : { body }) })).status
}

describe('a route behind IAM', () => {
  it.each<[string, Call]>([
    ['a body', {}],
    ['an empty body', { body: '' }],
    ['characters that need encoding in the path', { method: 'GET', path: '/v1/payments/A%7C1*' }],
    [
      'a query, sorted or not',
      { method: 'GET', path: '/v1/payments/A', query: { z: '1', a: ['2', '1'], 'k e': 'v/ä' } },
    ],
  ])('takes a request signed by the SDK with %s', async (_, call) => {
    accessKey = undefined
    expect(await send(await signed(call))).toBe(204)
    expect(accessKey).toBe('local')
  })

  it.each<[string, Call]>([
    ['another secret', { credentials: { ...CREDENTIALS, secretAccessKey: 'other' } }],
    ['another access key', { credentials: { ...CREDENTIALS, accessKeyId: 'other' } }],
    ['another region', { region: 'cn-north-1' }],
    ['another service', { service: 'sqs' }],
    ['a time too old', { atMs: NOW_MS - 301_000 }],
    ['a time too new', { atMs: NOW_MS + 301_000 }],
  ])('refuses %s', async (_, call) => {
    expect(await send(await signed(call))).toBe(403)
  })

  it.each<[string, (request: Awaited<ReturnType<typeof signed>>) => Awaited<ReturnType<typeof signed>>]>([
    ['another body', (request) => ({ ...request, body: '{"a":2}' })],
    ['another query', (request) => ({ ...request, url: `${request.url}?x=1` })],
    [
      'another signed header',
      (request) => ({ ...request, headers: { ...request.headers, 'x-odd': 'changed' } }),
    ],
    ['no signature', (request) => ({ ...request, headers: { 'content-type': 'application/json' } })],
    [
      'a signature of nonsense',
      (request) => ({ ...request, headers: { ...request.headers, authorization: 'AWS4-HMAC-SHA256 x' } }),
    ],
  ])('refuses %s than was signed', async (_, change) => {
    expect(await send(change(await signed()))).toBe(403)
  })

  it('says Forbidden and no more', async () => {
    const response = await fetch(`${gateway.url}/v1/payments`, { method: 'POST' })
    expect([response.status, await response.text()]).toEqual([403, '{"message":"Forbidden"}'])
  })
})

describe('an open route beside it', () => {
  it('needs no signature', async () => {
    expect((await fetch(`${gateway.url}/open`, { method: 'POST' })).status).toBe(204)
  })
})
