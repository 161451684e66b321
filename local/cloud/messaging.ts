/** SQS, SNS and S3 in this process, on the loopback address only, with faults on command. */
import { buildApp } from 'fauxqs'
import { createSqsCompletion } from './sqs-completion.ts'
import { Refusal } from './refusal.ts'
import { createSqsEmulator } from './sqs-emulator.ts'

/** `down`: every call of SQS is answered 503 without an effect; long polls that wait already go on. */
export type QueuesFault = 'none' | 'down'

export interface MessagingServer {
  /** One address for all of them. */
  readonly endpoint: string
  /** Replaces the fault of SQS in force. What SNS delivers to queues is not affected. */
  setQueuesFault(fault: QueuesFault): void
  stop(): Promise<void>
}

const SQS_TARGET = 'AmazonSQS.'
const SQS_JSON = 'application/x-amz-json-1.0'
const UNAVAILABLE = new Refusal('ServiceUnavailable', 'The service is not available. (fault on command)', 503)

/** Starts the emulator; the region of a resource is the one its creator signs for. Its own `startFauxqs` would listen on every network interface. */
export async function startMessaging(): Promise<MessagingServer> {
  const app = buildApp({ logger: false })
  let endpoint = ''
  let fault: QueuesFault = 'none'
  const emulator = createSqsEmulator(
    (request) => app.inject(request),
    () => endpoint,
  )
  const completion = createSqsCompletion(emulator)

  app.addHook('onRequest', async (request, reply) => {
    const down = fault === 'down' && sqsOperation(request.headers) !== undefined
    return down ? refuse(reply, UNAVAILABLE) : undefined
  })
  app.addHook('preHandler', async (request, reply) => {
    try {
      const answer = await completion.perform(sqsOperation(request.headers) ?? '', request.body)
      return answer === undefined ? undefined : await reply.type(SQS_JSON).send(JSON.stringify(answer))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return refuse(reply, error)
    }
  })
  app.addHook('preSerialization', async (request, _reply, answer) =>
    completion.complete(sqsOperation(request.headers) ?? '', request.body, answer),
  )

  endpoint = new URL(await app.listen({ port: 0, host: '127.0.0.1' })).origin
  return {
    endpoint,
    setQueuesFault: (next) => {
      fault = next
    },
    async stop() {
      await completion.stop()
      await app.close()
    },
  }
}

/** `SendMessage` of a call of SQS; undefined of any other request. */
function sqsOperation(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const target = headers['x-amz-target']
  if (typeof target !== 'string' || !target.startsWith(SQS_TARGET)) return undefined
  return target.slice(SQS_TARGET.length)
}

interface Reply {
  code(status: number): this
  header(name: string, value: string): this
  type(contentType: string): this
  send(payload: string): this
}

function refuse<Sent extends Reply>(reply: Sent, { code, message, status }: Refusal): Sent {
  return reply
    .code(status)
    .type(SQS_JSON)
    .header('x-amzn-query-error', `${code};${status < 500 ? 'Sender' : 'Receiver'}`)
    .send(JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }))
}
