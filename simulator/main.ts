/** `npm run simulator`: WeChat Pay on this machine, for any SDK in any language; docs/simulator.md tells how to point one at it. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { KeyError } from '#shared/crypto/rsa.ts'
import { KEY_MODES } from './keys.ts'
import { PortError } from './listen.ts'
import { startSimulator } from './simulator.ts'
import type { Simulator, SimulatorOptions } from './simulator.ts'
import { isUsageError, USAGE_EXIT_CODE, UsageError } from './usage-error.ts'

const HELP = `WeChat Pay APIv3 simulator

usage: npm run simulator -- [options]

  --port <n>                     primary domain (default 8900; 0: any free port)
  --backup-port <n>              backup domain (default 8901)
  --control-port <n>             control API (default 8902)
  --mchid <id>                   merchant number (default 1900000100)
  --appid <id>                   appid bound to the merchant; may be given several times (default wx0123456789abcdef)
  --mode <mode>                  ${KEY_MODES.join(' | ')} (default certificate)
  --time-scale <n>               how many times faster WeChat's schedules run (default 1)
  --refund-delay <seconds>       WeChat's time until a refund settles, or "manual" (default 300)
  --rate-limits                  enforce 150 good and 6 failing calls a second
  --merchant-certificate <file>  use your own merchant API certificate (PEM) instead of an issued one
  --apiv3-key-file <file>        use the APIv3 key in this file (32 characters) instead of a generated one
  --keys-folder <folder>         where the merchant's keys are written (default .local/simulator)
  --help                         this text
`

interface Command {
  readonly keysFolder: string
  readonly options: SimulatorOptions
}

async function readCommand(): Promise<Command | undefined> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8900' },
      'backup-port': { type: 'string', default: '8901' },
      'control-port': { type: 'string', default: '8902' },
      mchid: { type: 'string', default: '1900000100' },
      appid: { type: 'string', multiple: true, default: ['wx0123456789abcdef'] },
      mode: { type: 'string', default: 'certificate' },
      'time-scale': { type: 'string', default: '1' },
      'refund-delay': { type: 'string', default: '300' },
      'rate-limits': { type: 'boolean', default: false },
      'merchant-certificate': { type: 'string' },
      'apiv3-key-file': { type: 'string' },
      'keys-folder': { type: 'string', default: join(import.meta.dirname, '..', '.local', 'simulator') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const mode = KEY_MODES.find((known) => known === values.mode)
  if (mode === undefined) throw new UsageError(`--mode ${values.mode}: expected ${KEY_MODES.join(', ')}`)
  const certificate = values['merchant-certificate']
  const apiv3Key = values['apiv3-key-file']
  const options: SimulatorOptions = {
    mchid: values.mchid,
    appids: values.appid,
    port: number('port', values.port, { least: 0, most: 65_535 }),
    backupPort: number('backup-port', values['backup-port'], { least: 0, most: 65_535 }),
    controlPort: number('control-port', values['control-port'], { least: 0, most: 65_535 }),
    mode,
    timeScale: number('time-scale', values['time-scale'], { least: 1, most: 1_000_000 }),
    refundDelayMs:
      values['refund-delay'] === 'manual'
        ? 'manual'
        : number('refund-delay', values['refund-delay'], { least: 0, most: 604_800 }) * 1000,
    rateLimits: values['rate-limits'],
    ...(certificate === undefined
      ? {}
      : { merchantCertificatePem: await readText('merchant-certificate', certificate) }),
    ...(apiv3Key === undefined ? {} : { apiv3Key: (await readText('apiv3-key-file', apiv3Key)).trim() }),
  }
  return { keysFolder: values['keys-folder'], options }
}

function number(
  flag: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most) {
    throw new UsageError(`--${flag} ${text}: expected a number from ${least} to ${most}`)
  }
  return value
}

async function readText(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`--${flag} ${file}: the file cannot be read`, { cause })
  }
}

interface Written {
  readonly folder: string
  readonly files: readonly string[]
}

/** Writes what a merchant downloads from the merchant platform. */
async function writeKeys(simulator: Simulator, folder: string): Promise<Written> {
  const { merchant, platform, public_key: publicKey, apiv3_key: apiv3Key } = simulator.keys()
  const files: Record<string, string> = { 'apiv3_key.txt': apiv3Key, 'pub_key.pem': publicKey.public_key_pem }
  for (const { certificate_pem: certificate, private_key_pem: privateKey } of merchant) {
    files['apiclient_cert.pem'] = certificate
    if (privateKey !== null) files['apiclient_key.pem'] = privateKey
  }
  for (const { certificate_pem: certificate } of platform.certificates)
    files['wechatpay_cert.pem'] = certificate
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const [name, text] of Object.entries(files)) {
    // An older file would keep its own mode if it were written over.
    await rm(join(folder, name), { force: true })
    await writeFile(join(folder, name), text, { mode: 0o600 })
  }
  return { folder, files: Object.keys(files) }
}

async function main(): Promise<void> {
  const command = await readCommand()
  if (command === undefined) {
    process.stdout.write(HELP)
    return
  }
  const simulator = await startSimulator(command.options)
  const written = await writeKeys(simulator, command.keysFolder)
  process.stdout.write(`${describe(simulator, written)}\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.stop().then(() => process.stdout.write('stopped\n')))
  }
}

function describe(simulator: Simulator, { folder, files }: Written): string {
  const { url, backupUrl, controlUrl, mchid, appids } = simulator
  const { merchant, platform, public_key: publicKey } = simulator.keys()
  return `WeChat Pay simulator
  API, primary    ${url}     in place of https://api.mch.weixin.qq.com
  API, backup     ${backupUrl}     in place of https://api2.mch.weixin.qq.com
  control         ${controlUrl}/_control/
  mchid           ${mchid}
  appid           ${appids.join(', ')}
  merchant serial ${merchant[0]?.serial_no ?? ''}
  platform serial ${platform.signing_serial_no}
  public key id   ${publicKey.id}
  keys            ${folder}/ (${files.join(', ')})

Point an SDK at it: its base URL to ${url}, mchid, serial and the files above as its credentials.
Pay an order:  curl -X POST ${controlUrl}/_control/payer/pay -d '{"out_trade_no":"…"}'
Ctrl-C stops it. More: docs/simulator.md`
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
