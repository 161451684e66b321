/** Calls dynalite's own request handler in process, without a second HTTP hop, so that answers can be completed before they leave. */
import { EventEmitter } from 'node:events'
import type { IncomingHttpHeaders, Server } from 'node:http'

export interface DynamoRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface DynamoAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: string
}

export type DynamoEngine = (request: DynamoRequest) => Promise<DynamoAnswer>

/** Takes the request handler off a dynalite server, which keeps its listening and closing. */
export function takeEngine(server: Server): DynamoEngine {
  const listeners = server.listeners('request')
  server.removeAllListeners('request')
  return ({ method, url, headers, body }) =>
    new Promise<DynamoAnswer>((resolve) => {
      const request = Object.assign(new EventEmitter(), { method, url, headers })
      const sent: Record<string, string | number> = {}
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: string | number) => {
          sent[name.toLowerCase()] = value
        },
        end: (text = '') => resolve({ status: response.statusCode, headers: sent, body: text }),
      }
      for (const listener of listeners) Reflect.apply(listener, undefined, [request, response])
      request.emit('data', Buffer.from(body, 'utf8'))
      request.emit('end')
    })
}

/** The same request with another operation and body, under the same (unchecked) credentials. */
export function requestFor(request: DynamoRequest, operation: string, body: object): DynamoRequest {
  const headers = { ...request.headers, 'x-amz-target': `DynamoDB_20120810.${operation}` }
  return { ...request, headers, body: JSON.stringify(body) }
}

/** `PutItem` of `DynamoDB_20120810.PutItem`. */
export function operationOf({ headers }: DynamoRequest): string {
  const target = headers['x-amz-target']
  return typeof target === 'string' ? (target.split('.')[1] ?? '') : ''
}

/** The JSON of a request or an answer; undefined where it is none. */
export function parseBody({ body }: Pick<DynamoRequest | DynamoAnswer, 'body'>): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
