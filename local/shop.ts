/** `npm run shop`: the example shop with the stack that it needs, in one command, until Ctrl-C. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { isAlive } from './process-alive.ts'
import { installShop, SHOP } from './shop-install.ts'
import { readShopOptions, SHOP_HELP, type ShopOptions } from './shop-options.ts'
import { StackDescription } from './stack-description.ts'
import { startStack } from './stack.ts'
import { startSimulator } from '#simulator/simulator.ts'
import { isUsageError, USAGE_EXIT_CODE } from '#simulator/usage-error.ts'

/** WeChat takes minutes; someone trying a shop would not. */
const REFUND_DELAY_MS = 5000

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
async function ensureStack({ stateDir }: ShopOptions): Promise<() => Promise<void>> {
  if (isRunning(join(stateDir, 'stack.json'))) {
    say('the stack of npm start is used')
    return async () => {}
  }
  const stack = await startStack({
    stateDir,
    withAlipay: true,
    environment: process.env,
    onProgress: say,
    simulator: (merchant) => startSimulator({ ...merchant, refundDelayMs: REFUND_DELAY_MS }),
  })
  return () => stack.stop()
}

function openShop({ port, stateDir }: ShopOptions): ChildProcess {
  const env = { ...process.env, PORT: port, STACK_FILE: join(stateDir, 'stack.json') }
  return spawn(process.execPath, ['local.ts'], { cwd: SHOP, env, stdio: 'inherit' })
}

async function main(options: ShopOptions): Promise<void> {
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

try {
  const options = readShopOptions(process.argv.slice(2))
  if (options === undefined) process.stdout.write(SHOP_HELP)
  else await main(options)
} catch (error) {
  const usage = isUsageError(error)
  const text = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${text}${usage ? '; npm run shop -- --help lists the options' : ''}\n`)
  process.exitCode = usage ? USAGE_EXIT_CODE : 1
}
