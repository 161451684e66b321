/** The real transport against real servers that are closed after the test. */
import { once } from 'node:events'
import type { Server, AddressInfo, Socket } from 'node:net'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import type { HttpTransport, HttpTransportOptions } from '#shared/http/http-transport.ts'
import { TransportError } from '#shared/http/transport.ts'
import type { TransportRequest } from '#shared/http/transport.ts'
import { startPeer } from './wechat-peer.ts'
import type { WechatPeer } from './wechat-peer.ts'

export interface TransportFixture {
  readonly peer: WechatPeer
  readonly transport: HttpTransport
  make(options?: HttpTransportOptions): HttpTransport
  /** A GET to the peer, changed as given. */
  get(changes?: Partial<TransportRequest>): TransportRequest
  /** Starts a bare TCP or TLS server; gives its port. */
  listen(server: Server): Promise<number>
  close(): Promise<void>
}

export async function startTransport(): Promise<TransportFixture> {
  const peer = await startPeer()
  const cleanups: Array<() => void> = []
  const make = (options: HttpTransportOptions = {}): HttpTransport => {
    const made = createHttpTransport(options)
    cleanups.push(() => made.close())
    return made
  }
  return {
    peer,
    transport: make(),
    make,
    get: (changes = {}) => ({
      method: 'GET',
      origin: peer.origin,
      path: '/v3/x',
      headers: {},
      freshConnection: false,
      ...changes,
    }),
    listen: async (server) => {
      const sockets = new Set<Socket>()
      server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      cleanups.push(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      })
      return (server.address() as AddressInfo).port
    },
    close: async () => {
      for (const cleanup of cleanups) cleanup()
      await peer.close()
    },
  }
}

/** The TransportError of an exchange that must fail. */
export async function failure(sending: Promise<unknown>): Promise<TransportError> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof TransportError) return error
  throw new Error('expected a TransportError', { cause: error })
}
