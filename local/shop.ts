/** `npm run shop`: the example shop with the stack that it needs, in one command, until Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { isAlive } from './process-alive.ts'
import { installShop, SHOP } from './shop-install.ts'
import { readPort } from './start-options.ts'
import { StackDescription } from './stack-description.ts'
import { startStack } from './stack.ts'
import { startSimulator } from '#simulator/simulator.ts'
import { isUsageError, USAGE_EXIT_CODE } from '#simulator/usage-error.ts'

const HELP = `The example shop of examples/shop, with the local stack: pay and refund in a browser

usage: npm run shop [-- options]

  --port <n>          the shop (default 3000; 0: any free port)
  --state-dir <path>  of the stack (default .local); one that npm start runs there is used
  --help              this text
`

/** WeChat takes minutes; someone trying a shop would not. */
const REFUND_DELAY_MS = 5000

interface Options {
  readonly port: string
  readonly stateDir: string
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** A stack that somebody else started there. */
function isRunning(stackFile: string): boolean {
  try {
    return isAlive(v.parse(StackDescription, JSON.parse(readFileSync(stackFile, 'utf8'))).pid)
  } catch {
    return false
  }
}

/** @returns what ends it again. */
async function ensureStack({ stateDir }: Options): Promise<() => Promise<void>> {
  if (isRunning(join(stateDir, 'stack.json'))) {
    say('the stack of npm start is used')
    return async () => {}
  }
  const stack = await startStack({
    stateDir,
    environment: process.env,
    onProgress: say,
    simulator: (merchant) => startSimulator({ ...merchant, refundDelayMs: REFUND_DELAY_MS }),
  })
  return () => stack.stop()
}

function openShop({ port, stateDir }: Options): ChildProcess {
  const env = { ...process.env, PORT: port, STACK_FILE: join(stateDir, 'stack.json') }
  return spawn(process.execPath, ['local.ts'], { cwd: SHOP, env, stdio: 'inherit' })
}

async function main(options: Options): Promise<void> {
  const starting = ensureStack(options)
  let shop: ChildProcess | undefined
  let interrupted = false
  const interrupt = (): void => {
    if (interrupted) process.exit(130)
    interrupted = true
    say('stopping; Ctrl-C once more forces it')
    shop?.kill()
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  const [started, installed] = await Promise.allSettled([starting, installShop(say)])
  try {
    if (started.status === 'rejected') throw started.reason
    if (installed.status === 'rejected') throw installed.reason
    if (interrupted) return
    shop = openShop(options)
    say('Ctrl-C stops everything.')
    const [code] = await once(shop, 'exit')
    if (!interrupted) process.exitCode = Number(code ?? 1)
  } finally {
    if (started.status === 'fulfilled') await started.value()
    say('stopped')
  }
}

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '3000' },
      'state-dir': { type: 'string', default: '.local' },
      help: { type: 'boolean', default: false },
    },
  })
  return values.help
    ? undefined
    : { port: String(readPort('port', values.port)), stateDir: resolve(values['state-dir']) }
}

try {
  const options = readOptions()
  if (options === undefined) process.stdout.write(HELP)
  else await main(options)
} catch (error) {
  const usage = isUsageError(error)
  const text = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${text}${usage ? '; npm run shop -- --help lists the options' : ''}\n`)
  process.exitCode = usage ? USAGE_EXIT_CODE : 1
}
