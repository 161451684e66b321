/** API Gateway on this machine: an HTTP API in front of functions, with its limits and its own answers. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Clock, systemClock } from '#shared/clock.ts'
import type { Credentials } from '#local/cloud/service-endpoints.ts'
import { isSigned } from '#local/cloud/signature-v4.ts'
import type { InvokeResult } from '#local/lambda/invoke-result.ts'
import { listen } from '#simulator/listen.ts'
import { readBody } from '#simulator/read-body.ts'
import { gatewayMessage, type HttpAnswer, readFunctionResponse } from './function-response.ts'
import type { HttpApi } from './http-api.ts'
import type { BodyEncoding } from './request-body.ts'
import { joinHeaders, requestEvent } from './request-event.ts'
import { createRouteTable, type RouteMatch } from './route-table.ts'
import { createThrottle } from './throttle.ts'

export interface ServedApi {
  readonly api: HttpApi
  /** @param payload the event as JSON. */
  readonly invoke: (functionName: string, payload: string) => Promise<InvokeResult>
  readonly credentials: Credentials
  readonly region: string
  /** Whether routes behind IAM ask for a signature with the local credentials. */
  readonly requireIam: boolean
  /** Whether the limits of the stage are kept. */
  readonly throttle: boolean
}

export interface Gateway {
  /** Without a final slash. */
  readonly url: string
  /** Begins to answer requests; until then all get 503. */
  serve(served: ServedApi): void
  setBodyEncoding(encoding: BodyEncoding): void
  stop(): Promise<void>
}

/** Limits of HTTP APIs (Amazon API Gateway Developer Guide, quotas) and of a synchronous invocation. */
const MAX_HEADER_BYTES = 10_240
const MAX_BODY_BYTES = 10 * 1024 * 1024
const MAX_EVENT_BYTES = 6 * 1024 * 1024

type Answer = (request: IncomingMessage, requestId: string) => Promise<HttpAnswer>

/** Listens before the functions exist, because their environment holds the address. Port 0 takes a free one. */
export async function startGateway(port: number, options: { readonly clock?: Clock } = {}): Promise<Gateway> {
  const clock = options.clock ?? systemClock
  let encoding: BodyEncoding = 'auto'
  let answer: Answer = async () => gatewayMessage(503, 'Service Unavailable')
  // Node's own limit only has to be above API Gateway's.
  const server = createServer({ maxHeaderSize: 64 * 1024, keepAliveTimeout: 60_000 }, (request, response) => {
    const requestId = randomBytes(11).toString('base64')
    answer(request, requestId)
      .then((result) => send(response, result, requestId))
      // The caller has gone away.
      .catch(() => response.destroy())
  })
  const { url, close } = await listen(server, port, 'the HTTP API')
  return {
    url,
    serve: (served) => {
      answer = createAnswer(served, clock, () => encoding)
    },
    setBodyEncoding: (next) => {
      encoding = next
    },
    stop: close,
  }
}

function createAnswer(served: ServedApi, clock: Clock, encodingNow: () => BodyEncoding): Answer {
  const { api, requireIam, credentials, region } = served
  const find = createRouteTable(api.routes)
  const admit = createThrottle(served.throttle ? api.limitsOf : () => undefined, clock)

  return async (request, requestId) => {
    if (headerBytes(request) > MAX_HEADER_BYTES) return gatewayMessage(431, 'Request Header Fields Too Large')
    const [rawPath = '', rawQuery = ''] = splitOnce(request.url ?? '', '?')
    const path = decodePath(rawPath)
    if (path === undefined) return gatewayMessage(400, 'Bad Request')
    const method = request.method ?? ''
    const match = find(method, withoutStage(path, api.stage))
    if (match === undefined) return gatewayMessage(404, 'Not Found')
    if (!admit(match.route.key)) return gatewayMessage(429, 'Too Many Requests')
    const body = await readBody(request, MAX_BODY_BYTES)
    if (body === 'too_large') return gatewayMessage(413, 'Request Entity Too Large')

    const nowMs = clock.now()
    const signed = requireIam && match.route.requiresIam
    const { headers, cookies } = joinHeaders(request.rawHeaders)
    const asked = { method, rawPath, rawQuery, headers, body }
    if (signed && !isSigned(asked, { credentials, region, service: 'execute-api', nowMs }))
      return gatewayMessage(403, 'Forbidden')
    const event = requestEvent({
      request,
      headers,
      cookies,
      path,
      rawQuery,
      body,
      match,
      requestId,
      stage: api.stage,
      apiId: api.apiId,
      domainName: api.domainName,
      encoding: encodingNow(),
      nowMs,
      accessKeyId: signed ? credentials.accessKeyId : undefined,
    })
    return integrate(served, match, event)
  }
}

/** Invokes the function; it goes on working when the gateway has given up on it. */
async function integrate({ invoke }: ServedApi, { route }: RouteMatch, event: object): Promise<HttpAnswer> {
  const payload = JSON.stringify(event)
  if (Buffer.byteLength(payload) > MAX_EVENT_BYTES) return gatewayMessage(413, 'Request Entity Too Large')
  const result = await within(route.timeoutMs, invoke(route.functionName, payload))
  if (result === undefined) return gatewayMessage(503, 'Service Unavailable')
  return (
    (result.ok ? readFunctionResponse(result.payload) : undefined) ??
    gatewayMessage(500, 'Internal Server Error')
  )
}

/** @returns undefined when it is not done by then. */
async function within<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(resolve, ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function send(
  response: ServerResponse,
  { status, headers, cookies, body }: HttpAnswer,
  requestId: string,
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  response.setHeader('apigw-requestid', requestId)
  response.setHeader('content-length', body.length)
  // The rest of a body that was not read would be taken for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close')
  response.writeHead(status)
  response.end(body)
}

/** Request line and headers as sent. */
function headerBytes({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  const line = Buffer.byteLength(`${method} ${url} HTTP/1.1\r\n`)
  return rawHeaders.reduce((sum, part) => sum + Buffer.byteLength(part) + 2, line)
}

/** HTTP APIs match and pass on the decoded path, and end it at a decoded `?`. */
function decodePath(rawPath: string): string | undefined {
  try {
    return splitOnce(decodeURIComponent(rawPath), '?')[0]
  } catch {
    return undefined
  }
}

function withoutStage(path: string, stage: string): string {
  if (stage === '$default') return path
  return path === `/${stage}` || path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) || '/' : ''
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}
