/** Serves the APIv3 endpoints: signature first, then faults, then the operation, then a signed answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'
import { kindOf } from '#shared/crypto/keys.ts'
import type { PublicKey } from '#shared/crypto/keys.ts'
import { sameSerial } from '#shared/crypto/serial.ts'
import { refuse, succeed } from './api-answer.ts'
import { ApiError } from './api-error.ts'
import { checkAuthorization } from './authorization.ts'
import { interrupted, silence } from './interruption.ts'
import type { ApiFault } from './fault-kinds.ts'
import type { FaultMatch, Faults } from './faults.ts'
import { findGap } from './gaps.ts'
import type { Ids } from './ids.ts'
import type { Keys } from './keys.ts'
import { answerGap, answerNothing } from './missing-endpoint.ts'
import type { RateLimit } from './rate-limit.ts'
import { MAX_BODY_BYTES, readBody } from './read-body.ts'
import type { RequestLog, Seen } from './request-log.ts'
import type { Call, Route } from './route.ts'
import type { Timeline } from './timeline.ts'

export interface ApiServerDeps {
  readonly mchid: string
  readonly keys: Keys
  readonly ids: Ids
  readonly faults: Faults
  readonly timeline: Timeline
  readonly routes: readonly Route[]
  readonly rateLimit: RateLimit
  readonly requests: RequestLog
}

/** Creates the handler of one domain. */
export function createApiHandler(
  host: 'primary' | 'backup',
  deps: ApiServerDeps,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const seen = deps.requests.begin(host, request, response)
    // A broken connection is the merchant's own affair.
    serve(host, deps, { request, response, seen }).catch(() => response.destroy())
  }
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly seen: Seen
}

async function serve(
  host: 'primary' | 'backup',
  deps: ApiServerDeps,
  { request, response, seen }: Exchange,
): Promise<void> {
  const { method = '', url = '' } = request
  const body = await readBody(request, MAX_BODY_BYTES)
  const mark = url.indexOf('?')
  const pathname = mark < 0 ? url : url.slice(0, mark)
  const onPath = deps.routes.filter(({ pattern }) => pattern.test(pathname))
  const route = onPath.find((candidate) => candidate.method === method)
  if (route === undefined) {
    const gap = onPath.length > 0 ? undefined : findGap(pathname)
    if (gap === undefined) return answerNothing(response, onPath.length > 0 ? 405 : 404)
    seen.gap = gap.name
    return answerGap(response, gap, deps.ids)
  }
  if (body === 'too_large') {
    response.writeHead(413, { 'Content-Length': 0 }).end()
    return
  }
  seen.body = body
  seen.endpoint = route.endpoint
  const reply = { route, request, response, seen, deps }
  try {
    checkHeaders(route, request)
    const merchantKey = checkSignature(route, deps, { request, method, url, body })
    const call: Call = {
      path: decoded(route.pattern.exec(pathname)?.groups ?? {}),
      query: new URLSearchParams(mark < 0 ? '' : url.slice(mark)),
      body,
      wechatpaySerial: request.headersDistinct['wechatpay-serial']?.[0],
      origin: originOf(request),
      merchantKey,
    }
    const aimedAt = target(host, route, call)
    const faults = deps.faults.take('api', aimedAt)
    seen.about = aimedAt
    seen.faults = faults.map(({ kind }) => kind)
    await perform(call, faults, reply)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    seen.error = error
    deps.rateLimit.record(deps.timeline.wall(), false)
    refuse({ response, error, dialect: route.dialect }, deps.ids)
  }
}

function checkHeaders({ dialect, method }: Route, { headers }: IncomingMessage): void {
  // Seen on the live service: the transaction endpoints do not look at these two headers.
  if (dialect !== 'transactions' && (headers['user-agent'] === undefined || headers.accept === undefined)) {
    throw new ApiError(400, 'INVALID_REQUEST', 'Http头缺少Accept或User-Agent')
  }
  if (method === 'POST' && !/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) {
    throw new ApiError(400, 'INVALID_REQUEST', 'Http头Content-Type必须为application/json')
  }
}

interface Received {
  readonly request: IncomingMessage
  readonly method: string
  readonly url: string
  readonly body: Uint8Array
}

function checkSignature(
  { dialect }: Route,
  { keys, mchid, timeline }: ApiServerDeps,
  { request, method, url, body }: Received,
): PublicKey {
  const [authorization, ...repeated] = request.headersDistinct['authorization'] ?? []
  const findKey = (serial: string): PublicKey | undefined =>
    keys.sm2 !== undefined && sameSerial(keys.sm2.merchant.serial, serial)
      ? keys.sm2.merchantKey
      : keys.merchant.find((merchant) => sameSerial(merchant.serial, serial))?.publicKey
  return checkAuthorization(
    { method, url, body, authorization: repeated.length === 0 ? authorization : undefined },
    { mchid, findKey, now: timeline.wall(), dialect },
  )
}

/** With it WeChat's addresses lead back to where the caller came from, a proxy for WeChat's own hosts included. */
function originOf({ socket, headers }: IncomingMessage): string {
  return `${socket instanceof TLSSocket ? 'https' : 'http'}://${headers.host ?? ''}`
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    )
  } catch {
    throw new ApiError(400, 'PARAM_ERROR', 'URL编码错误', {
      detail: { issue: 'bad percent-encoding', location: 'url' },
    })
  }
}

/** What faults can be matched by; a body is looked into without judging it. */
function target(host: 'primary' | 'backup', { endpoint }: Route, { path, query, body }: Call): FaultMatch {
  const text = Buffer.from(body).toString('utf8')
  const inBody = (name: string): string | undefined =>
    new RegExp(`"${name}"\\s*:\\s*"([^"]*)"`).exec(text)?.[1]
  return {
    endpoint,
    host,
    out_trade_no:
      path['out_trade_no'] ??
      path['combine_out_trade_no'] ??
      inBody('combine_out_trade_no') ??
      inBody('out_trade_no'),
    out_refund_no: path['out_refund_no'] ?? inBody('out_refund_no'),
    bill_date: query.get('bill_date') ?? undefined,
  }
}

interface Reply extends Exchange {
  readonly route: Route
  readonly deps: ApiServerDeps
}

async function perform(
  call: Call,
  faults: readonly ApiFault[],
  { route, request, response, deps }: Reply,
): Promise<void> {
  deps.rateLimit.check(deps.timeline.wall())
  const slow = faults.find((fault) => fault.kind === 'slow')
  if (slow !== undefined) await silence(slow.delay_ms, response)
  if (await interrupted(faults, 'before', response)) return
  const answer = route.handle(call)
  deps.rateLimit.record(deps.timeline.wall(), true)
  if (await interrupted(faults, 'after', response)) return
  succeed({ request, response, answer, faults, kind: kindOf(call.merchantKey) }, deps)
}
