/** The command lines of `wxpay facts`. */
import { Option, type Command } from 'commander'
import { FACT_KINDS } from '#shared/facts/fact-key.ts'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

export function addFactsCommands(program: Command, world: World): void {
  const facts = program
    .command('facts')
    .description(
      'look at what WeChat or Alipay told (payments, refunds and other notifications), as it was stored',
    )
  windowed(facts.command('ls'))
    .description('list facts that wait to be settled, oldest first; with --settled all of them')
    .action(whenRun(world, async () => (await import('#cli/actions/facts.ts')).listFacts))
  facts
    .command('show')
    .argument('<fact_key>', 'as in the logs and in the id of the event')
    .option('--open', 'decrypt what a notification says, with the APIv3 keys of the stack')
    .option('--show-payer', 'show openids instead of hiding them')
    .description('show a fact as it is stored')
    .action(whenRun(world, async () => (await import('#cli/actions/fact-show.ts')).showFact))
  addReplay(facts, world)
}

function addReplay(facts: Command, world: World): void {
  windowed(facts.command('replay'))
    .option('--dry-run', 'only list what would be dispatched')
    .option('--rate <n>', 'facts a second', '20')
    .description('dispatch facts of a time window again')
    .addHelpText(
      'after',
      `
Pending facts are put on the fact queue at once instead of by the sweep. With --settled, facts that were settled become
pending again too: their orders do not change, and subscribers get the same event under the same id once more - for a
subscriber that lost events. Interrupted, or run twice, it does no harm: settle looks at each fact before it acts.`,
    )
    .action(whenRun(world, async () => (await import('#cli/actions/facts.ts')).replayFacts))
}

function windowed(command: Command): Command {
  return ofProvider(command, 'only those of this channel (default: of each)')
    .option('--from <time>', 'received at or after: RFC 3339, or an age as in 90m, 2h, 3d')
    .option('--to <time>', 'received at or before (default: now)')
    .addOption(new Option('--kind <kind>', 'only these').choices(FACT_KINDS))
    .option('--settled', 'also settled facts: reads the whole table, slowly')
}
