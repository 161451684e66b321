/** Opens the ports of a simulator: both domains, the control API, and the forward proxy if there is to be one. */
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createForwardProxy } from './forward-proxy.ts'
import type { Domain } from './forward-proxy.ts'
import { createFrontDoor } from './front-door.ts'
import { listen } from './listen.ts'
import type { Listening, ListenOptions } from './listen.ts'
import type { SimulatorOptions } from './simulator-options.ts'
import type { TlsIdentity } from './tls-identity.ts'

const KEEP_ALIVE_MS = 60_000

export interface Servers {
  readonly primary: Listening
  readonly backup: Listening
  readonly control: Listening
  readonly proxy: Listening | undefined
  /** Ends open connections and stops listening. */
  readonly close: () => Promise<void>
}

export interface ServersDeps {
  readonly options: SimulatorOptions
  readonly api: Readonly<Record<Domain, RequestListener>>
  readonly control: RequestListener
  /** Given when anything is served over HTTPS. */
  readonly tls: TlsIdentity | undefined
  readonly isUp: (domain: Domain) => boolean
}

/** Opens all of them. @throws PortError; none stays open then. */
export async function openServers({ options, api, control, tls, isUp }: ServersDeps): Promise<Servers> {
  const ends: (() => Promise<void>)[] = []
  const { host } = options
  const domains: ListenOptions = { host, scheme: options.https === true ? 'https' : 'http' }

  async function openNext(server: Server, purpose: string, at: Place): Promise<Listening> {
    const listening = await listen(server, at.port ?? 0, purpose, at)
    ends.push(listening.close)
    return listening
  }
  const close = async (): Promise<void> => {
    await Promise.all(ends.map((end) => end()))
  }
  const serve = (handler: RequestListener): Server =>
    options.https === true && tls !== undefined
      ? createTlsServer(
          { key: tls.privateKeyPem, cert: tls.certificatePem, keepAliveTimeout: KEEP_ALIVE_MS },
          handler,
        )
      : createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, handler)

  async function openProxy(): Promise<Listening | undefined> {
    if (options.proxyPort === undefined || tls === undefined) return undefined
    const { server, closeTunnels } = createForwardProxy({ tls, domains: api, isUp })
    const listening = await openNext(server, 'the forward proxy', { port: options.proxyPort, host })
    ends.push(async () => closeTunnels())
    return listening
  }

  try {
    const controlIsOpen = options.controlHost !== undefined
    // Who knows the primary URL alone finds the control API there as well.
    const front = createFrontDoor({ api: api.primary, control, controlIsOpen })
    const primary = await openNext(serve(front), 'the primary domain', { port: options.port, ...domains })
    const behind = createFrontDoor({ api: api.backup })
    const backup = await openNext(serve(behind), 'the backup domain', {
      port: options.backupPort,
      ...domains,
    })
    const own = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, control)
    const place = { port: options.controlPort, host: options.controlHost }
    return {
      primary,
      backup,
      control: await openNext(own, 'the control API', place),
      proxy: await openProxy(),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

interface Place extends ListenOptions {
  readonly port: number | undefined
}
