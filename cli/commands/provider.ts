/** The option that says whose order, refund or day is meant: the same number may be used at both. */
import { type Command, Option } from 'commander'
import { PROVIDERS } from '#shared/providers.ts'

export function ofProvider(command: Command): Command {
  return command.addOption(
    new Option(
      '--provider <name>',
      'who takes the money (default: wechat, or the only one of the stage)',
    ).choices(PROVIDERS),
  )
}
