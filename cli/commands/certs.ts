/** The command line of `wxpay certs`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

export function addCertsCommand(program: Command, world: World): void {
  ofProvider(
    program.command('certs'),
    'of a stack: only the keys of this channel (default: of each that it has)',
  )
    .argument('[files...]', 'PEM files; - is standard input (default: what the stack holds)')
    .option('--p12 <file>', 'a .p12; its password is WXPAY_P12_PASSWORD, else --mchid')
    .option('--mchid <number>', 'the merchant, whose number is the usual password of a .p12')
    .description('show serial, subject, validity and fingerprint of certificates and public keys')
    .action(whenRun(world, async () => (await import('#cli/actions/certs.ts')).showCertificates))
}
