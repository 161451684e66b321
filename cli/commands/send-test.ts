/** The command line of `wxpay send-test`. */
import { Option, type Command } from 'commander'
import { ALIPAY_TEST_FAULTS, SIGNED_WITH, TEST_FAULTS } from '#cli/terminal/choices.ts'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

export function addSendTestCommand(program: Command, world: World): void {
  ofProvider(program.command('send-test'))
    .option('--out-trade-no <number>', 'order that the notification says is paid (default: a new number)')
    .option('--amount <fen>', 'amount in fen', '1')
    .addOption(new Option('--sign-with <kind>', 'default: as the simulator does').choices(SIGNED_WITH))
    .addOption(
      new Option('--fault <kind>', 'send it wrong in this way').choices([
        ...new Set([...TEST_FAULTS, ...ALIPAY_TEST_FAULTS]),
      ]),
    )
    .description('send a notification of a payment to a LOCAL stack, signed as WeChat or Alipay signs')
    .addHelpText(
      'after',
      `
Of WeChat Pay the order need not exist: a payment of an unknown order is stored and held for a person, which is a good thing
to try. Of Alipay it is one that its payer has opened, and what is sent is what Alipay says of it now.
A deployed stack is refused: only WeChat and Alipay can sign for it.`,
    )
    .action(whenRun(world, async () => (await import('#cli/actions/send-test.ts')).sendTest))
}
