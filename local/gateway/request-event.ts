/** The event of an HTTP API, payload format 2.0, as API Gateway builds it. */
import type { IncomingMessage } from 'node:http'
import { LOCAL_ACCOUNT } from '#local/template/local-identity.ts'
import { type BodyEncoding, encodeBody } from './request-body.ts'
import type { RouteMatch } from './route-table.ts'

export interface EventInput {
  readonly request: IncomingMessage
  /** As `joinHeaders` gives them. */
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  /** Decoded, without query. */
  readonly path: string
  readonly rawQuery: string
  readonly body: Buffer
  readonly match: RouteMatch
  readonly requestId: string
  readonly stage: string
  readonly apiId: string
  readonly domainName: string
  readonly encoding: BodyEncoding
  readonly nowMs: number
  /** Access key of a request whose signature was checked. */
  readonly accessKeyId: string | undefined
}

/** Headers that concern one connection only and never reach a function. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Builds the event. What is empty is absent: cookies, queryStringParameters, pathParameters, body. */
export function requestEvent(input: EventInput): object {
  const { request, headers, cookies, path, rawQuery, match, requestId, stage, apiId, domainName, nowMs } =
    input
  const sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
  const query = joinValues(new URLSearchParams(rawQuery))
  return {
    version: '2.0',
    routeKey: match.route.key,
    rawPath: path,
    rawQueryString: rawQuery,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      ...headers,
      'x-forwarded-for': [headers['x-forwarded-for'], sourceIp]
        .filter((part) => part !== undefined)
        .join(', '),
      'x-forwarded-port': String(request.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
    },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: LOCAL_ACCOUNT,
      apiId,
      ...(input.accessKeyId !== undefined && { authorizer: { iam: iamIdentity(input.accessKeyId) } }),
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: match.route.key,
      stage,
      time: requestTime(nowMs),
      timeEpoch: nowMs,
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...encodeBody(input.body, headers['content-type'], input.encoding),
  }
}

/** Names in lower case, values of a repeated header joined by commas, cookies apart. */
export function joinHeaders(rawHeaders: readonly string[]): {
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
} {
  const headers: [string, string][] = []
  const cookies: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]?.toLowerCase() ?? ''
    const value = rawHeaders[i + 1] ?? ''
    if (name === 'cookie') cookies.push(...value.split(/;\s*/))
    else if (!HOP_BY_HOP.has(name)) headers.push([name, value])
  }
  return { headers: joinValues(headers), cookies }
}

/** One entry a name; `fromEntries`, so that not even `__proto__` is anything but a name. */
function joinValues(pairs: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  const joined = new Map<string, string>()
  for (const [name, value] of pairs) {
    const earlier = joined.get(name)
    joined.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return Object.fromEntries(joined)
}

/** `12/Mar/2020:19:03:58 +0000`. */
function requestTime(nowMs: number): string {
  const [, day, month, year, time] = new Date(nowMs).toUTCString().split(' ')
  return `${day}/${month}/${year}:${time} +0000`
}

function iamIdentity(accessKey: string): object {
  const userArn = `arn:aws:iam::${LOCAL_ACCOUNT}:user/local`
  return {
    accessKey,
    accountId: LOCAL_ACCOUNT,
    callerId: accessKey,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn,
    userId: accessKey,
  }
}
