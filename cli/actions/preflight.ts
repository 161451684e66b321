/** `wxpay preflight`: whether an account and region are fit for the first deployment. Changes nothing. */
import type { Command } from 'commander'
import { openAccount } from '#cli/account/account.ts'
import { checkAccount } from '#cli/account/account-checks.ts'
import { checksText, requireNoFailure } from '#cli/stack/check.ts'
import { parseStackName } from '#cli/stack/stack-name.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import type { World } from '#cli/terminal/world.ts'

export async function preflight(world: World, command: Command): Promise<void> {
  const { region, stack, json } = readOptions(command, {})
  const account = await openAccount(region)
  try {
    const stackName = stack === 'local' ? undefined : parseStackName(stack).stack
    const checks = await checkAccount({ account, now: world.clock.now(), stackName })
    show(world, { json: { region: account.region, checks }, text: checksText(checks) }, json)
    requireNoFailure(checks)
  } finally {
    account.close()
  }
}
