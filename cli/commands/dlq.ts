/** The command lines of `wxpay dlq`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { whenRun } from './when-run.ts'

export function addDlqCommands(program: Command, world: World): void {
  const dlq = program
    .command('dlq')
    .description(
      'look at the dead-letter queue of facts (messages that settle could not deal with in five tries), and empty it',
    )
  dlq
    .command('ls')
    .option('--limit <n>', 'look at no more than this', '100')
    .description('list the messages, and leave them where they are')
    .action(whenRun(world, async () => (await import('#cli/actions/dlq.ts')).listLetters))
  dlq
    .command('show')
    .argument('<message_id>')
    .description('show a message and the fact that it is about; a foreign one by its size and hash only')
    .action(whenRun(world, async () => (await import('#cli/actions/dlq.ts')).showLetter))
  dlq
    .command('redrive')
    .option('--rate <n>', 'messages a second', '10')
    .option('--limit <n>', 'move no more than this')
    .description('move the messages back to the fact queue; what is not ours stays and is named')
    .addHelpText(
      'after',
      `
Each message is sent to the fact queue first and deleted after that. Interrupted in between, it is in both queues, which
does no harm: run the command again. Find and end the cause first, or the messages come back after five more tries.`,
    )
    .action(whenRun(world, async () => (await import('#cli/actions/dlq.ts')).redriveLetters))
}
