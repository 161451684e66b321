/** The command lines of `wxpay keys`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { whenRun } from './when-run.ts'

export function addKeysCommands(program: Command, world: World): void {
  const keys = program.command('keys').description("renew WeChat Pay's platform keys")
  keys
    .command('rotate')
    .description("download WeChat's platform certificates now instead of within six hours")
    .addHelpText(
      'after',
      `
Asks rotate-certs for a refresh, as notify does when it meets an unknown serial: at most one a minute. Public keys stay as
they are; enter a new one, or the merchant's own keys, with wxpay setup. Functions see changed keys within 18 minutes.`,
    )
    .action(whenRun(world, async () => (await import('#cli/actions/keys.ts')).rotateKeys))
}
