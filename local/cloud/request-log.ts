/** Tells of every request that reaches a server of this process, without a proxy in between: the local cloud runs in this process. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { IncomingMessage, ServerResponse } from 'node:http'
import { isObject } from '#local/template/template-shape.ts'

/** One answered request. */
export interface AnsweredRequest {
  readonly port: number
  /** As in `DynamoDB_20120810.PutItem`; empty where the service has none. */
  readonly target: string
  readonly authorization: string
  readonly method: string
  readonly path: string
  readonly body: string
  readonly status: number
  readonly answerBytes: number
}

const CHANNEL = 'http.server.request.start'

/** Calls back after each answer, until the returned function is called. */
export function watchRequests(onRequest: (request: AnsweredRequest) => void): () => void {
  const listener = (message: unknown) => {
    if (!isObject(message)) return
    const { request, response } = message
    if (!(request instanceof IncomingMessage) || !(response instanceof ServerResponse)) return
    const body = bodyOf(request)
    response.once('finish', () => {
      onRequest({
        port: request.socket.localPort ?? 0,
        target: String(request.headers['x-amz-target'] ?? ''),
        authorization: request.headers.authorization ?? '',
        method: request.method ?? '',
        path: request.url ?? '',
        body: body(),
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

/** What has come of a body. A data listener would start the stream before its server is ready; the parser hands each chunk to push. */
function bodyOf(request: IncomingMessage): () => string {
  const chunks: Buffer[] = []
  const push = request.push.bind(request)
  request.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (Buffer.isBuffer(chunk)) chunks.push(Buffer.from(chunk))
    return push(chunk, encoding)
  }
  return () => Buffer.concat(chunks).toString('utf8')
}
