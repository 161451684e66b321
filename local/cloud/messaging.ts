/** SQS and SNS in this process, on the loopback address only. */
import { buildApp } from 'fauxqs'

export interface MessagingServer {
  /** One address for both services. */
  readonly endpoint: string
  stop(): Promise<void>
}

/** Starts the emulator; the region of a resource is the one its creator signs for. Its own `startFauxqs` would listen on every network interface. */
export async function startMessaging(): Promise<MessagingServer> {
  const app = buildApp({ logger: false })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  return { endpoint: new URL(address).origin, stop: async () => app.close() }
}
