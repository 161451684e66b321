/** Leads to a virtual host of the emulator by an address that everybody can resolve. */
import { once } from 'node:events'
import { createServer, request } from 'node:http'

export interface Road {
  readonly url: string
  /** The host, with its port, that what comes is for. */
  leadTo(host: string): void
  stop(): Promise<void>
}

export async function openRoad(emulatorUrl: string): Promise<Road> {
  const { hostname, port } = new URL(emulatorUrl)
  let host = ''
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming
    const onward = request({ hostname, port, method, path, headers: { ...headers, host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    leadTo(given) {
      host = given
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
