/** The command line of `wxpay preflight`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { whenRun } from './when-run.ts'

export function addPreflightCommand(program: Command, world: World): void {
  program
    .command('preflight')
    .description('ask an AWS account, before the first deployment, what would fail or surprise in it')
    .addHelpText(
      'after',
      `
Give --region, and --stack with the name that the stack will have (wxpay-<stage>). It asks for credentials, clock,
bootstrap, the name and what an earlier stack has left, quotas, runtime and processor, by calls that change nothing.
Each line is ok, warn or fail; a fail makes the exit code 1, a warning does not.`,
    )
    .action(whenRun(world, async () => (await import('#cli/actions/preflight.ts')).preflight))
}
