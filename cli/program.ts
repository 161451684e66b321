/** The commands of `wxpay`, put together. */
import { Command } from 'commander'
import { addCertsCommand } from './commands/certs.ts'
import { addCompletionCommand } from './commands/completion.ts'
import { addConsoleCommand } from './commands/console.ts'
import { addDecryptCommand } from './commands/decrypt.ts'
import { addDlqCommands } from './commands/dlq.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addEventCommands } from './commands/events.ts'
import { addFactsCommands } from './commands/facts.ts'
import { addKeysCommands } from './commands/keys.ts'
import { addLogsCommand } from './commands/logs.ts'
import { addOrderCommands } from './commands/order.ts'
import { addPreflightCommand } from './commands/preflight.ts'
import { addReconcileCommands } from './commands/reconcile.ts'
import { addRefundCommands } from './commands/refund.ts'
import { addSendTestCommand } from './commands/send-test.ts'
import { addSetupCommand } from './commands/setup.ts'
import { addSignCommand } from './commands/sign.ts'
import { addSwitchCommands } from './commands/switch.ts'
import { addTraceCommand } from './commands/trace.ts'
import { addVerifyCommand } from './commands/verify.ts'
import { explainMisuse } from './misuse.ts'
import type { World } from './terminal/world.ts'
import manifest from '../package.json' with { type: 'json' }

const EXIT_CODES = `
Exit codes:
  0  done, everything is as it should be
  1  the command ran, and something failed or is not as it should be
  2  the command line or an input is wrong
  3  not confirmed: nothing was changed
  4  the stack, AWS or the local stack cannot be reached or does not exist

AWS credentials and region come from where the AWS SDK looks for them (AWS_PROFILE, AWS_REGION, …).`

/** Builds the parser with all commands. It throws instead of ending the process: CliError, or CommanderError after help and version. */
export function createProgram(world: World): Command {
  const program = new Command('wxpay')
    .description('Operate a WeChat Pay stack, deployed or local')
    .version(manifest.version, '--version', 'print the version')
    .option(
      '--stack <name>',
      'local (see npm start), or the name of a deployed CloudFormation stack, as in wxpay-prod or shop:Pay',
      'local',
    )
    .option('--state-dir <path>', 'where the local stack keeps stack.json', '.local')
    .option('--region <region>', 'AWS region of a deployed stack (default: as the AWS SDK finds it)')
    .option('--json', 'print one JSON document instead of text')
    .option('--yes', 'do not ask before changing money, messages or keys')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => world.terminal.out(text),
      writeErr: (text) => world.terminal.err(text),
      // Told by whoever runs the program, with what to do.
      outputError: () => {},
    })
    .addHelpText('after', EXIT_CODES)
  addSetupCommand(program, world)
  addPreflightCommand(program, world)
  addDoctorCommand(program, world)
  addConsoleCommand(program, world)
  addOrderCommands(program, world)
  addTraceCommand(program, world)
  addRefundCommands(program, world)
  addReconcileCommands(program, world)
  addSwitchCommands(program, world)
  addLogsCommand(program, world)
  addFactsCommands(program, world)
  addEventCommands(program, world)
  addDlqCommands(program, world)
  addKeysCommands(program, world)
  addSignCommand(program, world)
  addVerifyCommand(program, world)
  addDecryptCommand(program, world)
  addCertsCommand(program, world)
  addSendTestCommand(program, world)
  addCompletionCommand(program, world)
  explainMisuse(program)
  return program
}
