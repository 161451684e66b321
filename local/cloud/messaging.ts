/** SQS and SNS in this process, on the loopback address only, with faults on command. */
import { buildApp } from 'fauxqs'

/** `down`: every call of SQS is answered 503 without an effect; long polls that wait already go on. */
export type QueuesFault = 'none' | 'down'

export interface MessagingServer {
  /** One address for both services. */
  readonly endpoint: string
  /** Replaces the fault of SQS in force. What SNS delivers to queues is not affected. */
  setQueuesFault(fault: QueuesFault): void
  stop(): Promise<void>
}

const UNAVAILABLE = {
  __type: 'com.amazonaws.sqs#ServiceUnavailable',
  message: 'The service is not available. (fault on command)',
}

/** Starts the emulator; the region of a resource is the one its creator signs for. Its own `startFauxqs` would listen on every network interface. */
export async function startMessaging(): Promise<MessagingServer> {
  const app = buildApp({ logger: false })
  let fault: QueuesFault = 'none'
  app.addHook('onRequest', async (request, reply) => {
    const ofSqs = String(request.headers['x-amz-target'] ?? '').startsWith('AmazonSQS.')
    if (fault === 'none' || !ofSqs) return
    await reply.code(503).type('application/x-amz-json-1.0').send(JSON.stringify(UNAVAILABLE))
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    endpoint: new URL(address).origin,
    setQueuesFault: (next) => {
      fault = next
    },
    stop: async () => app.close(),
  }
}
