/** The command line of `wxpay console`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { whenRun } from './when-run.ts'

export function addConsoleCommand(program: Command, world: World): void {
  program
    .command('console')
    .option('--port <number>', 'port on this machine; 0 takes any free one', '0')
    .option('--write', 'let the page accept and dismiss holds, signed with your credentials')
    .description(
      'serve a page that shows a stack, on this machine alone, behind a link that opens once; Ctrl-C ends it',
    )
    .action(whenRun(world, async () => (await import('#cli/actions/console.ts')).serveConsole))
}
