/** The command line of `npm start`. */
import { parseArgs } from 'node:util'
import { UsageError } from '#simulator/usage-error.ts'

export interface StartOptions {
  readonly apiPort: number
  readonly simulatorPort: number
  readonly backupPort: number
  readonly controlPort: number
  readonly consolePort: number
  readonly alipayPort: number
  readonly stageName: string
  /** Whether a stage without Alipay gets it. */
  readonly withAlipay: boolean
  /** Whether a stage with WeChat Pay keeps it. */
  readonly withWechat: boolean
  readonly requireIam: boolean
  readonly stateDir: string
}

export const START_HELP = `The payment stack on this machine, with a simulator of WeChat Pay and Alipay

usage: npm start -- [options]

  --port <n>            HTTP API (default 8787; 0: any free port)
  --simulator-port <n>  simulator, primary domain (default 8788)
  --backup-port <n>     simulator, backup domain (default 8789)
  --control-port <n>    simulator, control API (default 8790)
  --console-port <n>    the console, a page in a browser (default 8791)
  --alipay-port <n>     simulator, gateway of Alipay (default 8792)
  --stage <name>        stage of infra/stage/stages.ts to run (default dev)
  --no-alipay           WeChat Pay alone, unless the stage itself has Alipay
  --no-wechat           Alipay alone
  --state-dir <path>    where stack.json and logs go (default .local)
  --require-iam         ask for a signature on merchant routes (access key and secret key: local)
  --help                this text
`

/** Reads the arguments; undefined when help was asked for. @throws UsageError, or the TypeError of `parseArgs`, naming the argument that is wrong. */
export function readStartOptions(args: readonly string[]): StartOptions | undefined {
  const values = parse(args)
  if (values.help) return undefined
  if (values['no-alipay'] && values['no-wechat'])
    throw new UsageError('--no-alipay and --no-wechat leave nobody to take money: give one of them')
  return {
    apiPort: readPort('port', values.port),
    simulatorPort: readPort('simulator-port', values['simulator-port']),
    backupPort: readPort('backup-port', values['backup-port']),
    controlPort: readPort('control-port', values['control-port']),
    consolePort: readPort('console-port', values['console-port']),
    alipayPort: readPort('alipay-port', values['alipay-port']),
    stageName: values.stage,
    withAlipay: !values['no-alipay'],
    withWechat: !values['no-wechat'],
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
      'alipay-port': { type: 'string', default: '8792' },
      stage: { type: 'string', default: 'dev' },
      'no-alipay': { type: 'boolean', default: false },
      'no-wechat': { type: 'boolean', default: false },
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
