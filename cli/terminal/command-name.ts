/** What a command is called from the shell, as in `wxpay order show`. */
import type { Command } from 'commander'

export function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}
