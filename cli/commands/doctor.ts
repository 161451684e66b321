/** The command line of `wxpay doctor`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { whenRun } from './when-run.ts'

export function addDoctorCommand(program: Command, world: World): void {
  program
    .command('doctor')
    .description(
      'check environment, credentials, secrets, clock, certificates, WeChat, the notify URL and limits of the account',
    )
    .addHelpText(
      'after',
      `
Each line is ok, warn or fail; a fail makes the exit code 1, a warning does not. The calls to WeChat are
GET /v3/certificates, once unsigned on each domain and once signed, and POST /v3/security/echo, which makes WeChat send a test
notification to the notify URL: it is stored and published as notification.received, and changes nothing else (--no-echo
leaves it out). The notify URL also gets one unsigned notification, which it must refuse. WeChat is called from this machine, so its lines say nothing of the functions' own network.`,
    )
    .option('--no-echo', 'do not ask WeChat to call the notify URL back')
    .action(whenRun(world, async () => (await import('#cli/actions/doctor.ts')).examineStack))
}
