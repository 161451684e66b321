import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type SecretsManagerServer, startSecretsManager } from '#local/cloud/secrets-manager.ts'

const DAY_MS = 86_400_000
const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-LocaL`
let now = Date.UTC(2026, 0, 1)
let server: SecretsManagerServer
let client: SecretsManagerClient
let count = 0
let SecretId = ''

beforeAll(async () => {
  server = await startSecretsManager({ arnOf, clock: { now: () => now } })
  client = new SecretsManagerClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
})
beforeEach(async () => {
  SecretId = `group-${++count}/secret`
  await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'value' }))
})
afterAll(async () => {
  client.destroy()
  await server.stop()
})

const get = () => client.send(new GetSecretValueCommand({ SecretId }))
const describeSecret = () => client.send(new DescribeSecretCommand({ SecretId }))
const remove = (more: object = {}) => client.send(new DeleteSecretCommand({ SecretId, ...more }))
const listed = async (more: object = {}) => {
  const Filters = [{ Key: 'name' as const, Values: [SecretId.split('/')[0] ?? ''] }]
  const { SecretList = [] } = await client.send(new ListSecretsCommand({ Filters, ...more }))
  return SecretList.map(({ Name }) => Name)
}

describe('a secret that is to be deleted', () => {
  it('can be looked at but not used, and is restored whole', async () => {
    const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 })
    expect(DeletionDate).toEqual(new Date(now + 7 * DAY_MS))
    const refused = {
      name: 'InvalidRequestException',
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    }
    await expect(get()).rejects.toMatchObject(refused)
    await expect(
      client.send(new PutSecretValueCommand({ SecretId, SecretString: 'new' })),
    ).rejects.toMatchObject(refused)
    await expect(remove()).rejects.toMatchObject(refused)
    await expect(client.send(new CreateSecretCommand({ Name: SecretId }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringContaining('already scheduled for deletion'),
    })
    expect((await describeSecret()).DeletedDate).toEqual(DeletionDate)
    expect([await listed(), await listed({ IncludePlannedDeletion: true })]).toEqual([[], [SecretId]])

    await client.send(new RestoreSecretCommand({ SecretId }))
    expect((await get()).SecretString).toBe('value')
    expect((await describeSecret()).DeletedDate).toBeUndefined()
  })

  it('is gone when its time is over, thirty days if none was said', async () => {
    await remove()
    now += 30 * DAY_MS - 1
    expect((await describeSecret()).Name).toBe(SecretId)
    now += 1
    await expect(client.send(new RestoreSecretCommand({ SecretId }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    await client.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'another' }))
    expect((await get()).SecretString).toBe('another')
  })

  it('is gone at once when forced, planned or not, and a repeat of that succeeds', async () => {
    await remove()
    await remove({ ForceDeleteWithoutRecovery: true })
    await expect(describeSecret()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    expect(await remove({ ForceDeleteWithoutRecovery: true })).toMatchObject({ Name: SecretId })
    await expect(remove()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it.each([
    [{ RecoveryWindowInDays: 6 }, /between 7 and 30 days/],
    [{ RecoveryWindowInDays: 31 }, /between 7 and 30 days/],
    [{ RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }, /in conjunction with/],
  ])('is refused %j', async (how, message) => {
    await expect(remove(how)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    })
    expect((await get()).SecretString).toBe('value')
  })
})

describe('many secrets', () => {
  it('are listed page by page, by prefix and tag, in both orders', async () => {
    const group = SecretId.split('/')[0] ?? ''
    const Tags = [{ Key: 'stage', Value: 'dev' }]
    for (const name of ['b', 'c'])
      await client.send(
        new CreateSecretCommand({ Name: `${group}/${name}`, Description: `the ${name}`, Tags }),
      )
    expect(await listed()).toEqual([SecretId, `${group}/b`, `${group}/c`])
    expect(await listed({ SortOrder: 'desc', MaxResults: 2 })).toEqual([`${group}/c`, `${group}/b`])
    const Filters = [{ Key: 'name' as const, Values: [group] }]
    const first = await client.send(new ListSecretsCommand({ Filters, MaxResults: 2 }))
    const { SecretList = [], NextToken } = await client.send(
      new ListSecretsCommand({ Filters, MaxResults: 2, NextToken: first.NextToken }),
    )
    expect([SecretList, NextToken]).toEqual([
      [expect.objectContaining({ Name: `${group}/c`, Description: 'the c', Tags })],
      undefined,
    ])
    const tagged = [...Filters, { Key: 'tag-value' as const, Values: ['dev'] }]
    expect(await listed({ Filters: tagged })).toEqual([`${group}/b`, `${group}/c`])
    expect(await listed({ Filters: [...Filters, { Key: 'description', Values: ['!THE B'] }] })).toEqual([
      SecretId,
      `${group}/c`,
    ])
    expect(await listed({ Filters: [...Filters, { Key: 'all', Values: ['the c'] }] })).toEqual([`${group}/c`])
  })

  it('are tagged and untagged', async () => {
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]
    await client.send(new TagResourceCommand({ SecretId, Tags }))
    await client.send(new UntagResourceCommand({ SecretId, TagKeys: ['a'] }))
    expect((await describeSecret()).Tags).toEqual([{ Key: 'b', Value: '2' }])
  })

  it('are read in one call, each failure beside what succeeded', async () => {
    const { SecretValues, Errors } = await client.send(
      new BatchGetSecretValueCommand({ SecretIdList: [arnOf(SecretId), 'nobody'] }),
    )
    expect(SecretValues).toEqual([expect.objectContaining({ Name: SecretId, SecretString: 'value' })])
    expect(Errors).toEqual([
      {
        SecretId: 'nobody',
        ErrorCode: 'ResourceNotFoundException',
        Message: "Secrets Manager can't find the specified secret.",
      },
    ])
    const Filters = [{ Key: 'name' as const, Values: [SecretId] }]
    expect((await client.send(new BatchGetSecretValueCommand({ Filters }))).SecretValues).toHaveLength(1)
    await expect(client.send(new BatchGetSecretValueCommand({}))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    })
  })
})
