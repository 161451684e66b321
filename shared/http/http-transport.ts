/** HTTPS with keep-alive for calls to WeChat Pay (`node:http` only for the simulator on this machine). */
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { TransportError } from './transport.ts'
import type { Transport, TransportFailure, TransportRequest, TransportResponse } from './transport.ts'

export interface HttpTransportOptions {
  /** Name look-up, connection and TLS handshake together, waiting for a free connection included. Default 2000. */
  readonly connectTimeoutMs?: number
  /** The whole exchange. Default `ATTEMPT_TIMEOUT_MS`. */
  readonly attemptTimeoutMs?: number
  /** Default 1 MiB. */
  readonly maxResponseBytes?: number
  /** PEM roots to trust instead of Node's, for a private gateway. */
  readonly ca?: string
}

export interface HttpTransport extends Transport {
  /** Closes idle connections; one that is in use fails. */
  close(): void
}

interface Limits {
  readonly connectTimeoutMs: number
  readonly attemptTimeoutMs: number
  readonly maxResponseBytes: number
}

/** All attempts of a call fit into the time of a request, with what it keeps to record the outcome. */
export const ATTEMPT_TIMEOUT_MS = 4500
const MAX_SOCKETS = 64
const MAX_IDLE_SOCKETS = 8
const IDLE_MS = 15_000

/** Creates a transport with connections of its own. No connection is made before the first `send`. */
export function createHttpTransport(options: HttpTransportOptions = {}): HttpTransport {
  const {
    connectTimeoutMs = 2000,
    attemptTimeoutMs = ATTEMPT_TIMEOUT_MS,
    maxResponseBytes = 1_048_576,
    ca,
  } = options
  const kept = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    maxFreeSockets: MAX_IDLE_SOCKETS,
    timeout: IDLE_MS,
  }
  const once = { keepAlive: false, maxSockets: MAX_SOCKETS }
  // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default.
  const tls = { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) }
  const secure = { kept: new HttpsAgent({ ...kept, ...tls }), once: new HttpsAgent({ ...once, ...tls }) }
  const plain = { kept: new HttpAgent(kept), once: new HttpAgent(once) }

  const open = ({ origin, path, method, headers, freshConnection }: TransportRequest): ClientRequest => {
    const { protocol, hostname, port } = new URL(origin)
    const host = hostname.replace(/^\[|\]$/g, '')
    const [agents, request] = protocol === 'https:' ? [secure, httpsRequest] : [plain, httpRequest]
    const agent = freshConnection ? agents.once : agents.kept
    return request({ protocol, host, port, path, method, headers, agent })
  }

  return {
    send: (request) =>
      exchange(() => open(request), {
        request,
        limits: { connectTimeoutMs, attemptTimeoutMs, maxResponseBytes },
      }),
    close: () => {
      for (const agent of [secure.kept, secure.once, plain.kept, plain.once]) agent.destroy()
    },
  }
}

interface Exchange {
  readonly request: TransportRequest
  readonly limits: Limits
}

function exchange(open: () => ClientRequest, { request, limits }: Exchange): Promise<TransportResponse> {
  const { signal, body } = request
  return new Promise((resolve, reject) => {
    let maybeSent = false
    let settled = false
    const outgoing = opened(open, signal)
    const settle = (finish: () => void) => {
      if (settled) return
      settled = true
      clearTimeout(connecting)
      clearTimeout(whole)
      signal?.removeEventListener('abort', abort)
      finish()
    }
    const fail = (failure: TransportFailure, cause?: unknown) => {
      settle(() => {
        outgoing.destroy()
        reject(new TransportError(failure, maybeSent, cause))
      })
    }
    const abort = () => fail('aborted')
    const connecting = setTimeout(() => fail('timeout'), limits.connectTimeoutMs)
    const whole = setTimeout(() => fail('timeout'), limits.attemptTimeoutMs)
    signal?.addEventListener('abort', abort, { once: true })

    outgoing.on('socket', (socket) => {
      whenConnected(socket, () => {
        if (settled) return
        clearTimeout(connecting)
        // Nothing is written before this line, so a failure up to here is certain to have had no effect.
        maybeSent = true
        outgoing.end(body)
      })
    })
    outgoing.on('error', (cause) => fail('connection', cause))
    outgoing.on('close', () => fail('connection'))
    outgoing.on('response', (response) => {
      const done = (answer: TransportResponse) => settle(() => resolve(answer))
      collect(response, { maxBytes: limits.maxResponseBytes, fail, done })
    })
  })
}

function opened(open: () => ClientRequest, signal: AbortSignal | undefined): ClientRequest {
  if (signal?.aborted === true) throw new TransportError('aborted', false)
  try {
    return open()
  } catch (cause) {
    throw new TransportError('connection', false, cause)
  }
}

/** Calls back once the socket is connected and, with TLS, its certificate verified; at once if it already is. */
function whenConnected(socket: Socket, ready: () => void): void {
  const tls = socket instanceof TLSSocket
  if (tls ? socket.authorized : !socket.connecting) ready()
  else socket.once(tls ? 'secureConnect' : 'connect', ready)
}

interface Collector {
  readonly maxBytes: number
  readonly fail: (failure: TransportFailure, cause?: unknown) => void
  readonly done: (answer: TransportResponse) => void
}

function collect(response: IncomingMessage, { maxBytes, fail, done }: Collector): void {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > maxBytes) fail('too_large')
    else chunks.push(chunk)
  })
  response.on('error', (cause) => fail('connection', cause))
  response.on('end', () => {
    done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
  })
}
