/** The command line of `wxpay decrypt`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { whenRun } from './when-run.ts'

export function addDecryptCommand(program: Command, world: World): void {
  program
    .command('decrypt')
    .argument(
      '[file]',
      'body of a notification, its resource, or the answer of /v3/certificates; - or nothing: standard input',
    )
    .option('--apiv3-key-file <file>', 'the APIv3 key (default: WXPAY_APIV3_KEY, else the keys of the stack)')
    .option('--show-payer', 'show openids instead of hiding them')
    .description('decrypt what WeChat encrypted with the APIv3 key, and say what is wrong if that fails')
    .action(whenRun(world, async () => (await import('#cli/actions/decrypt.ts')).decrypt))
}
