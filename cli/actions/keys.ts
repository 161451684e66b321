/** `wxpay keys rotate` */
import type { Command } from 'commander'
import { createSqsKeyRefresh } from '#shared/aws/sqs-key-refresh.ts'
import { createPlatformKeysSecret } from '#shared/secrets/platform-keys-secret.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { dumpKeys } from '#cli/explain/certificate-dump.ts'
import type { KeyDump } from '#cli/explain/certificate-dump.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { fire } from '#cli/stack/local-levers.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show, table } from '#cli/terminal/output.ts'
import { createMutedLogger } from '#cli/stack/muted-logger.ts'
import { withWechat } from '#cli/stack/accounts.ts'
import { type WechatStack, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

export async function rotateKeys(world: World, command: Command): Promise<void> {
  const options = readOptions(command, {})
  await withStack(world, options, async (opened) => {
    const stack = withWechat(opened)
    await confirm(world, `refresh the platform keys of the stack ${stack.name}`, options)
    const secret = () =>
      createPlatformKeysSecret({
        client: stack.secretsManager,
        secretId: stack.secrets.platform_keys,
      }).load()
    const before = stack.local === undefined ? [] : await secret()
    const finished = await refresh(world, stack)
    const after = finished ? await secret() : before
    const now = world.clock.now()
    const text = finished ? `done\n\n${keyTable(before, after, now)}` : REQUESTED
    const known = after.map((record) => ({
      serial: record.serial,
      kind: record.kind,
      algorithm: algorithmOf(record, now),
    }))
    show(world, { json: { finished, keys: known }, text }, options.json)
  })
}

const REQUESTED =
  'requested: rotate-certs runs within a minute. Its log says PLATFORM_KEYS_CHANGED when the set changed; wxpay doctor shows the keys.'

/** @returns whether the refresh is over already. */
async function refresh(world: World, stack: WechatStack): Promise<boolean> {
  if (stack.local !== undefined) {
    world.terminal.err('running rotate-certs of the local stack\n')
    await fire(stack.local, 'rotate-certs')
    return true
  }
  let failed = false
  await createSqsKeyRefresh({
    client: stack.sqs,
    queueUrl: stack.keyRefreshUrl,
    clock: world.clock,
    logger: createMutedLogger(() => {
      failed = true
    }),
  }).request()
  if (!failed) return false
  throw new CliError(
    'failed',
    'the key-refresh queue did not take the request',
    'check that the credentials may sqs:SendMessage on it, and repeat the command',
  )
}

function keyTable(
  before: readonly PlatformKeyRecord[],
  after: readonly PlatformKeyRecord[],
  now: number,
): string {
  const serials = new Set(before.map(({ serial }) => serial))
  const kept = new Set(after.map(({ serial }) => serial))
  const row = (record: PlatformKeyRecord, became: string) => {
    const { serial, kind } = record
    return [serial, kind, algorithmOf(record, now), became]
  }
  const rows = [
    ...after.map((record) => row(record, serials.has(record.serial) ? 'kept' : 'NEW')),
    ...before.filter(({ serial }) => !kept.has(serial)).map((record) => row(record, 'REMOVED')),
  ]
  return table(['SERIAL', 'KIND', 'ALGORITHM', ''], rows)
}

/** Also of a key that nobody can use: what is stored has to be shown. */
function algorithmOf({ pem }: PlatformKeyRecord, now: number): KeyDump['algorithm'] {
  try {
    return dumpKeys(pem, 'platform-keys', now)[0]?.algorithm ?? 'other'
  } catch {
    return 'other'
  }
}
