/** Counts every request that reaches a server of this process, without a proxy in between: the local cloud runs in this process. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'

/** One finished request. */
export interface CountedRequest {
  readonly port: number
  /** As in `DynamoDB_20120810.PutItem`; empty where the service has none. */
  readonly target: string
  readonly method: string
  readonly path: string
  readonly body: string
  readonly status: number
  readonly answerBytes: number
}

interface Started {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly server: Server
}

const CHANNEL = 'http.server.request.start'

/** Calls back after each answer, until the returned function is called. */
export function countRequests(onRequest: (request: CountedRequest) => void): () => void {
  const listener = (message: unknown) => {
    const { request, response } = message as Started
    const chunks: Buffer[] = []
    // A data listener would start the stream before its server is ready; the parser hands each chunk to push.
    const push = request.push.bind(request)
    request.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (Buffer.isBuffer(chunk)) chunks.push(Buffer.from(chunk))
      return push(chunk, encoding)
    }
    response.once('finish', () => {
      onRequest({
        port: request.socket.localPort ?? 0,
        target: String(request.headers['x-amz-target'] ?? ''),
        method: request.method ?? '',
        path: request.url ?? '',
        body: Buffer.concat(chunks).toString('utf8'),
        status: response.statusCode,
        answerBytes: Number(response.getHeader('content-length') ?? 0),
      })
    })
  }
  subscribe(CHANNEL, listener)
  return () => {
    unsubscribe(CHANNEL, listener)
  }
}
