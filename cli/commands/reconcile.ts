/** The command lines of `wxpay reconcile`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

export function addReconcileCommands(program: Command, world: World): void {
  const reconcile = program
    .command('reconcile')
    .description('compare a day of the books with the bills of WeChat or Alipay')
  ofProvider(reconcile.command('run'))
    .argument('<day>', 'of Beijing, as in 2026-11-24; one of the last 90')
    .description('reconcile a day now instead of at 10:30 Beijing time, and show its report')
    .addHelpText(
      'after',
      `
Payments that only the bill has become facts, refunds are asked for and adopted, and what cannot be explained holds its order for
a person. Running a day again heals nothing twice and gives the same report. A run takes a quarter of an hour at most; what it
leaves is done by the next one.`,
    )
    .action(whenRun(world, async () => (await import('#cli/actions/reconcile.ts')).runDay))
  ofProvider(reconcile.command('show'))
    .argument('<day>', 'of Beijing, as in 2026-11-24')
    .description('show the report of a day as it is stored; ask nobody else')
    .action(whenRun(world, async () => (await import('#cli/actions/reconcile.ts')).showDay))
  ofProvider(reconcile.command('diff'))
    .argument('<day>', 'of Beijing, as in 2026-11-24')
    .option('--csv', 'as comma-separated values')
    .description('list what differs between the bill and the books, and what became of it')
    .addHelpText(
      'after',
      '\nEnds with 1 when something waits for a person: orders held, or questions without an answer.',
    )
    .action(whenRun(world, async () => (await import('#cli/actions/reconcile.ts')).showDifferences))
}
