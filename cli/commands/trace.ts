/** The command line of `wxpay trace`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

export function addTraceCommand(program: Command, world: World): void {
  ofProvider(program.command('trace'))
    .argument('<number>', 'an out_trade_no, out_refund_no or transaction_id')
    .description(
      "tell one payment's whole story in the order of time: requests, facts, decisions, refunds, events",
    )
    .action(whenRun(world, async () => (await import('#cli/actions/trace.ts')).traceNumber))
}
