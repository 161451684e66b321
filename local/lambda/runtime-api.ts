/**
 * The Lambda Runtime API (version 2018-06-01). One server for all functions; each process has its own path prefix in
 * `AWS_LAMBDA_RUNTIME_API`, so that no function can take or answer an invocation of another.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '#simulator/listen.ts'
import { readBody } from '#simulator/read-body.ts'
import { type FunctionError, readFunctionError } from './invoke-result.ts'

/** One invocation on its way to a process. */
export interface Invocation {
  readonly requestId: string
  readonly payload: string
  readonly deadlineMs: number
  readonly functionArn: string
}

/** The process's side of an execution environment. */
export interface RuntimeClient {
  /** Resolves when there is something to do. */
  readonly next: () => Promise<Invocation>
  /** Both return whether this invocation was the current one. An answer beyond Lambda's limit is undefined. */
  readonly respond: (requestId: string, payload: string | undefined) => boolean
  readonly fail: (requestId: string, error: FunctionError) => boolean
  readonly failInit: (error: FunctionError) => void
}

export interface RuntimeApi {
  /** Value of `AWS_LAMBDA_RUNTIME_API` for a process. */
  addressOf(environmentId: string): string
  register(environmentId: string, client: RuntimeClient): void
  unregister(environmentId: string): void
  stop(): Promise<void>
}

/** Lambda's limit on the answer of a synchronous invocation. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
const ROUTE =
  /^\/([^/]+)\/2018-06-01\/runtime\/(?:(init\/error|invocation\/next)|invocation\/([^/]+)\/(response|error))$/

/** Starts the server on a free port of the loopback address. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const clients = new Map<string, RuntimeClient>()
  const server = createServer((request, response) => {
    serve(request, response, clients).catch(() => response.destroy())
  })
  // Processes keep one connection open for as long as they live.
  server.keepAliveTimeout = 0
  const { port, close } = await listen(server, 0, 'the Lambda Runtime API')
  return {
    addressOf: (environmentId) => `127.0.0.1:${port}/${environmentId}`,
    register: (environmentId, client) => void clients.set(environmentId, client),
    unregister: (environmentId) => void clients.delete(environmentId),
    stop: close,
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  clients: ReadonlyMap<string, RuntimeClient>,
): Promise<void> {
  const [, environmentId = '', plain, requestId = '', outcome] = ROUTE.exec(request.url ?? '') ?? []
  const client = clients.get(environmentId)
  if (client === undefined) {
    reply(response, 404, 'UnknownEnvironment')
  } else if (plain === 'invocation/next') {
    deliver(response, await client.next())
  } else {
    const body = await readBody(request, MAX_PAYLOAD_BYTES)
    const text = body === 'too_large' ? undefined : body.toString()
    if (plain === 'init/error') client.failInit(readFunctionError(text ?? ''))
    const current =
      plain !== undefined ||
      (outcome === 'response'
        ? client.respond(requestId, text)
        : client.fail(requestId, readFunctionError(text ?? '')))
    reply(response, current ? (text === undefined ? 413 : 202) : 400, current ? 'OK' : 'InvalidRequestID')
  }
}

function deliver(
  response: ServerResponse,
  { requestId, payload, deadlineMs, functionArn }: Invocation,
): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    // Without it the answer would go out in chunks.
    'content-length': Buffer.byteLength(payload),
    'lambda-runtime-aws-request-id': requestId,
    'lambda-runtime-deadline-ms': String(deadlineMs),
    'lambda-runtime-invoked-function-arn': functionArn,
  })
  response.end(payload)
}

function reply(response: ServerResponse, status: number, word: string): void {
  const body = JSON.stringify(status < 300 ? { status: word } : { errorType: word, errorMessage: word })
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}
