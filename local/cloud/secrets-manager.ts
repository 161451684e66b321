/** AWS Secrets Manager as its clients see it: JSON 1.1 over HTTP, as far as functions and operators of this stack use it. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Clock, systemClock } from '#shared/clock.ts'
import { listen } from '#simulator/listen.ts'
import { readBody } from '#simulator/read-body.ts'
import { createSecretStore, type NewSecret, SecretsManagerError } from './secret-store.ts'
import { performSecretOperation } from './secrets-operations.ts'

/** `down` drops every connection; `throttled` answers ThrottlingException. */
export type SecretsFault = 'none' | 'down' | 'throttled'

export interface SecretsManagerServer {
  readonly endpoint: string
  /** Creates a secret without a value, as CloudFormation leaves it. */
  createShell(secret: NewSecret): void
  setFault(fault: SecretsFault): void
  /** Requests answered or refused so far, by operation. */
  readonly requests: ReadonlyMap<string, number>
  stop(): Promise<void>
}

export interface SecretsManagerOptions {
  readonly port?: number
  readonly clock?: Clock
  /** Gives the ARN of a secret made by CreateSecret. */
  readonly arnOf: (name: string) => string
}

const MAX_REQUEST_BYTES = 1024 * 1024

/** Starts the service on the loopback address; port 0 (the default) takes a free one. */
export async function startSecretsManager(options: SecretsManagerOptions): Promise<SecretsManagerServer> {
  const store = createSecretStore(options.clock ?? systemClock)
  const requests = new Map<string, number>()
  let fault: SecretsFault = 'none'

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^secretsmanager\./, '')
    requests.set(operation, (requests.get(operation) ?? 0) + 1)
    if (fault === 'down') {
      request.destroy()
      return
    }
    try {
      if (fault === 'throttled') throw new SecretsManagerError('ThrottlingException', 'Rate exceeded')
      const body = await readBody(request, MAX_REQUEST_BYTES)
      if (body === 'too_large')
        throw new SecretsManagerError('ValidationException', 'The request is too large.')
      answer(
        response,
        200,
        performSecretOperation(operation, JSON.parse(body.toString() || '{}'), {
          store,
          arnOf: options.arnOf,
        }),
      )
    } catch (error) {
      const [status, type] =
        error instanceof SecretsManagerError ? [400, error.type] : [500, 'InternalServiceError']
      answer(response, status, { __type: type, Message: error instanceof Error ? error.message : 'unknown' })
    }
  }

  const server = createServer((request, response) => void handle(request, response))
  const { url, close } = await listen(server, options.port ?? 0, 'Secrets Manager')
  return {
    endpoint: url,
    requests,
    createShell: (secret) => void store.create(secret),
    setFault: (next) => {
      fault = next
    },
    stop: close,
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  })
  response.end(JSON.stringify(body))
}
