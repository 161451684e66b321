/** The option that says whose order, refund or day is meant: the same number may be used at both. */
import { type Command, Option } from 'commander'
import { PROVIDERS } from '#shared/providers.ts'

const MEANT = 'who takes the money (default: wechat, or the only one of the stage)'

export function ofProvider(command: Command, meaning = MEANT): Command {
  return command.addOption(new Option('--provider <name>', meaning).choices(PROVIDERS))
}
