import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type SecretsManagerServer, startSecretsManager } from '#local/cloud/secrets-manager.ts'

const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-LocaL`
let server: SecretsManagerServer
let client: SecretsManagerClient
let count = 0
let name = ''

beforeAll(async () => {
  server = await startSecretsManager({ arnOf })
  client = new SecretsManagerClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
})
beforeEach(() => {
  server.setFault('none')
  name = `secret-${++count}`
  server.createShell({ name, arn: arnOf(name) })
})
afterAll(async () => {
  client.destroy()
  await server.stop()
})

const put = (SecretString: string, more: object = {}) =>
  client.send(new PutSecretValueCommand({ SecretId: name, SecretString, ...more }))
const get = (more: object = {}) => client.send(new GetSecretValueCommand({ SecretId: name, ...more }))

describe('the local Secrets Manager', () => {
  it('answers for a shell without value as the service does', async () => {
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    })
  })

  it('answers for a secret that does not exist as the service does', async () => {
    await expect(get({ SecretId: 'nobody' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
      $metadata: { httpStatusCode: 400 },
    })
  })

  it('gives the current value by name, ARN and ARN without suffix', async () => {
    const { VersionId } = await put('one')
    for (const SecretId of [name, arnOf(name), arnOf(name).replace(/-LocaL$/, '')]) {
      expect(await get({ SecretId })).toMatchObject({
        SecretString: 'one',
        ARN: arnOf(name),
        VersionId,
        VersionStages: ['AWSCURRENT'],
      })
    }
  })

  it('moves AWSPREVIOUS behind AWSCURRENT with each new version', async () => {
    await put('one')
    await put('two')
    await put('three')
    expect((await get()).SecretString).toBe('three')
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('two')
    const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId: name }))
    expect(Versions.map((version) => version.VersionStages)).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']])
  })

  it('keeps a pending version apart until its label is moved', async () => {
    const { VersionId: current = '' } = await put('one')
    const { VersionId: pending = '' } = await put('two', { VersionStages: ['AWSPENDING'] })
    expect((await get()).SecretString).toBe('one')
    expect((await get({ VersionId: pending })).SecretString).toBe('two')
    const move = { SecretId: name, VersionStage: 'AWSCURRENT', MoveToVersionId: pending }
    await expect(client.send(new UpdateSecretVersionStageCommand(move))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
    await client.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: current }))
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: name }))
    expect(VersionIdsToStages).toEqual({
      [current]: ['AWSPREVIOUS'],
      [pending]: ['AWSPENDING', 'AWSCURRENT'],
    })
  })

  it('takes a repeated token once and refuses it with another value', async () => {
    const ClientRequestToken = '11111111-1111-4111-8111-111111111111'
    await put('one', { ClientRequestToken })
    await put('one', { ClientRequestToken })
    await expect(put('two', { ClientRequestToken })).rejects.toMatchObject({
      name: 'ResourceExistsException',
    })
    expect((await get()).SecretString).toBe('one')
  })

  it('creates secrets, with and without a value, and refuses a name twice', async () => {
    const created = await client.send(new CreateSecretCommand({ Name: `${name}-new`, SecretString: 'v' }))
    expect(created.ARN).toBe(arnOf(`${name}-new`))
    expect((await get({ SecretId: `${name}-new` })).SecretString).toBe('v')
    await expect(client.send(new CreateSecretCommand({ Name: `${name}-new` }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    })
  })

  it('keeps binary values', async () => {
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretBinary: Uint8Array.of(0, 255, 7) }))
    expect([...((await get()).SecretBinary ?? [])]).toEqual([0, 255, 7])
  })

  it('refuses a value above 64 KiB', async () => {
    await expect(put('x'.repeat(65_537))).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('throttles and drops connections on command', async () => {
    await put('one')
    server.setFault('throttled')
    await expect(get()).rejects.toMatchObject({ name: 'ThrottlingException' })
    server.setFault('down')
    await expect(get()).rejects.toMatchObject({ code: 'ECONNRESET' })
    server.setFault('none')
    expect((await get()).SecretString).toBe('one')
  })
})
