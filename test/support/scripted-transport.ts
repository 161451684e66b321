/** A transport that does as told, for what real sockets cannot show at will. */
import { TransportError } from '#shared/http/transport.ts'
import type { Transport, TransportRequest } from '#shared/http/transport.ts'
import { signedHeaders } from './wechat-keys.ts'
import type { PlatformKeyPair } from './wechat-keys.ts'

export interface ScriptedTransport {
  readonly transport: Transport
  readonly seen: readonly TransportRequest[]
}

/** Fails once for each failure, then answers with `body`, signed. */
export function scripted(key: PlatformKeyPair, body: unknown, ...failures: Error[]): ScriptedTransport {
  const seen: TransportRequest[] = []
  const text = JSON.stringify(body)
  const send: Transport['send'] = async (request) => {
    seen.push(request)
    const failure = failures.shift()
    if (failure !== undefined) throw failure
    return { status: 200, headers: signedHeaders(key, text), body: Buffer.from(text) }
  }
  return { transport: { send }, seen }
}

export const notSent = (): TransportError => new TransportError('connection', false)
export const cut = (): TransportError => new TransportError('connection', true)
