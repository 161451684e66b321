/** Sends the requests of an AWS client, each within one limit that holds for the whole answer. */
import { Readable } from 'node:stream'
import type { HttpRequest } from '@smithy/core/protocols'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { AWS_CONNECT_MS } from '#shared/time-limits.ts'

const MAX_SOCKETS = 50

type Options = Parameters<NodeHttpHandler['handle']>[1]

export interface HandlerLimits {
  /** For one attempt: from the connection to the last byte of the answer. */
  readonly attemptMs: number
  /** After which an unused connection is closed. */
  readonly idleMs: number
}

/**
 * The limits of the SDK end with the first byte of an answer, or begin anew with each: an answer that stalls or trickles
 * half-way would be waited for without end.
 */
export class LimitedHandler extends NodeHttpHandler {
  readonly #attemptMs: number

  constructor({ attemptMs, idleMs }: HandlerLimits) {
    const agent = { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: idleMs }
    super({
      requestTimeout: attemptMs,
      // Without it the SDK only logs a warning when the time is over, and the call hangs on.
      throwOnRequestTimeout: true,
      connectionTimeout: AWS_CONNECT_MS,
      httpAgent: agent,
      httpsAgent: agent,
    })
    this.#attemptMs = attemptMs
  }

  override async handle(request: HttpRequest, options?: Options): ReturnType<NodeHttpHandler['handle']> {
    const started = performance.now()
    const handled = await super.handle(request, options)
    const body: unknown = handled.response.body
    if (body instanceof Readable) endWithin(body, started + this.#attemptMs - performance.now())
    return handled
  }
}

function endWithin(body: Readable, ms: number): void {
  // By its name the SDK knows that another attempt is worth it.
  const late = Object.assign(new Error('the answer did not end in time'), { name: 'TimeoutError' })
  const timer = setTimeout(() => body.destroy(late), Math.max(0, ms))
  body.once('close', () => clearTimeout(timer))
}
