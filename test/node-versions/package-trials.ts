/** What an installed package has to do with a version of Node.js. Each throws when it does not. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { buildPackage as buildCli } from '#cli/packaging/build.ts'
import { buildPackage as buildClient } from '#client/packaging/build.ts'
import { buildPackage as buildConstruct } from '#infra/packaging/build.ts'
import { buildPackage as buildSimulator } from '#simulator/packaging/build.ts'
import { compileExample, placeExample, synthesizeExample } from '#test/construct/example-app.ts'
import type { InstalledPackage } from '#test/support/installed-package.ts'
import { installOldestCdk } from './install-cdk.ts'
import { ROOT } from './versions.ts'

export interface Trial {
  readonly build: (folder: string) => void
  readonly run: (installed: InstalledPackage, binary: string) => Promise<void>
}

const run = promisify(execFile)

export const TRIALS: Readonly<Record<string, Trial>> = {
  'wechatpay-lambda-client': { build: buildClient, run: tryClient },
  'wechatpay-simulator': { build: buildSimulator, run: trySimulator },
  'wechatpay-lambda-cli': { build: buildCli, run: tryCli },
  'wechatpay-lambda-cdk': { build: buildConstruct, run: tryConstruct },
}

/** Both forms sign a call, and say that nobody answers. */
async function tryClient({ folder }: InstalledPackage, binary: string): Promise<void> {
  const use = `
    const pay = new WechatPayments({ url: 'http://127.0.0.1:1', region: 'cn-north-1', retries: 0,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
    pay.queryPayment('ORDER-1').catch((error) => console.log(error.code))`
  const name = 'wechatpay-lambda-client'
  const forms = [
    ['--input-type=module', '-e', `import { WechatPayments } from '${name}';${use}`],
    ['-e', `const { WechatPayments } = require('${name}');${use}`],
  ]
  for (const form of forms)
    assert.equal((await run(binary, form, { cwd: folder })).stdout.trim(), 'unreachable')
}

/** An order is placed and paid, and the console is there. */
async function trySimulator({ folder, command }: InstalledPackage, binary: string): Promise<void> {
  const ports = ['--json', '--port', '0', '--backup-port', '0', '--control-port', '0', '--console-port', '0']
  const child = spawn(binary, [command('wechatpay-simulator'), ...ports], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const started = await lines.next()
    assert.ok(started.done !== true, 'it ended before it had started')
    const { control_url, console_url } = JSON.parse(started.value) as Record<string, string>
    await payAt(String(control_url))
    assert.match(await (await fetch(String(console_url))).text(), /<!doctype html>/)
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

async function payAt(control: string): Promise<void> {
  const order = {
    out_trade_no: 'TRIAL-1',
    appid: 'wx0123456789abcdef',
    mchid: '1900000100',
    description: 'tea',
    notify_url: 'http://127.0.0.1:1/n',
    amount: { total: 100 },
  }
  const post = async (path: string, body: unknown) =>
    (await fetch(`${control}/_control${path}`, { method: 'POST', body: JSON.stringify(body) })).json()
  const signed = await post('/merchant/sign', {
    method: 'POST',
    url: '/v3/pay/transactions/native',
    body: order,
  })
  const { url, headers, body } = signed as { url: string; headers: Record<string, string>; body: string }
  assert.equal((await fetch(url, { method: 'POST', headers, body })).status, 200)
  const paid = (await post('/payer/pay', { out_trade_no: order.out_trade_no })) as {
    order?: { trade_state: string }
  }
  assert.equal(paid.order?.trade_state, 'SUCCESS')
}

/** Without a stack every command says so: what loads for one loads for all. */
async function tryCli({ folder, command }: InstalledPackage, binary: string): Promise<void> {
  const wxpay = (...args: readonly string[]) => run(binary, [command('wxpay'), ...args], { cwd: folder })
  assert.match((await wxpay('--help')).stdout, /^Usage: wxpay /)
  for (const args of [['doctor'], ['order', 'show', 'ORDER-1'], ['facts', 'ls'], ['dlq', 'ls']])
    await assert.rejects(wxpay(...args), { code: 4 })
}

/** The example app is synthesized with it, over the CDK of this repository and over the oldest that it promises. */
async function tryConstruct(installed: InstalledPackage, binary: string): Promise<void> {
  for (const modules of [join(ROOT, 'node_modules'), await installOldestCdk()]) {
    placeExample(installed, modules)
    assert.equal(await compileExample(installed), '')
    const { template } = await synthesizeExample(installed, binary)
    assert.ok('PayApiUrl' in template.Outputs)
  }
}
