/** Opens and closes servers: on the loopback address, unless somebody asked for one that other machines can reach. */
import type { Server } from 'node:net'

const LOOPBACK = '127.0.0.1'

/** A port that another program holds or that this user may not take, or an address that this machine does not have. */
export class PortError extends Error {
  override readonly name = 'PortError'
}

export interface Listening {
  readonly port: number
  /** How this machine reaches it, as `http://127.0.0.1:<port>`. */
  readonly url: string
  /** Refuses connections, or accepts them again on the same port. */
  readonly setAvailable: (available: boolean) => Promise<void>
  /** Ends open connections and stops listening. */
  readonly close: () => Promise<void>
}

export interface ListenOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string | undefined
  /** Default `http`. */
  readonly scheme?: 'http' | 'https'
}

type HttpServer = Server & { closeAllConnections(): void }

/**
 * Listens on a port of this machine; 0 takes a free one.
 *
 * @param purpose what wants the port, for the error message.
 * @throws PortError
 */
export async function listen(
  server: HttpServer,
  wanted: number,
  purpose: string,
  { host = LOOPBACK, scheme = 'http' }: ListenOptions = {},
): Promise<Listening> {
  const port = await open(server, { port: wanted, host, purpose })
  return {
    port,
    url: `${scheme}://${reachable(host)}:${port}`,
    async setAvailable(available) {
      if (available === server.listening) return
      await (available ? open(server, { port, host, purpose }) : close(server))
    },
    close: () => close(server),
  }
}

/** Whoever listens everywhere is reached here over loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return LOOPBACK
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

interface Place {
  readonly port: number
  readonly host: string
  readonly purpose: string
}

async function open(server: HttpServer, place: Place): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => reject(explain(error, place))
    server.once('error', fail).listen(place.port, place.host, () => {
      server.off('error', fail)
      resolve()
    })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error(`${place.purpose}: no port`)
  return address.port
}

function explain(error: Error, { port, host, purpose }: Place): Error {
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new PortError(`${host} for ${purpose} is no address of this machine: choose another`, {
      cause: error,
    })
  }
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

function close(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
