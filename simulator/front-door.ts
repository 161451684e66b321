/** What a domain of WeChat serves besides WeChat: its health, and the control API for programs that know no other address. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isLoopbackAddress } from './loopback.ts'
import { isForPayer } from './payer-page.ts'
import { VERSION } from './version.ts'

export interface FrontDoor {
  readonly api: RequestListener
  /** Undefined: this door does not lead there. */
  readonly control?: RequestListener
  /** Whether other machines may use the control API as well. */
  readonly controlIsOpen?: boolean
}

/** Tells containers and scripts that it is up. */
export function answerHealth(response: ServerResponse): void {
  const body = JSON.stringify({ status: 'ok', name: 'wechatpay-simulator', version: VERSION })
  response
    .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
    .end(body)
}

export function isHealthCheck({ method, url }: IncomingMessage): boolean {
  return url === '/health' && (method === 'GET' || method === 'HEAD')
}

/** Creates the listener of a domain. */
export function createFrontDoor({ api, control, controlIsOpen = false }: FrontDoor): RequestListener {
  return (request, response) => {
    if (isHealthCheck(request)) return answerHealth(response)
    const isLocal = controlIsOpen || isLoopbackAddress(request.socket.remoteAddress)
    // To other machines there is no control API here, as there is none at WeChat.
    const wantsControl = request.url?.startsWith('/_control/') === true || isForPayer(request)
    return (wantsControl && isLocal && control !== undefined ? control : api)(request, response)
  }
}

/** What is served for people and programs that are not merchants: the payer's page beside the control API. */
export function createSideDoor(control: RequestListener, payerPage: RequestListener): RequestListener {
  return (request, response) => (isForPayer(request) ? payerPage : control)(request, response)
}
