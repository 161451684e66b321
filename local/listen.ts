/** Opens and closes HTTP servers on the loopback address, never on one that other machines can reach. */
import type { Server } from 'node:http'
import { LocalError } from './local-error.ts'

const LOOPBACK = '127.0.0.1'

export interface Listening {
  readonly port: number
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  /** Ends open connections and stops listening. */
  readonly close: () => Promise<void>
}

/**
 * Listens on a port of this machine; 0 takes a free one.
 *
 * @param options.purpose what wants the port, and `options.remedy` how to choose another, for the error message.
 * @throws LocalError when the port is in use or may not be used.
 */
export async function listen(
  server: Server,
  port: number,
  options: { readonly purpose: string; readonly remedy?: string },
): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, port, options)))
    server.listen(port, LOOPBACK, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string')
    throw new LocalError(`${options.purpose}: no port to listen on`)
  return { port: address.port, url: `http://${LOOPBACK}:${address.port}`, close: () => close(server) }
}

function explain(
  error: Error,
  port: number,
  { purpose, remedy = '' }: { readonly purpose: string; readonly remedy?: string },
): Error {
  const code = 'code' in error ? error.code : undefined
  const advice = remedy === '' ? '' : `: ${remedy}`
  if (code === 'EADDRINUSE')
    return new LocalError(`port ${port} for ${purpose} is in use${advice}`, { cause: error })
  if (code === 'EACCES')
    return new LocalError(`port ${port} for ${purpose} needs more rights${advice}`, { cause: error })
  return error
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
