/** The command lines of `wxpay order`. */
import { Option, type Command } from 'commander'
import { HOLD_REASONS } from '#shared/ledger/words.ts'
import { DECISIONS, LISTED_STATES } from '#cli/terminal/choices.ts'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

export function addOrderCommands(program: Command, world: World): void {
  const order = program.command('order').description('look at an order, hold it, release it')
  ofProvider(order.command('show'))
    .argument('<out_trade_no>')
    .description('show an order as it is stored, with refunds, holds and their history; ask nobody else')
    .action(whenRun(world, async () => (await import('#cli/actions/order.ts')).showOrder))
  ofProvider(order.command('ls'))
    .addOption(new Option('--state <state>', 'which orders').choices(LISTED_STATES))
    .addOption(new Option('--hold <reason>', 'orders that are held for this reason').choices(HOLD_REASONS))
    .option('--from <day>', 'the first day, as in 2026-01-31, of Beijing (default: the day before the last)')
    .option('--to <day>', 'the last day (default: today); at most 31 days together')
    .option('--limit <number>', 'so many orders at most', '50')
    .description('list orders by state, hold and day; held ones of any day unless a day is given')
    .action(whenRun(world, async () => (await import('#cli/actions/order-list.ts')).listOrders))
  signed(order.command('hold'))
    .argument('<out_trade_no>')
    .description('hold an order: no refund of it is made until the hold is released')
    .action(whenRun(world, async () => (await import('#cli/actions/order.ts')).holdOrder))
  signed(order.command('release'))
    .argument('<out_trade_no>')
    .requiredOption('--hold <key>', 'which hold: its key, as order show prints it')
    .addOption(
      new Option(
        '--decision <decision>',
        "dismiss: seen, it need not block, its money counts all the same; accept: what the channel says counts (a payment: its amount becomes the order's, and it is paid; a refund: its amount is what is out); approve, refuse: a refund that waits for approval is sent, or is not and its amount given back",
      )
        .choices(DECISIONS)
        .makeOptionMandatory(),
    )
    .description('release one hold of an order')
    .action(whenRun(world, async () => (await import('#cli/actions/order.ts')).releaseOrder))
}

function signed(command: Command): Command {
  return ofProvider(command)
    .requiredOption('--by <name>', 'who decides; kept with the order')
    .requiredOption('--note <text>', 'why; kept with the order')
}
