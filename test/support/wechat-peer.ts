/** WeChat Pay's end of the wire: a real HTTP server whose answers the test decides, and which keeps every request it saw. */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { listen } from '#simulator/listen.ts'
import { signedHeaders } from './wechat-keys.ts'
import type { PrivateKey } from '#shared/crypto/keys.ts'
import type { SigningOptions } from './wechat-keys.ts'

export interface SeenRequest {
  readonly method: string
  /** Path and query exactly as received. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** Tells connections apart. */
  readonly port: number
}

export type Answerer = (request: SeenRequest, response: ServerResponse) => void

export interface WechatPeer {
  readonly origin: string
  readonly requests: readonly SeenRequest[]
  /** Answers the next requests, one each, then for ever with the last one. */
  answer(...answerers: Answerer[]): void
  close(): Promise<void>
}

export async function startPeer(): Promise<WechatPeer> {
  const requests: SeenRequest[] = []
  let plan: Answerer[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => {})
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers, socket } = request
      const seen = {
        method,
        url,
        headers,
        body: Buffer.concat(chunks).toString(),
        port: socket.remotePort ?? 0,
      }
      requests.push(seen)
      const next = plan.length > 1 ? plan.shift() : plan[0]
      if (next === undefined) response.writeHead(501).end()
      else next(seen, response)
    })
  })
  const { url: origin, close } = await listen(server, 0, 'the peer')
  return {
    origin,
    requests,
    answer: (...answerers) => {
      plan = answerers
    },
    close,
  }
}

/** A signed success. */
export function signed(
  key: { readonly serial: string; readonly privateKey: PrivateKey },
  body: unknown,
  { status = 200, ...options }: SigningOptions & { readonly status?: number } = {},
): Answerer {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  return (_, response) => {
    response
      .writeHead(status, { ...signedHeaders(key, text, options), 'request-id': '08F78BB5AF0610D302-0' })
      .end(text)
  }
}

/** An error as WeChat sends it: not signed. */
export function failed(status: number, code: string, requestId = '08F78BB5AF0610D302-268435461'): Answerer {
  return (_, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json', 'request-id': requestId })
      .end(JSON.stringify({ code, message: '内部说明' }))
  }
}

/** Cuts the connection after the request arrived. */
export const reset: Answerer = (_, response) => {
  response.socket?.resetAndDestroy()
}

/** Never answers. */
export const silence: Answerer = () => {}
