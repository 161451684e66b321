/** DynamoDB on this machine: dynalite in process, completed by the adapter, with faults on command. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import dynalite from 'dynalite'
import { listen } from '#simulator/listen.ts'
import { completeEngine, isWrite } from './dynamo-adapter.ts'
import { operationOf, takeEngine } from './dynamo-engine.ts'
import type { DynamoAnswer, DynamoEngine } from './dynamo-engine.ts'
import { THROTTLED } from './dynamo-fault.ts'
import type { DynamoFault } from './dynamo-fault.ts'

interface LocalDynamoOptions {
  /** @default a free port */
  readonly port?: number
  /** Directory to keep the data in. @default in memory */
  readonly path?: string
  /** Decides which requests a partial fault hits: 0 to 1. @default Math.random */
  readonly random?: () => number
}

export interface LocalDynamoDb {
  readonly endpoint: string
  /** Replaces the fault in force; undefined ends it. */
  setFault(fault: DynamoFault | undefined): void
  /** Closes the server, its connections and its store. */
  stop(): Promise<void>
}

/** Starts DynamoDB on 127.0.0.1. @throws LocalError when the port is taken. */
export async function startDynamoDb({
  port = 0,
  path,
  random = Math.random,
}: LocalDynamoOptions = {}): Promise<LocalDynamoDb> {
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(path === undefined ? {} : { path }),
  })
  const engine = completeEngine(takeEngine(server))
  let fault: DynamoFault | undefined
  const atWork = new Set<Promise<void>>()
  server.on('request', (request, response) => {
    const work = answer(request, { engine, hit: hitBy(fault, random) })
      .then(
        (result) => void (result === undefined ? response.destroy() : send(response, result)),
        () => void response.destroy(),
      )
      .finally(() => atWork.delete(work))
    atWork.add(work)
  })
  const { url, close } = await listen(server, port, 'DynamoDB')
  return {
    endpoint: url,
    setFault: (next) => {
      fault = next
    },
    async stop() {
      fault = { kind: 'down' }
      server.closeAllConnections()
      // A write whose caller was just killed is still on its way into the store.
      await Promise.all(atWork)
      await close()
    },
  }
}

/** The fault that hits this one request, were it a write. */
function hitBy(fault: DynamoFault | undefined, random: () => number): DynamoFault['kind'] | undefined {
  if (fault === undefined || fault.kind === 'down') return fault?.kind
  return random() < fault.ratio ? fault.kind : undefined
}

/** @returns undefined where no answer is to be sent. */
async function answer(
  incoming: IncomingMessage,
  { engine, hit }: { readonly engine: DynamoEngine; readonly hit: DynamoFault['kind'] | undefined },
): Promise<DynamoAnswer | undefined> {
  if (hit === 'down') return undefined
  const { method = 'GET', url = '/', headers } = incoming
  const request = { method, url, headers, body: await text(incoming) }
  const write = isWrite(operationOf(request))
  if (write && hit === 'throttle') return THROTTLED
  const result = await engine(request)
  return write && hit === 'lose_answers' ? undefined : result
}

/** Length and checksum are computed here, because the adapter may have changed the body. */
function send(response: ServerResponse, { status, headers, body }: DynamoAnswer): void {
  const bytes = Buffer.from(body, 'utf8')
  response.writeHead(status, { ...headers, 'content-length': bytes.length, 'x-amz-crc32': crc32(bytes) })
  response.end(bytes)
}
