/** `wxpay preflight`: whether an account and region are fit for the first deployment. Changes nothing. */
import type { Command } from 'commander'
import { openAccount } from '#cli/account/account.ts'
import { checkAccount } from '#cli/account/account-checks.ts'
import { checksText, requireNoFailure } from '#cli/stack/check.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import type { World } from '#cli/terminal/world.ts'

export function addPreflightCommand(program: Command, world: World): void {
  program
    .command('preflight')
    .description('asks an AWS account, before the first deployment, what would fail or surprise in it')
    .addHelpText(
      'after',
      `
Give --region, and --stack with the name that the stack will have (wxpay-<stage>). It asks for credentials, clock,
bootstrap, the name and what an earlier stack has left, quotas, runtime and processor, by calls that change nothing.
Each line is ok, warn or fail; a fail makes the exit code 1, a warning does not.`,
    )
    .action(async (_options, command: Command) => {
      const { region, stack, json } = readOptions(command, {})
      const account = await openAccount(region)
      try {
        const stackName = stack === 'local' ? undefined : stack
        const checks = await checkAccount({ account, now: world.clock.now(), stackName })
        show(world, { json: { region: account.region, checks }, text: checksText(checks) }, json)
        requireNoFailure(checks)
      } finally {
        account.close()
      }
    })
}
