/** `wxpay keys rotate` */
import type { Command } from 'commander'
import { createSqsKeyRefresh } from '#shared/aws/sqs-key-refresh.ts'
import { createPlatformKeysSecret } from '#shared/secrets/platform-keys-secret.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { fire } from '#cli/stack/local-levers.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show, table } from '#cli/terminal/output.ts'
import { createMutedLogger } from '#cli/stack/muted-logger.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

export async function rotateKeys(world: World, command: Command): Promise<void> {
  const options = readOptions(command, {})
  await withStack(world, options, async (stack) => {
    await confirm(world, `refresh the platform keys of the stack ${stack.name}`, options)
    const secret = () =>
      createPlatformKeysSecret({
        client: stack.secretsManager,
        secretId: stack.secrets.platform_keys,
      }).load()
    const before = stack.local === undefined ? [] : await secret()
    const finished = await refresh(world, stack)
    const after = finished ? await secret() : before
    const text = finished ? `done\n\n${keyTable(before, after)}` : REQUESTED
    const known = after.map(({ serial, kind }) => ({ serial, kind }))
    show(world, { json: { finished, keys: known }, text }, options.json)
  })
}

const REQUESTED =
  'requested: rotate-certs runs within a minute. Its log says PLATFORM_KEYS_CHANGED when the set changed; wxpay doctor shows the keys.'

/** @returns whether the refresh is over already. */
async function refresh(world: World, stack: StackAccess): Promise<boolean> {
  if (stack.local !== undefined) {
    world.terminal.err('running rotate-certs of the local stack\n')
    await fire(stack.local, 'rotate-certs')
    return true
  }
  let failed = false
  await createSqsKeyRefresh({
    client: stack.sqs,
    queueUrl: stack.queues.key_refresh,
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

function keyTable(before: readonly PlatformKeyRecord[], after: readonly PlatformKeyRecord[]): string {
  const serials = new Set(before.map(({ serial }) => serial))
  const kept = new Set(after.map(({ serial }) => serial))
  const rows = [
    ...after.map(({ serial, kind }) => [serial, kind, serials.has(serial) ? 'kept' : 'NEW']),
    ...before.filter(({ serial }) => !kept.has(serial)).map(({ serial, kind }) => [serial, kind, 'REMOVED']),
  ]
  return table(['SERIAL', 'KIND', ''], rows)
}
