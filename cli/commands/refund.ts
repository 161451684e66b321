/** The command lines of `wxpay refund`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

export function addRefundCommands(program: Command, world: World): void {
  const refund = program.command('refund').description('look at a refund, have an open one tried again')
  ofProvider(refund.command('show'))
    .argument('<out_refund_no>')
    .option('--refresh', 'ask the channel first; this is how one is learned that was made elsewhere')
    .description('show a refund as it is stored; ask nobody else')
    .action(whenRun(world, async () => (await import('#cli/actions/refund.ts')).showRefund))
  ofProvider(refund.command('retry'))
    .argument('<out_refund_no>')
    .option('--wait <seconds>', 'how long to wait for the outcome', '150')
    .description('have the sweep look at an open refund now instead of at its next planned time')
    .addHelpText(
      'after',
      `
The sweep asks the channel about the refund first. Only when that does not know the number are the same stored bytes sent
again under the same number, so the money cannot move twice. A new number is never made up. Nothing happens to refunds
that are final, and to those younger than a minute, whose request may still be under way.`,
    )
    .action(whenRun(world, async () => (await import('#cli/actions/refund.ts')).retry))
  // To the merchant's own card alone: what the card of a payer has is nothing for a command line.
  ofProvider(refund.command('to-merchant'))
    .argument('<out_refund_no>')
    .requiredOption('--by <name>', 'who decides; kept with the order')
    .requiredOption('--note <text>', 'why; kept with the order')
    .description(
      "have an abnormal refund paid to the merchant's own bank card; you pay the payer another way",
    )
    .action(whenRun(world, async () => (await import('#cli/actions/refund.ts')).payToMerchant))
}
