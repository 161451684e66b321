/** The command lines of `wxpay switch`. */
import { Argument, type Command } from 'commander'
import { SWITCHES } from '#shared/switches.ts'
import type { World } from '#cli/terminal/world.ts'
import { whenRun } from './when-run.ts'

export function addSwitchCommands(program: Command, world: World): void {
  const switches = program
    .command('switch')
    .description('stop refunds or payments at once, without a deploy')
    .addHelpText(
      'after',
      `
Switches: ${SWITCHES.join(', ')}. They are an item of the orders table, which functions read again after 5 s: what is set
holds everywhere within 6 s, besides calls that are under way. An alarm lasts as long as one is on.`,
    )
  switches
    .command('show')
    .description('show what is on, and who changed what')
    .action(whenRun(world, async () => (await import('#cli/actions/switch.ts')).showSwitches))
  change(switches, 'set')
    .description('turn a switch on')
    .action(whenRun(world, async () => (await import('#cli/actions/switch.ts')).setSwitch))
  change(switches, 'clear')
    .description('turn a switch off')
    .action(whenRun(world, async () => (await import('#cli/actions/switch.ts')).clearSwitch))
}

function change(switches: Command, verb: string): Command {
  const name = new Argument('<switch>', 'which')
  // For help and completion; what is given is read more kindly.
  name.argChoices = [...SWITCHES]
  return switches
    .command(verb)
    .addArgument(name)
    .requiredOption('--by <name>', 'who decides; kept')
    .requiredOption('--note <text>', 'why; kept')
}
