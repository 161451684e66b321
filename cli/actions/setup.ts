/** `wxpay setup`: takes the merchant's keys, checks that they belong together, and writes the secrets. */
import type { Command } from 'commander'
import * as v from 'valibot'
import { type Check, checksText, isDeniedDetail, requireNoFailure, warn } from '#cli/stack/check.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { type GlobalOptions, readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { checkSecrets } from '#cli/stack/secret-checks.ts'
import { readSetupInputs, SetupOptions } from '#cli/setup/setup-inputs.ts'
import { planSetup, type SecretChange } from '#cli/setup/setup-plan.ts'
import { withWechat } from '#cli/stack/accounts.ts'
import { type WechatStack, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const Entries = { ...SetupOptions, check: v.optional(v.boolean(), false) }

export async function setUp(world: World, command: Command): Promise<void> {
  const { check, ...options } = readOptions(command, Entries)
  await withStack(world, options, (opened) => {
    const stack = withWechat(opened)
    return check ? verifyOnly(world, stack, options.json) : enter(world, stack, options)
  })
}

async function verifyOnly(world: World, stack: WechatStack, asJson: boolean): Promise<void> {
  const checks = await checkSecrets(stack, world.clock.now())
  show(world, { json: { stack: stack.name, checks }, text: checksText(checks) }, asJson)
  requireNoFailure(checks)
}

async function enter(world: World, stack: WechatStack, options: SetupOptions & GlobalOptions): Promise<void> {
  world.terminal.err(`keys of the merchant ${stack.mchid} for the stack ${stack.name}\n`)
  const changes = await planSetup(stack, await readSetupInputs(world, stack.mchid, options))
  if (changes.length > 0) {
    await confirm(world, `change the stack ${stack.name}:\n${changes.map(line).join('\n')}\n`, options)
  }
  for (const change of changes) {
    await change.write()
    world.terminal.err(`wrote ${change.purpose}\n`)
  }
  const written = changes.map(({ purpose }) => purpose)
  const said = written.length === 0 ? 'the secrets hold all of this already' : `wrote ${written.join(', ')}`
  const use = 'functions use it within 18 minutes'
  const checks = await readBack(stack, world.clock.now())
  const text = [`${said}; ${use}`, checksText(checks), `next: wxpay doctor --stack ${stack.name}`].join(
    '\n\n',
  )
  show(world, { json: { stack: stack.name, written, checks }, text }, options.json)
  requireNoFailure(checks)
}

/** Who may only write has done all there is to do: everything was checked before it was written. */
async function readBack(stack: WechatStack, now: number): Promise<readonly Check[]> {
  const checks = await checkSecrets(stack, now)
  return checks.map((check) =>
    check.level === 'fail' && isDeniedDetail(check.detail)
      ? warn(check.name, 'written, and not read back: these credentials may only write', '')
      : check,
  )
}

function line({ purpose, effect }: SecretChange): string {
  return `  ${purpose}: ${effect}`
}
