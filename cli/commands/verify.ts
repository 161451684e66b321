/** The command line of `wxpay verify`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

export function addVerifyCommand(program: Command, world: World): void {
  ofProvider(program.command('verify'), 'whose notification it is (default: wechat)')
    .argument(
      '[file]',
      'a raw HTTP message, an API Gateway event or the form of Alipay; - or nothing: standard input',
    )
    .option('--headers <file>', 'the headers alone, as lines or as a JSON object')
    .option('--body <file>', 'the body alone, byte for byte')
    .option('--certificate <file...>', 'platform certificates to verify with')
    .option('--public-key <file>', 'the WeChat Pay public key to verify with')
    .option('--public-key-id <id>', 'its id, PUB_KEY_ID_…')
    .option(
      '--merchant-certificate <file>',
      "the merchant's own certificate, to notice when it was mistaken for WeChat's",
    )
    .option('--alipay-key <file...>', 'public keys or certificates of Alipay to verify its form with')
    .option('--at <time>', 'when it was received: RFC 3339, or an age as in 2h (default: now)')
    .description(
      'verify a captured notification or answer of WeChat, a request to it, or a notification of Alipay, and say what differs if it is wrong',
    )
    .addHelpText(
      'after',
      '\nWithout --certificate, --public-key and --alipay-key it takes the keys of the stack. A raw HTTP request with an Authorization header of\nWECHATPAY2-SHA256-RSA2048 is verified as WeChat would, with --merchant-certificate or the certificate of the stack.',
    )
    .action(whenRun(world, async () => (await import('#cli/actions/verify.ts')).verify))
}
