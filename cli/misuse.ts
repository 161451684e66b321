/** What is wrong with a command line: everything that is missing at once, and whose help says more. */
import type { Command, CommanderError } from 'commander'
import { nameOf } from './terminal/command-name.ts'
import { CliError } from './terminal/cli-error.ts'

/** Has every command below throw a CliError `usage` where commander would end the process. */
export function explainMisuse(command: Command): void {
  command.exitOverride((error) => {
    throw error.exitCode === 0 ? error : misuseOf(command, error)
  })
  for (const one of command.commands) explainMisuse(one)
}

const INCOMPLETE: readonly string[] = ['commander.missingMandatoryOptionValue', 'commander.missingArgument']

function misuseOf(command: Command, { code, message }: CommanderError): CliError {
  const name = nameOf(command)
  const remedy = `see ${name} --help`
  // commander shows the help of a group that is named alone.
  if (code === 'commander.help') return new CliError('usage', `${name} needs a command`, remedy)
  const missing = INCOMPLETE.includes(code) ? missingIn(command) : []
  if (missing.length > 0) return new CliError('usage', `${name} needs ${missing.join(', ')}`, remedy)
  return new CliError('usage', message.replace(/^error: /, '').replaceAll('\n', ' '), remedy)
}

function missingIn(command: Command): readonly string[] {
  const args = command.registeredArguments.filter(
    ({ required }, index) => required && command.args[index] === undefined,
  )
  const options = command.options.filter(
    (option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined,
  )
  return [...args.map((one) => `<${one.name()}>`), ...options.map(({ flags }) => flags)]
}
