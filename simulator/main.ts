/** `wechatpay-simulator`: WeChat Pay on this machine, for any SDK in any language; docs/simulator.md tells how to point one at it. */
import type { ConsoleServer } from '#console/server/server.ts'
import { startSimulatorConsole } from '#console/server/simulator-console.ts'
import { KeyError } from '#shared/crypto/rsa.ts'
import { HELP, readCommand } from './command-line.ts'
import { writeKeyFiles } from './key-files.ts'
import { PortError } from './listen.ts'
import { jsonReport, textReport } from './report.ts'
import { startSimulator } from './simulator.ts'
import type { Simulator } from './simulator.ts'
import { createStateKeeper, readStateFile } from './state-file.ts'
import type { StateKeeper } from './state-file.ts'
import { isUsageError, USAGE_EXIT_CODE } from './usage-error.ts'
import { VERSION } from './version.ts'

async function main(): Promise<void> {
  const command = await readCommand(process.argv.slice(2))
  if (command.tell !== undefined) {
    process.stdout.write(command.tell === 'help' ? HELP : `${VERSION}\n`)
    return
  }
  const report = command.json ? jsonReport : textReport
  const print = (text: string): void => void process.stdout.write(`${text}\n`)
  const { stateFile } = command
  const state = stateFile === undefined ? undefined : await readStateFile(stateFile)
  let keeper: StateKeeper | undefined
  const simulator = await startSimulator({
    ...command.options,
    ...(state === undefined ? {} : { state }),
    onChange: () => keeper?.changed(),
    onRequest: (entry) => print(report.request(entry)),
    onAttempt: (delivery, attempt) => print(report.attempt(delivery, attempt)),
    onGuest: (guest, seen) => print(report.guest(guest, seen)),
  })
  const page = await openConsole(simulator, command.consolePort)
  if (stateFile !== undefined) keeper = createStateKeeper(stateFile, () => simulator.state(), complain)
  await keeper?.flush()
  print(report.started(simulator, await writeKeyFiles(simulator, command.keysFolder), page?.url))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void Promise.all([simulator.stop(), page?.stop()])
        .then(() => keeper?.flush())
        .then(() => print(report.stopped()))
    })
  }
}

async function openConsole(
  { control, controlUrl, mchid }: Simulator,
  port: number | 'usual' | undefined,
): Promise<ConsoleServer | undefined> {
  if (port === undefined) return undefined
  return startSimulatorConsole({ port, control, controlUrl, mchid, version: VERSION })
}

function complain(error: unknown): void {
  process.stderr.write(`simulator: the state could not be written: ${String(error)}\n`)
}

try {
  await main()
} catch (error) {
  // Key material comes from files that the command line names.
  const usage = isUsageError(error) || error instanceof KeyError
  const text = usage || error instanceof PortError ? error.message : String(error)
  process.stderr.write(`simulator: ${text}${usage ? '; --help lists the options' : ''}\n`)
  process.exitCode = usage ? USAGE_EXIT_CODE : 1
}
