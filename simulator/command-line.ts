/** The command line of the simulator: what it offers, and what is wrong with one that cannot be used. */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { GUEST_FLAGS, GUEST_HELP, guestOptions } from './guests.ts'
import { KEY_MODES } from './keys.ts'
import { numberOf, portOf } from './read-number.ts'
import type { SimulatorOptions } from './simulator-options.ts'
import { UsageError } from './usage-error.ts'

export const HELP = `WeChat Pay APIv3 simulator

usage: wechatpay-simulator [options]

  --port <n>                     primary domain (default 8900; 0: any free port)
  --backup-port <n>              backup domain (default 8901)
  --control-port <n>             control API (default 8902)
  --console-port <n>             the console, a page in a browser on this machine (default 8904, or a free one)
  --no-console                   serve no console
  --host <address>               where both domains and the proxy listen (default 127.0.0.1; containers: 0.0.0.0)
  --control-host <address>       the same for the control API, which hands out private keys (default 127.0.0.1)
  --https                        serve both domains over HTTPS, by an authority of this simulator's own (ca.pem)
  --tls-name <name>              one more name or address that the certificate holds; may be given several times
  --proxy                        a forward proxy that plays WeChat's own domains, for SDKs that hard-code them
  --proxy-port <n>               its port (default 8903)
  --allow-notify-host <host>     send notifications to this host too, not to this machine only; several times
  --mchid <id>                   merchant number (default 1900000100)
  --appid <id>                   appid bound to the merchant; may be given several times (default wx0123456789abcdef)
  --mode <mode>                  ${KEY_MODES.join(' | ')} (default certificate)
  --sm2                          国密: certificates of SM2 beside those of RSA, notifications in SM2 and SM4${GUEST_HELP}
  --time-scale <n>               how many times faster WeChat's schedules run (default 1)
  --refund-delay <seconds>       WeChat's time until a refund settles, or "manual" (default 300)
  --rate-limits                  enforce 150 good and 6 failing calls a second
  --merchant-certificate <file>  use your own merchant API certificate (PEM) instead of an issued one
  --apiv3-key-file <file>        use the APIv3 key in this file (32 characters) instead of a generated one
  --keys-folder <folder>         where the merchant's keys are written (default .wechatpay-simulator)
  --state <file>                 go on where the last run with this file stopped: keys, orders, refunds, notifications
  --json                         print one JSON object a line: the start, each request, each notification
  --version                      the version
  --help                         this text
`

const FLAGS = {
  port: { type: 'string', default: '8900' },
  'backup-port': { type: 'string', default: '8901' },
  'control-port': { type: 'string', default: '8902' },
  'console-port': { type: 'string' },
  'no-console': { type: 'boolean', default: false },
  host: { type: 'string' },
  'control-host': { type: 'string' },
  https: { type: 'boolean', default: false },
  'tls-name': { type: 'string', multiple: true },
  proxy: { type: 'boolean', default: false },
  'proxy-port': { type: 'string', default: '8903' },
  'allow-notify-host': { type: 'string', multiple: true },
  mchid: { type: 'string', default: '1900000100' },
  appid: { type: 'string', multiple: true },
  mode: { type: 'string' },
  sm2: { type: 'boolean', default: false },
  ...GUEST_FLAGS,
  'time-scale': { type: 'string', default: '1' },
  'refund-delay': { type: 'string', default: '300' },
  'rate-limits': { type: 'boolean', default: false },
  'merchant-certificate': { type: 'string' },
  'apiv3-key-file': { type: 'string' },
  'keys-folder': { type: 'string', default: '.wechatpay-simulator' },
  state: { type: 'string' },
  json: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** What to do: tell about itself, or run. */
export type Command =
  | { readonly tell: 'help' | 'version' }
  | {
      readonly tell?: never
      readonly keysFolder: string
      readonly stateFile: string | undefined
      readonly json: boolean
      /** Undefined: none is wanted. */
      readonly consolePort: number | 'usual' | undefined
      readonly options: SimulatorOptions
    }

/** Reads a command line. @throws UsageError, or what `parseArgs` throws for an option that it does not know. */
export async function readCommand(args: readonly string[]): Promise<Command> {
  const { values } = parseArgs({ args: [...args], options: FLAGS })
  if (values.help) return { tell: 'help' }
  if (values.version) return { tell: 'version' }
  const mode = KEY_MODES.find((known) => known === values.mode)
  if (mode === undefined && values.mode !== undefined)
    throw new UsageError(`--mode ${values.mode}: expected ${KEY_MODES.join(', ')}`)
  const { host, 'control-host': controlHost, 'refund-delay': refundDelay } = values
  const certificate = await textOf('merchant-certificate', values['merchant-certificate'])
  const apiv3Key = await textOf('apiv3-key-file', values['apiv3-key-file'])
  const port = (flag: 'port' | 'backup-port' | 'control-port' | 'proxy-port'): number =>
    portOf(flag, values[flag])
  const { 'console-port': consolePort, 'no-console': noConsole } = values
  const options: SimulatorOptions = {
    mchid: values.mchid,
    appids: values.appid ?? ['wx0123456789abcdef'],
    port: port('port'),
    backupPort: port('backup-port'),
    controlPort: port('control-port'),
    ...(host === undefined ? {} : { host: hostOf('host', host) }),
    ...(controlHost === undefined ? {} : { controlHost: hostOf('control-host', controlHost) }),
    https: values.https,
    tlsNames: (values['tls-name'] ?? []).map((name) => hostOf('tls-name', name)),
    ...(values.proxy ? { proxyPort: port('proxy-port') } : {}),
    notifyHosts: (values['allow-notify-host'] ?? []).map((name) => hostOf('allow-notify-host', name)),
    ...(mode === undefined ? {} : { mode }),
    sm2: values.sm2,
    timeScale: numberOf('time-scale', values['time-scale'], { least: 1, most: 1_000_000 }),
    refundDelayMs:
      refundDelay === 'manual'
        ? 'manual'
        : numberOf('refund-delay', refundDelay, { least: 0, most: 604_800 }) * 1000,
    rateLimits: values['rate-limits'],
    ...guestOptions(values),
    ...(certificate === undefined ? {} : { merchantCertificatePem: certificate }),
    ...(apiv3Key === undefined ? {} : { apiv3Key: apiv3Key.trim() }),
  }
  return {
    keysFolder: values['keys-folder'],
    stateFile: values.state,
    json: values.json,
    consolePort: noConsole
      ? undefined
      : consolePort === undefined
        ? 'usual'
        : portOf('console-port', consolePort),
    options,
  }
}

/** A name or an address, without port, scheme or path. */
function hostOf(flag: string, text: string): string {
  const plain = text.toLowerCase()
  const asUrl = plain.includes(':') ? `http://[${plain}]/` : `http://${plain}/`
  if (!/^[a-z0-9._:-]+$/.test(plain) || !URL.canParse(asUrl)) {
    throw new UsageError(`--${flag} ${text}: expected a host name or an address, without scheme and port`)
  }
  return plain
}

async function textOf(flag: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`--${flag} ${file}: the file cannot be read`, { cause })
  }
}
