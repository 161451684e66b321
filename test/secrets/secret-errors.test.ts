import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { createPlatformKeysSecret } from '#shared/secrets/platform-keys-secret.ts'
import { createSecretSource } from '#shared/secrets/secret-source.ts'
import { captureLog } from '#test/aws/captured-log.ts'
import { CANARY, expectedLine, lineOf, refusalOf, sdkError, titled } from '#test/support/sdk-errors.ts'
import type { SdkFailure } from '#test/support/sdk-errors.ts'

const client = new SecretsManagerClient({ region: 'us-east-1' })
const mock = mockClient(client)
beforeEach(() => mock.reset())

const FAILURES: readonly SdkFailure[] = [
  { name: 'ThrottlingException', status: 400 },
  { name: 'InternalServiceError', status: 500 },
  { name: 'DecryptionFailure', status: 400 },
  { name: 'InvalidRequestException', status: 400 },
  { name: 'AccessDeniedException', status: 400, denied: 'secretsmanager:GetSecretValue' },
  { name: 'AccessDeniedException', status: 400, denied: 'kms:Decrypt' },
  { name: 'KMSInvalidStateException', status: 400 },
  { name: 'KMSAccessDeniedException', status: 400 },
  { name: 'KMSDisabledException', status: 400 },
  { name: 'ExpiredTokenException', status: 400 },
  { name: 'UnrecognizedClientException', status: 400 },
]
const WRITE_FAILURES: readonly SdkFailure[] = [
  ...FAILURES,
  { name: 'EncryptionFailure', status: 400 },
  { name: 'LimitExceededException', status: 400 },
  { name: 'ResourceNotFoundException', status: 400 },
]

function source() {
  const time = { now: 0 }
  const { logger, lines } = captureLog()
  const secret = createSecretSource({
    client,
    secretId: 'id',
    purpose: 'merchant-signing',
    parse: (text) => text,
    clock: { now: () => time.now },
    logger,
    random: () => 0.5,
  })
  return { secret, time, lines }
}

const reads = () => mock.commandCalls(GetSecretValueCommand).length
const fails = (failure: SdkFailure) =>
  mock.on(GetSecretValueCommand).rejects(sdkError(SecretsManagerServiceException, failure))

describe.each(titled(FAILURES))('%s', (_, failure) => {
  const told = `the merchant-signing secret cannot be read: ${failure.name}`

  it('without a value to go on with says that keys are not available, why, and reads again after a second', async () => {
    fails(failure)
    const { secret, time } = source()
    const error = await refusalOf(secret.get())
    expect(error).toMatchObject({ code: 'key_unavailable', message: told })
    const line = lineOf(error)
    expect(line).toMatchObject({ error_code: 'key_unavailable', reason: told, ...expectedLine(failure) })
    expect(JSON.stringify(line)).not.toContain(CANARY)
    await refusalOf(secret.get())
    expect(reads()).toBe(1)
    time.now += 1000
    await refusalOf(secret.get())
    expect(reads()).toBe(2)
  })

  it('with a value goes on with that, says why in the log, and reads again after half a minute', async () => {
    mock.on(GetSecretValueCommand).resolvesOnce({ SecretString: CANARY, VersionId: 'v' })
    const { secret, time, lines } = source()
    await secret.get()
    fails(failure)
    time.now += 20 * 60_000
    expect([await secret.get(), await secret.get()]).toEqual([CANARY, CANARY])
    expect(lines).toMatchObject([
      {
        level: 'warn',
        code: 'SECRET_STALE',
        secret: 'merchant-signing',
        error_code: 'key_unavailable',
        reason: told,
        ...expectedLine(failure),
      },
    ])
    expect(JSON.stringify(lines)).not.toContain(CANARY)
    time.now += 30_000
    await secret.get()
    expect(lines).toHaveLength(2)
  })

  it('stops a rotation before it can write', async () => {
    fails(failure)
    const secret = createPlatformKeysSecret({ client, secretId: 'id' })
    expect(await refusalOf(secret.load())).toMatchObject({ code: 'key_unavailable' })
    expect(mock.commandCalls(PutSecretValueCommand)).toEqual([])
  })
})

describe('a rotation that cannot write', () => {
  const commands = [PutSecretValueCommand, UpdateSecretVersionStageCommand]
  const cases = commands.flatMap((command) =>
    titled(WRITE_FAILURES).map(
      ([title, failure]) => [`${title} of ${command.name}`, command, failure] as const,
    ),
  )
  it.each(cases)('fails and names %s', async (_, command, failure) => {
    mock.on(GetSecretValueCommand).resolves({ SecretString: '{"keys":[]}', VersionId: 'v' })
    mock.on(PutSecretValueCommand).resolves({ VersionId: 'w', VersionStages: ['CANDIDATE'] })
    mock
      .on(command as typeof PutSecretValueCommand)
      .rejects(sdkError(SecretsManagerServiceException, failure))
    const secret = createPlatformKeysSecret({ client, secretId: 'id' })
    await secret.load()
    const error = await refusalOf(secret.save([{ serial: 'AB', kind: 'certificate', pem: CANARY }]))
    const reason = `the platform-keys secret cannot be written: ${failure.name}`
    expect(error).toMatchObject({ code: 'key_unavailable', message: reason })
    const line = lineOf(error)
    expect(line).toMatchObject({ error_code: 'key_unavailable', reason, ...expectedLine(failure) })
    expect(JSON.stringify(line)).not.toContain(CANARY)
  })
})
