/** Whoever writes the platform keys writes under the version that was read: of two writers none loses what the other wrote. */
import { randomUUID } from 'node:crypto'
import {
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSecretsManager } from '#local/cloud/secrets-manager.ts'
import type { SecretsManagerServer } from '#local/cloud/secrets-manager.ts'
import { createSecretsManagerClient } from '#shared/aws/clients.ts'
import { AppError } from '#shared/errors.ts'
import { createPlatformKeysSecret } from '#shared/secrets/platform-keys-secret.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'

const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`
const record = (name: string): PlatformKeyRecord => ({
  serial: `PUB_KEY_ID_${name}`,
  kind: 'public_key',
  pem: '-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n',
})

let server: SecretsManagerServer
const clients: SecretsManagerClient[] = []
beforeAll(async () => {
  server = await startSecretsManager({ arnOf })
})
afterAll(async () => {
  for (const client of clients) client.destroy()
  await server.stop()
})

function newClient(): SecretsManagerClient {
  const client = createSecretsManagerClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  clients.push(client)
  return client
}

function shell(): string {
  const name = `secret-${randomUUID()}`
  server.createShell({ name, arn: arnOf(name) })
  return name
}

/** A writer whose next command of that name waits until something else has happened. */
function writer(
  secretId: string,
  first?: { readonly before: string; readonly happens: () => Promise<unknown> },
) {
  const client = newClient()
  let due = first
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const now = due?.before === context.commandName ? due : undefined
      if (now !== undefined) due = undefined
      await now?.happens()
      return next(args)
    },
    { step: 'initialize', name: 'happens' },
  )
  return createPlatformKeysSecret({ client, secretId })
}

const namesOf = async (secretId: string) =>
  (await writer(secretId).load()).map(({ serial }) => serial.replace('PUB_KEY_ID_', '')).toSorted()

/** Reads, adds a key, writes; from the start when another writer was faster. */
async function add(secret: ReturnType<typeof writer>, name: string): Promise<number> {
  const known = await secret.load()
  try {
    await secret.save([...known, record(name)])
    return 1
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'storage_conflict')) throw error
    return 1 + (await add(secret, name))
  }
}

describe('of two writers of the platform keys', () => {
  it.each([
    ['PutSecretValueCommand', 'an empty secret', []],
    ['PutSecretValueCommand', 'one with a key', ['OLD']],
    ['UpdateSecretVersionStageCommand', 'one with a key', ['OLD']],
  ])('none loses a key that the other writes before its %s of %s', async (before, _, stored) => {
    const secretId = shell()
    for (const name of stored) await add(writer(secretId), name)
    const happens = () => add(writer(secretId), 'OTHER')
    expect(await add(writer(secretId, { before, happens }), 'OWN')).toBe(2)
    expect(await namesOf(secretId)).toEqual([...stored, 'OTHER', 'OWN'].toSorted())
  })

  it('none loses a key when many write at once', async () => {
    const secretId = shell()
    const names = ['A', 'B', 'C', 'D', 'E']
    await Promise.all(names.map((name) => add(writer(secretId), name)))
    expect(await namesOf(secretId)).toEqual(names)
  })

  it('none takes back what the operator enters by other means', async () => {
    const secretId = shell()
    await add(writer(secretId), 'OLD')
    const SecretString = JSON.stringify({ keys: [record('OLD'), record('ENTERED')] })
    const enter = () => newClient().send(new PutSecretValueCommand({ SecretId: secretId, SecretString }))
    const own = writer(secretId, { before: 'UpdateSecretVersionStageCommand', happens: enter })
    expect(await add(own, 'OWN')).toBe(2)
    expect(await namesOf(secretId)).toEqual(['ENTERED', 'OLD', 'OWN'])
  })
})

/** A client that, once, does what a command says and then meets an error all the same. */
function clientThatMeets(error: Error, after: string) {
  const client = newClient()
  let armed = true
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args)
      if (!armed || context.commandName !== after) return answer
      armed = false
      throw error
    },
    { step: 'finalizeRequest', priority: 'low', name: 'meets' },
  )
  return { client, met: () => !armed }
}

describe('a write whose answer was lost', () => {
  const lost = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })
  /** What the service may say to the repeat: the label is no longer where it was to be taken from. */
  const moved = new InvalidParameterException({ message: 'moved', $metadata: {} })
  it.each([
    ['PutSecretValueCommand', lost],
    ['UpdateSecretVersionStageCommand', lost],
    ['UpdateSecretVersionStageCommand', moved],
  ] as const)('by %s is known as our own: %s', async (command, error) => {
    const secretId = shell()
    await add(writer(secretId), 'OLD')
    const { client, met } = clientThatMeets(error, command)
    expect(await add(createPlatformKeysSecret({ client, secretId }), 'OWN')).toBe(1)
    expect([met(), await namesOf(secretId)]).toEqual([true, ['OLD', 'OWN']])
  })
})

describe('a version that was rolled back by the operator', () => {
  it('is put in force again by the same content over the same basis', async () => {
    const secretId = shell()
    const secret = writer(secretId)
    await add(secret, 'OLD')
    const operator = newClient()
    const current = async () =>
      (await operator.send(new GetSecretValueCommand({ SecretId: secretId }))).VersionId
    const old = await current()
    await add(secret, 'OWN')
    const own = await current()
    const back = { VersionStage: 'AWSCURRENT', MoveToVersionId: old, RemoveFromVersionId: own }
    await operator.send(new UpdateSecretVersionStageCommand({ SecretId: secretId, ...back }))
    expect(await namesOf(secretId)).toEqual(['OLD'])
    expect(await add(secret, 'OWN')).toBe(1)
    expect(await namesOf(secretId)).toEqual(['OLD', 'OWN'])
  })
})
