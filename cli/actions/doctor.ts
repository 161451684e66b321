/** `wxpay doctor`: everything that has to be right, one line each, with the remedy. */
import type { Command } from 'commander'
import { openAccount } from '#cli/account/account.ts'
import { checkConcurrency } from '#cli/account/account-checks.ts'
import { type Check, checksText, ok, requireNoFailure, warn } from '#cli/stack/check.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import * as v from 'valibot'
import { checkAlipay } from '#cli/stack/alipay-checks.ts'
import { checkCallback } from '#cli/stack/callback-check.ts'
import { checkNotifyUrls } from '#cli/stack/notify-checks.ts'
import { checkSecrets } from '#cli/stack/secret-checks.ts'
import { checkStack } from '#cli/stack/stack-checks.ts'
import { merchantsOf, withAlipay, withWechat } from '#cli/stack/accounts.ts'
import { type StackAccess, type WechatStack, withStack } from '#cli/stack/stack-access.ts'
import { checkTableProtection } from '#cli/stack/table-protection.ts'
import { checkWechat } from '#cli/stack/wechat-checks.ts'
import type { World } from '#cli/terminal/world.ts'

/** The runtime of the functions. */
const FUNCTIONS_NODE = 24

export async function examineStack(world: World, command: Command): Promise<void> {
  const { echo, ...options } = readOptions(command, { echo: v.boolean() })
  await withStack(world, options, async (stack) => {
    world.terminal.err(`examining the stack ${stack.name} of ${merchantsOf(stack)} in ${stack.region}\n`)
    const checks = await examine(world, stack, echo)
    show(world, { json: { stack: stack.name, checks }, text: checksText(checks) }, options.json)
    requireNoFailure(checks)
  })
}

export async function examine(world: World, stack: StackAccess, echo: boolean): Promise<readonly Check[]> {
  const groups = await Promise.all([
    checkSecrets(stack, world.clock.now()),
    stack.wechat === undefined ? [] : examineWechat(world, withWechat(stack), echo),
    stack.alipay === undefined ? [] : checkAlipay(world, withAlipay(stack)),
    checkNotifyUrls(world, stack),
    checkStack(world, stack),
    checkAccount(stack),
    checkTableProtection(stack),
  ])
  return [node(), ok('stack', `${stack.name} found, API at ${stack.api_url}`), ...groups.flat()]
}

async function examineWechat(world: World, stack: WechatStack, echo: boolean): Promise<readonly Check[]> {
  const groups = await Promise.all([checkWechat(world, stack), echo ? checkCallback(world, stack) : []])
  return groups.flat()
}

/** Nothing of it is there on this machine. */
async function checkAccount({ local, region, accountConcurrency }: StackAccess): Promise<readonly Check[]> {
  if (local !== undefined) return []
  const account = await openAccount(region)
  try {
    return [await checkConcurrency(account, accountConcurrency)]
  } finally {
    account.close()
  }
}

function node(): Check {
  const { node: version } = process.versions
  if (Number.parseInt(version, 10) >= FUNCTIONS_NODE) return ok('Node.js', version)
  return warn(
    'Node.js',
    `${version}; the functions run on ${FUNCTIONS_NODE}`,
    `install Node.js ${FUNCTIONS_NODE}`,
  )
}
