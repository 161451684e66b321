import { randomUUID } from 'node:crypto'
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSecretsManager } from '#local/cloud/secrets-manager.ts'
import type { SecretsManagerServer } from '#local/cloud/secrets-manager.ts'
import { createSecretsManagerClient } from '#shared/aws/clients.ts'
import { createPlatformKeysSecret } from '#shared/secrets/platform-keys-secret.ts'
import { createSecretSource } from '#shared/secrets/secret-source.ts'
import { parseApiV3Keys } from '#shared/secrets/secret-keys.ts'
import { AWS_ATTEMPTS } from '#shared/time-limits.ts'
import { captureLog } from '#test/aws/captured-log.ts'

const KEY = 'canary0123456789canary0123456789'
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`

let server: SecretsManagerServer
let client: ReturnType<typeof createSecretsManagerClient>
beforeAll(async () => {
  server = await startSecretsManager({ arnOf })
  client = createSecretsManagerClient({ endpoint: server.endpoint, region: 'us-east-1', credentials })
})
afterAll(async () => {
  client.destroy()
  await server.stop()
})

function shell(): string {
  const name = `secret-${randomUUID()}`
  server.createShell({ name, arn: arnOf(name) })
  return name
}

const fill = (secretId: string, text: string) =>
  client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: text }))
const reads = () => server.requests.get('GetSecretValue') ?? 0

function source(secretId: string) {
  const state = { now: 0 }
  const log = captureLog()
  const keys = createSecretSource({
    client,
    secretId,
    purpose: 'apiv3-key',
    parse: parseApiV3Keys,
    clock: { now: () => state.now },
    logger: log.logger,
    random: () => 0.5,
  })
  return { keys, state, lines: log.lines }
}

describe('a secret source', () => {
  it('reads and parses once for many calls', async () => {
    const secretId = shell()
    await fill(secretId, JSON.stringify({ current: KEY }))
    const { keys } = source(secretId)
    const before = reads()
    const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => keys.get()))
    expect(first).toHaveLength(1)
    for (const other of others) expect(other).toBe(first)
    expect(reads()).toBe(before + 1)
  })

  it.each([
    ['has no value', undefined, 'the apiv3-key secret has no value yet: fill it (see the README)'],
    ['is not JSON', KEY, 'the apiv3-key secret cannot be used: it must be JSON and is not'],
    [
      'lacks a field',
      JSON.stringify({ wrong: KEY }),
      'the apiv3-key secret cannot be used: current is missing',
    ],
    [
      'has a malformed field',
      JSON.stringify({ current: `${KEY}x` }),
      'the apiv3-key secret cannot be used: current: the APIv3 key must have exactly 32 ASCII characters and has 33 bytes',
    ],
  ])('fails where the secret %s, without showing anything of it', async (_what, text, message) => {
    const secretId = shell()
    if (text !== undefined) await fill(secretId, text)
    const { keys, lines } = source(secretId)
    const error = await keys.get().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'key_unavailable', message })
    expect(allTextOf(error) + JSON.stringify(lines)).not.toContain('canary')
  })

  it('goes on with the last good value while the service is down or the secret broken, and says so in the log', async () => {
    const secretId = shell()
    await fill(secretId, JSON.stringify({ current: KEY }))
    const { keys, state, lines } = source(secretId)
    const good = await keys.get()
    server.setFault('down')
    state.now += 20 * 60_000
    expect(await keys.get()).toBe(good)
    expect(lines).toMatchObject([
      { level: 'warn', code: 'SECRET_STALE', secret: 'apiv3-key', error_code: 'key_unavailable' },
    ])
    server.setFault('none')
    await fill(secretId, `{"current":"${KEY}"`)
    state.now += 30_000
    expect(await keys.get()).toBe(good)
    expect(lines).toHaveLength(2)
    expect(JSON.stringify(lines)).not.toContain('canary')
    await fill(secretId, JSON.stringify({ current: 'n'.repeat(32), previous: KEY }))
    state.now += 30_000
    expect(await keys.get()).toHaveLength(2)
  })

  it('goes on for 24 hours, and no longer, trying again every 30 s', async () => {
    const secretId = shell()
    await fill(secretId, JSON.stringify({ current: KEY }))
    const { keys, state, lines } = source(secretId)
    const good = await keys.get()
    server.setFault('throttled')
    const day = 24 * 60 * 60_000
    for (const [ms, tries] of [
      [day - 30_000, 1],
      [day - 1, 1],
      [day, 2],
    ] as const) {
      state.now = ms
      expect(await keys.get()).toBe(good)
      expect(lines).toHaveLength(tries)
    }
    state.now = day + 1
    await expect(keys.get()).rejects.toMatchObject({ code: 'key_unavailable' })
    server.setFault('none')
    state.now = day + 30_000
    expect(await keys.get()).toHaveLength(1)
  })

  it('does not reach for a service that is down with every call', async () => {
    const { keys } = source(shell())
    server.setFault('down')
    const before = reads()
    for (let call = 0; call < 20; call += 1) {
      await expect(keys.get()).rejects.toMatchObject({
        code: 'key_unavailable',
        message: expect.stringContaining('cannot be read'),
      })
    }
    server.setFault('none')
    // One call, with its attempts.
    expect(reads() - before).toBeLessThanOrEqual(AWS_ATTEMPTS)
  })
})

describe('the platform-keys secret', () => {
  const record = (serial: string) => ({
    serial,
    kind: 'public_key' as const,
    pem: '-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n',
  })

  it('starts empty, is filled, and reads what was written', async () => {
    const secret = createPlatformKeysSecret({ client, secretId: shell() })
    expect(await secret.load()).toEqual([])
    await secret.save([record('PUB_KEY_ID_1')])
    expect(await secret.load()).toEqual([record('PUB_KEY_ID_1')])
    await secret.save([record('PUB_KEY_ID_2')])
    await secret.save([record('PUB_KEY_ID_1')])
    expect(await secret.load()).toEqual([record('PUB_KEY_ID_1')])
  })

  it('does not overwrite what was changed since it was read', async () => {
    const secretId = shell()
    const secret = createPlatformKeysSecret({ client, secretId })
    await secret.load()
    await fill(secretId, JSON.stringify({ keys: [record('PUB_KEY_ID_OPERATOR')] }))
    await expect(secret.save([record('AB')])).rejects.toMatchObject({ code: 'storage_conflict' })
    expect(await secret.load()).toEqual([record('PUB_KEY_ID_OPERATOR')])
  })

  it('refuses a secret that it cannot read rather than to replace it', async () => {
    const secretId = shell()
    await fill(secretId, '{"keys":[{"serial":"canary","kind":"certificate"}]}')
    const error = await createPlatformKeysSecret({ client, secretId })
      .load()
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'key_unavailable',
      message: expect.stringContaining('keys.0.pem is missing'),
    })
    expect(allTextOf(error)).not.toContain('canary')
  })

  it('writes the same content over the same version once', async () => {
    const secretId = shell()
    const [one, other] = [1, 2].map(() => createPlatformKeysSecret({ client, secretId }))
    await Promise.all([one!.load(), other!.load()])
    const saves = await Promise.allSettled([one!.save([record('AB')]), other!.save([record('AB')])])
    expect(saves.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0)
    expect(await one!.load()).toEqual([record('AB')])
  })

  it('reports that it cannot be written', async () => {
    const secret = createPlatformKeysSecret({ client, secretId: 'absent' })
    expect(await secret.load()).toEqual([])
    await expect(secret.save([record('AB')])).rejects.toMatchObject({
      code: 'key_unavailable',
      message: expect.stringContaining('written'),
    })
  })
})

/** Message, stack and causes, as far down as they go. */
function allTextOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.message}${error.stack}${allTextOf(error.cause)}`
}
