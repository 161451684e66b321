/** Opens and closes HTTP servers on the loopback address, never on one that other machines can reach. */
import type { Server } from 'node:http'

const LOOPBACK = '127.0.0.1'

/** A port that another program holds, or that this user may not take. */
export class PortError extends Error {
  override readonly name = 'PortError'
}

export interface Listening {
  readonly port: number
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  /** Refuses connections, or accepts them again on the same port. */
  readonly setAvailable: (available: boolean) => Promise<void>
  /** Ends open connections and stops listening. */
  readonly close: () => Promise<void>
}

/**
 * Listens on a port of this machine; 0 takes a free one.
 *
 * @param purpose what wants the port, for the error message.
 * @throws PortError
 */
export async function listen(server: Server, wanted: number, purpose: string): Promise<Listening> {
  const port = await open(server, wanted, purpose)
  return {
    port,
    url: `http://${LOOPBACK}:${port}`,
    async setAvailable(available) {
      if (available === server.listening) return
      await (available ? open(server, port, purpose) : close(server))
    },
    close: () => close(server),
  }
}

async function open(server: Server, port: number, purpose: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => reject(explain(error, port, purpose))
    server.once('error', fail).listen(port, LOOPBACK, () => {
      server.off('error', fail)
      resolve()
    })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`${purpose}: no port`)
  return address.port
}

function explain(error: Error, port: number, purpose: string): Error {
  const code = 'code' in error ? error.code : undefined
  const trouble =
    code === 'EADDRINUSE'
      ? 'is in use: stop the program that has it, or choose another port'
      : code === 'EACCES'
        ? 'needs more rights: choose another port'
        : undefined
  return trouble === undefined
    ? error
    : new PortError(`port ${port} for ${purpose} ${trouble}`, { cause: error })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
