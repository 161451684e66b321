/** HTTP on 127.0.0.1: reading a body, opening a port, closing it for good or for a while. */
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'

const HOST = '127.0.0.1'
const MAX_BODY_BYTES = 1_048_576

/** A port that another program holds. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
}

export interface Listener {
  readonly url: string
  /** Refuses connections, or accepts them again on the same port. */
  setAvailable(available: boolean): Promise<void>
  stop(): Promise<void>
}

/** Listens on a port, 0 for any free one. @throws PortTakenError */
export async function listen(port: number, handler: RequestListener): Promise<Listener> {
  const server = createServer({ keepAliveTimeout: 60_000 }, handler)
  let actual = port

  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const taken = `port ${actual} on ${HOST} is taken by another program: choose another port or stop that program`
        reject(error.code === 'EADDRINUSE' ? new PortTakenError(taken, { cause: error }) : error)
      })
      server.listen(actual, HOST, () => {
        const address = server.address()
        if (typeof address === 'object' && address !== null) actual = address.port
        server.removeAllListeners('error')
        resolve()
      })
    })
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })

  await open()
  return {
    url: `http://${HOST}:${actual}`,
    async setAvailable(available) {
      if (available === server.listening) return
      await (available ? open() : close())
    },
    stop: close,
  }
}

/** Reads a request's body; undefined when it is larger than 1 MiB. @throws when the connection breaks. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MAX_BODY_BYTES) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
