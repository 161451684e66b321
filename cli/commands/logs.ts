/** The command line of `wxpay logs`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

export function addLogsCommand(program: Command, world: World): void {
  ofProvider(program.command('logs'))
    .argument('<id>', 'out_trade_no, out_refund_no, transaction_id, or an id of a log line or of an answer')
    .option('--from <time>', 'logged at or after: RFC 3339, or an age as in 90m, 2h, 3d', '1d')
    .option('--to <time>', 'logged at or before (default: now)')
    .description('follow one payment through the logs of all functions')
    .addHelpText(
      'after',
      `
It shows the lines that name the id (of an order: also those of its refunds), and those of the calls, messages and runs that
these were part of. Of a local stack it reads the files, of a deployed one it asks CloudWatch Logs Insights twice, which AWS
charges by what it reads: keep the window short.`,
    )
    .action(whenRun(world, async () => (await import('#cli/actions/logs.ts')).followLogs))
}
