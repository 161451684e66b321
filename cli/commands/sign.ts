/** The command line of `wxpay sign`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { whenRun } from './when-run.ts'

export function addSignCommand(program: Command, world: World): void {
  program
    .command('sign')
    .requiredOption('--url <url>', 'path with query as it is sent, or the whole URL')
    .option('--method <method>', 'HTTP method', 'GET')
    .option('--body <file>', 'the exact body; - is standard input (default: none)')
    .option('--timestamp <seconds>', 'default: now')
    .option('--nonce <text>', 'default: random')
    .option(
      '--private-key <file>',
      'apiclient_key.pem; with --serial and --mchid (default: the keys of the stack)',
    )
    .option('--serial <hex>', 'serial of the merchant API certificate')
    .option('--mchid <number>', 'the merchant')
    .description('sign a request to WeChat and show the message that is signed')
    .action(whenRun(world, async () => (await import('#cli/actions/sign.ts')).sign))
}
