/** The command line of `npm start`. */
import { parseArgs } from 'node:util'
import { UsageError } from '#simulator/usage-error.ts'

export interface StartOptions {
  readonly apiPort: number
  readonly simulatorPort: number
  readonly backupPort: number
  readonly controlPort: number
  readonly consolePort: number
  readonly stageName: string
  readonly requireIam: boolean
  readonly stateDir: string
}

export const START_HELP = `The payment stack on this machine, with a WeChat Pay simulator

usage: npm start -- [options]

  --port <n>            HTTP API (default 8787; 0: any free port)
  --simulator-port <n>  simulator, primary domain (default 8788)
  --backup-port <n>     simulator, backup domain (default 8789)
  --control-port <n>    simulator, control API (default 8790)
  --console-port <n>    the console, a page in a browser (default 8791)
  --stage <name>        stage of infra/stage/stages.ts to run (default dev)
  --state-dir <path>    where stack.json and logs go (default .local)
  --require-iam         ask for a signature on merchant routes (access key and secret key: local)
  --help                this text
`

/** Reads the arguments; undefined when help was asked for. @throws UsageError, or the TypeError of `parseArgs`, naming the argument that is wrong. */
export function readStartOptions(args: readonly string[]): StartOptions | undefined {
  const values = parse(args)
  if (values.help) return undefined
  return {
    apiPort: readPort('port', values.port),
    simulatorPort: readPort('simulator-port', values['simulator-port']),
    backupPort: readPort('backup-port', values['backup-port']),
    controlPort: readPort('control-port', values['control-port']),
    consolePort: readPort('console-port', values['console-port']),
    stageName: values.stage,
    requireIam: values['require-iam'],
    stateDir: values['state-dir'],
  }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '8787' },
      'simulator-port': { type: 'string', default: '8788' },
      'backup-port': { type: 'string', default: '8789' },
      'control-port': { type: 'string', default: '8790' },
      'console-port': { type: 'string', default: '8791' },
      stage: { type: 'string', default: 'dev' },
      'state-dir': { type: 'string', default: '.local' },
      'require-iam': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values
}

/** @throws UsageError */
export function readPort(flag: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new UsageError(`--${flag} ${text}: expected a port from 0 to 65535`)
}
