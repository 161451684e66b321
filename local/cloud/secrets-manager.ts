/** AWS Secrets Manager as its clients see it: JSON 1.1 over HTTP, as far as functions and operators of this stack use it. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as v from 'valibot'
import { type Clock, systemClock } from '#shared/clock.ts'
import { listen } from '#simulator/listen.ts'
import { readBody } from '#simulator/read-body.ts'
import {
  createSecretStore,
  type Secret,
  SecretsManagerError,
  type SecretStore,
  type SecretVersion,
} from './secret-store.ts'

/** `down` drops every connection; `throttled` answers ThrottlingException. */
export type SecretsFault = 'none' | 'down' | 'throttled'

export interface SecretsManagerServer {
  readonly endpoint: string
  /** Creates a secret without a value, as CloudFormation leaves it. */
  createShell(secret: { readonly name: string; readonly arn: string; readonly description?: string }): void
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

const Id = v.object({ SecretId: v.string() })
const Token = v.optional(v.string(), () => randomUUID())
const Text = v.optional(v.string())
const Value = { ClientRequestToken: Token, SecretString: Text, SecretBinary: Text }

const GetSecretValue = v.object({ ...Id.entries, VersionId: Text, VersionStage: Text })
const PutSecretValue = v.object({ ...Id.entries, ...Value, VersionStages: v.optional(v.array(v.string())) })
const CreateSecret = v.object({ Name: v.string(), Description: Text, ...Value })
const UpdateStage = v.object({
  ...Id.entries,
  VersionStage: v.string(),
  MoveToVersionId: Text,
  RemoveFromVersionId: Text,
})
const ListVersions = v.object({ ...Id.entries, IncludeDeprecated: v.optional(v.boolean(), false) })

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
        perform(operation, JSON.parse(body.toString() || '{}'), { store, arnOf: options.arnOf }),
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

interface Service {
  readonly store: SecretStore
  readonly arnOf: (name: string) => string
}

function perform(operation: string, input: unknown, { store, arnOf }: Service): object {
  switch (operation) {
    case 'GetSecretValue': {
      const { SecretId, VersionId, VersionStage } = read(GetSecretValue, input)
      const secret = store.find(SecretId)
      const version = store.version(secret, { id: VersionId, stage: VersionStage })
      return {
        ...versionReference(secret, version),
        ...valueOf(version),
        CreatedDate: seconds(version.createdAtMs),
      }
    }
    case 'PutSecretValue': {
      const { SecretId, VersionStages, ...value } = read(PutSecretValue, input)
      const secret = store.find(SecretId)
      return versionReference(secret, store.put(secret, { ...newVersion(value), stages: VersionStages }))
    }
    case 'CreateSecret': {
      const { Name, Description = '', ...value } = read(CreateSecret, input)
      const secret = store.create({ name: Name, arn: arnOf(Name), description: Description })
      if (value.SecretString === undefined && value.SecretBinary === undefined)
        return { ARN: secret.arn, Name }
      const { VersionId } = versionReference(secret, store.put(secret, newVersion(value)))
      return { ARN: secret.arn, Name, VersionId }
    }
    case 'DescribeSecret': {
      const secret = store.find(read(Id, input).SecretId)
      const stages = [...secret.versions.values()].filter((version) => version.stages.size > 0)
      return {
        ...reference(secret),
        Description: secret.description,
        CreatedDate: seconds(secret.createdAtMs),
        LastChangedDate: seconds(secret.changedAtMs),
        VersionIdsToStages: Object.fromEntries(stages.map((version) => [version.id, [...version.stages]])),
      }
    }
    case 'ListSecretVersionIds': {
      const { SecretId, IncludeDeprecated } = read(ListVersions, input)
      const secret = store.find(SecretId)
      const listed = [...secret.versions.values()].filter(
        (version) => IncludeDeprecated || version.stages.size > 0,
      )
      const Versions = listed.map((version) => ({
        VersionId: version.id,
        VersionStages: [...version.stages],
        CreatedDate: seconds(version.createdAtMs),
      }))
      return { ...reference(secret), Versions }
    }
    case 'UpdateSecretVersionStage': {
      const { SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId } = read(UpdateStage, input)
      const secret = store.find(SecretId)
      store.moveStage(secret, {
        stage: VersionStage,
        moveTo: MoveToVersionId,
        removeFrom: RemoveFromVersionId,
      })
      return reference(secret)
    }
    default:
      throw new SecretsManagerError(
        'UnknownOperationException',
        `the local Secrets Manager does not know ${operation}`,
      )
  }
}

function newVersion(value: {
  ClientRequestToken: string
  SecretString?: string | undefined
  SecretBinary?: string | undefined
}) {
  return {
    token: value.ClientRequestToken,
    secretString: value.SecretString,
    secretBinary: value.SecretBinary,
  }
}

function reference({ arn, name }: Secret): { readonly ARN: string; readonly Name: string } {
  return { ARN: arn, Name: name }
}

function versionReference(secret: Secret, version: SecretVersion) {
  return { ...reference(secret), VersionId: version.id, VersionStages: [...version.stages] }
}

function valueOf({ secretString, secretBinary }: SecretVersion): object {
  return secretString === undefined ? { SecretBinary: secretBinary } : { SecretString: secretString }
}

function seconds(ms: number): number {
  return ms / 1000
}

function read<const Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input)
  if (!result.success) {
    const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'request'}: ${issue.message}`)
    throw new SecretsManagerError(
      'ValidationException',
      `${problems.length} validation error detected: ${problems.join('; ')}`,
    )
  }
  return result.output
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  })
  response.end(JSON.stringify(body))
}
