/** The port for one HTTP exchange. Whether a failed request may have left this machine decides what may be repeated. */
import type { Headers } from '#shared/received.ts'

export interface TransportRequest {
  readonly method: 'GET' | 'POST'
  /** Scheme, host and port, as in `https://api.mch.weixin.qq.com`. */
  readonly origin: string
  /** Path with query, already percent-encoded; sent byte for byte, because it is signed. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent as UTF-8; absent for none. */
  readonly body?: string | undefined
  /** Never uses an idle connection: the peer may have closed it, and then nobody can tell whether the request arrived. */
  readonly freshConnection: boolean
  readonly signal?: AbortSignal | undefined
}

export interface TransportResponse {
  readonly status: number
  readonly headers: Headers
  /** Raw bytes. */
  readonly body: Buffer
}

/** - `aborted`: by the caller's signal. - `timeout`: of the connection or of the whole attempt. - `too_large`: the answer. */
export type TransportFailure = 'connection' | 'timeout' | 'aborted' | 'too_large'

/** An exchange without a complete answer. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly failure: TransportFailure
  /** False only when not one byte of the request was handed to a connection. */
  readonly maybeSent: boolean

  constructor(failure: TransportFailure, maybeSent: boolean, cause?: unknown) {
    super(
      `${failure}, request ${maybeSent ? 'may have been' : 'was not'} sent`,
      cause === undefined ? undefined : { cause },
    )
    this.failure = failure
    this.maybeSent = maybeSent
  }
}

/** Resolves with any complete answer, whatever its status; redirects are not followed. @throws TransportError */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>
}
