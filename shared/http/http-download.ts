/** One GET whose answer is taken as it comes, for files that no memory should hold. Redirects are not followed. */
import { request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { TransportError } from './transport.ts'
import type { TransportFailure } from './transport.ts'
import type { Headers } from '#shared/received.ts'

export interface DownloadRequest {
  readonly origin: string
  /** Sent byte for byte, because it is signed. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Ends the download, also while its bytes come. */
  readonly signal?: AbortSignal | undefined
}

export interface DownloadAnswer {
  readonly status: number
  readonly headers: Headers
  /** Ends in a TransportError when the bytes stop coming before their end. */
  readonly chunks: AsyncIterable<Uint8Array>
}

/** Resolves with the head of the answer. @throws TransportError */
export type Download = (request: DownloadRequest) => Promise<DownloadAnswer>

/** @param options.idleMs without a byte, before and during the answer. Default 10 s. */
export function createHttpDownload({
  idleMs = 10_000,
  ca,
}: { readonly idleMs?: number; readonly ca?: string } = {}): Download {
  return ({ origin, path, headers, signal }) =>
    new Promise((resolve, reject) => {
      const { protocol, hostname, port } = new URL(origin)
      const request = protocol === 'https:' ? httpsRequest : httpRequest
      const outgoing = request({
        protocol,
        host: hostname.replace(/^\[|\]$/g, ''),
        port,
        path,
        method: 'GET',
        headers,
        agent: false,
        timeout: idleMs,
        // Said aloud, because NODE_TLS_REJECT_UNAUTHORIZED=0 would change the default.
        rejectUnauthorized: true,
        ...(ca === undefined ? {} : { ca }),
        ...(signal === undefined ? {} : { signal }),
      })
      let failure: TransportFailure = 'connection'
      let taken: IncomingMessage | undefined
      outgoing.on('timeout', () => {
        // Whoever takes the bytes has not come for those that are there: that is no silence of WeChat's.
        if (taken !== undefined && taken.readableLength > 0) return void outgoing.setTimeout(idleMs)
        failure = 'timeout'
        outgoing.destroy()
      })
      const failed = (cause: unknown) =>
        new TransportError(signal?.aborted === true ? 'aborted' : failure, true, cause)
      outgoing.on('error', (cause) => reject(failed(cause)))
      outgoing.on('close', () => reject(failed(undefined)))
      outgoing.on('response', (response) => {
        taken = response
        const { statusCode: status = 0, headers: told } = response
        resolve({ status, headers: told, chunks: bytesOf(outgoing, response, failed) })
      })
      outgoing.end()
    })
}

async function* bytesOf(
  outgoing: ClientRequest,
  response: IncomingMessage,
  failed: (cause: unknown) => TransportError,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of response) if (chunk instanceof Uint8Array) yield chunk
  } catch (cause) {
    throw failed(cause)
  } finally {
    outgoing.destroy()
  }
}
