/** `wxpay setup`: takes keys, checks that they belong together, and writes the secrets: WeChat Pay's, or Alipay's. */
import { PROVIDER_NAMES } from '#cli/terminal/provider-names.ts'
import type { Command } from 'commander'
import * as v from 'valibot'
import { AlipayOptions } from '#cli/setup/alipay-inputs.ts'
import { readSetupInputs, SetupOptions } from '#cli/setup/setup-inputs.ts'
import { planSetup } from '#cli/setup/setup-plan.ts'
import { accountOf, withAlipay, withWechat } from '#cli/stack/accounts.ts'
import { checkAlipaySecrets } from '#cli/stack/alipay-secret-checks.ts'
import { type Check, checksText, requireNoFailure } from '#cli/stack/check.ts'
import { checkSecrets } from '#cli/stack/secret-checks.ts'
import { type StackAccess, type WechatStack, withStack } from '#cli/stack/stack-access.ts'
import { checkWechatSecrets } from '#cli/stack/wechat-secret-checks.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { type GlobalOptions, ProviderOption, readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import type { World } from '#cli/terminal/world.ts'
import type { Provider } from '#shared/providers.ts'
import { enterAlipay } from './setup-alipay.ts'
import { carryOut } from './setup-write.ts'

const Entries = {
  ...SetupOptions,
  ...AlipayOptions,
  ...ProviderOption,
  check: v.optional(v.boolean(), false),
  dryRun: v.optional(v.boolean(), false),
}
type Options = GlobalOptions & v.InferOutput<v.ObjectSchema<typeof Entries, undefined>>

export async function setUp(world: World, command: Command): Promise<void> {
  const options = readOptions(command, Entries)
  await withStack(world, options, async (stack) => {
    if (options.check) return verifyOnly(world, stack, options)
    const { provider } = accountOf(stack, options)
    refuseOthers(options, provider)
    if (provider === 'alipay') return enterAlipay(world, withAlipay(stack), options)
    return enterWechat(world, withWechat(stack), options)
  })
}

async function verifyOnly(world: World, stack: StackAccess, { provider, json }: Options): Promise<void> {
  const checks = await checksOf(stack, provider, world.clock.now())
  show(world, { json: { stack: stack.name, checks }, text: checksText(checks) }, json)
  requireNoFailure(checks)
}

/** Without a name those of all channels. */
async function checksOf(
  stack: StackAccess,
  provider: Provider | undefined,
  now: number,
): Promise<readonly Check[]> {
  if (provider === 'alipay') return checkAlipaySecrets(withAlipay(stack), now)
  return provider === 'wechat' ? checkWechatSecrets(withWechat(stack), now) : checkSecrets(stack, now)
}

/** What a key is for is never guessed. @throws CliError `usage` */
function refuseOthers(options: Options, provider: Provider): void {
  const other = provider === 'alipay' ? 'wechat' : 'alipay'
  const { envFile: _, ...ofWechat } = SetupOptions
  const names = Object.keys(other === 'alipay' ? AlipayOptions : ofWechat)
  const given = Object.entries(options).find(
    ([name, value]) => names.includes(name) && value !== undefined && value !== false,
  )
  if (given === undefined) return
  const flag = given[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new CliError(
    'usage',
    `--${flag} is of ${PROVIDER_NAMES[other]}, and the keys of ${PROVIDER_NAMES[provider]} are being entered`,
    `give --provider ${other}, or leave it out`,
  )
}

async function enterWechat(world: World, stack: WechatStack, options: Options): Promise<void> {
  world.terminal.err(`keys of the merchant ${stack.mchid} for the stack ${stack.name}\n`)
  const changes = await planSetup(stack, await readSetupInputs(world, stack.mchid, options))
  await carryOut(world, { stack: stack.name, changes, options }, (now) => checkWechatSecrets(stack, now))
}
