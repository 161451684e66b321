/** The command lines of `wxpay listen` and `wxpay events`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

export function addEventCommands(program: Command, world: World): void {
  ofProvider(program.command('listen'), 'only its events (default: those of all)')
    .requiredOption('--forward-to <url>', 'where each event is sent, as in http://127.0.0.1:3000/events')
    .option('--queue <url>', 'a queue of yours that is subscribed to the topic; needed for a deployed stack')
    .option('--tries <n>', 'how often an event is sent that is not answered with 2xx', '5')
    .option('--events <n>', 'end after so many events (default: at Ctrl-C)')
    .description('send the events of a stack to a server of yours, one line each')
    .addHelpText(
      'after',
      `
Each event is the body of a POST (application/cloudevents+json). Anything but a 2xx within 10 s is told and tried again
after 1, 2, 4 … seconds. Of a local stack, it hears what is published from now on, through a queue that goes with it. Of a
deployed stack, it takes what your queue holds: what your server answers with 2xx is deleted there, and what it does not
stays in the queue, whose own redrive policy ends it. What such a queue gets is chosen by its subscription, and not by
--provider.`,
    )
    .action(whenRun(world, async () => (await import('#cli/actions/listen.ts')).listen))
  const events = program.command('events').description('publish events once more')
  events
    .command('resend')
    .argument('<id>', 'the id of the event, as listen shows it')
    .description('publish the events of a fact once more, under the same ids, to every subscriber')
    .action(whenRun(world, async () => (await import('#cli/actions/events.ts')).resend))
}
