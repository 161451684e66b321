/** A forward proxy for SDKs that hard-code WeChat's address: it leads to WeChat's two domains, played here, and nowhere else. */
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { TlsIdentity } from './tls-identity.ts'

export type Domain = 'primary' | 'backup'

const DOMAINS: ReadonlyMap<string, Domain> = new Map([
  ['api.mch.weixin.qq.com', 'primary'],
  ['api2.mch.weixin.qq.com', 'backup'],
])
const REFUSAL =
  `this proxy leads to ${[...DOMAINS.keys()].join(' and ')} only: ` +
  'set it for the WeChat Pay client alone, or name other hosts in NO_PROXY\n'

export interface ForwardProxy {
  readonly server: Server
  /** Ends the tunnels, which the server itself no longer knows. */
  readonly closeTunnels: () => void
}

export interface ForwardProxyDeps {
  readonly tls: TlsIdentity
  readonly domains: Readonly<Record<Domain, RequestListener>>
  readonly isUp: (domain: Domain) => boolean
}

/** Creates the proxy: tunnels (CONNECT) end in TLS here, requests in absolute form are answered outright. */
export function createForwardProxy({ tls, domains, isUp }: ForwardProxyDeps): ForwardProxy {
  const tunnels = new Set<Duplex>()
  const credentials = { key: tls.privateKeyPem, cert: tls.certificatePem }
  const inside = {
    primary: createTlsServer(credentials, domains.primary),
    backup: createTlsServer(credentials, domains.backup),
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const target = absolute(request.url ?? '')
    const domain = DOMAINS.get(target?.hostname ?? '')
    if (target === undefined || domain === undefined) return void response.writeHead(403).end(REFUSAL)
    if (!isUp(domain)) return void response.writeHead(502).end()
    // What was signed is the path and query as they were sent.
    request.url = request.url?.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^(?!\/)/, '/') ?? '/'
    domains[domain](request, response)
  }

  function connect({ url = '' }: IncomingMessage, socket: Duplex, head: Buffer): void {
    // The client may leave in the middle.
    socket.on('error', () => socket.destroy())
    const [, host = '', port] = /^([^:]+):(\d+)$/.exec(url) ?? []
    const domain = port === '443' ? DOMAINS.get(host.toLowerCase()) : undefined
    if (domain === undefined)
      return void socket.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n${REFUSAL}`)
    if (!isUp(domain)) return void socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n')
    tunnels.add(socket)
    socket.once('close', () => tunnels.delete(socket))
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    inside[domain].emit('connection', socket)
  }

  const server = createServer(answer)
  server.on('connect', connect)
  return {
    server,
    closeTunnels() {
      for (const socket of tunnels) socket.destroy()
    },
  }
}

function absolute(url: string): URL | undefined {
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined
}
