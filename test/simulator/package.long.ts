/** The simulator as strangers get it: packed, installed into an empty folder without any registry, started by its name. */
import { execFile, spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPackage } from '#simulator/packaging/build.ts'
import { installPackage } from '#test/support/installed-package.ts'
import type { InstalledPackage } from '#test/support/installed-package.ts'

const run = promisify(execFile)
const hasCurl = spawnSync('curl', ['--version']).status === 0

let simulator: InstalledPackage
let child: ChildProcess
let started: Record<string, string>

beforeAll(async () => {
  simulator = await installPackage('wechatpay-simulator', buildPackage)
  const ports = ['--port', '0', '--backup-port', '0', '--control-port', '0', '--alipay', '--alipay-port', '0']
  child = spawn(process.execPath, [simulator.command('wechatpay-simulator'), '--json', ...ports], {
    cwd: simulator.folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  started = JSON.parse((await lines.next()).value!) as Record<string, string>
  // The lines of requests are not read; they must not fill the pipe.
  child.stdout!.resume()
})
afterAll(async () => {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
  await simulator.remove()
})

describe('the package', () => {
  it('comes alone, without TypeScript, and brings the licenses of what it was built from', () => {
    expect(simulator.packages).toEqual(['wechatpay-simulator'])
    const files = readdirSync(simulator.pathOf(), { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => file.endsWith('.ts'))).toEqual([])
    const notices = simulator.read('THIRD-PARTY.txt')
    const heads = notices.split(`\n${'-'.repeat(80)}\n\n`).map((notice) => notice.split('\n\n')[0]!)
    const built = heads.flatMap((head) => head.split('\n').map((line) => line.split(' ')[0]!))
    expect(built.toSorted()).toEqual([
      '@noble/ciphers',
      '@noble/curves',
      '@noble/hashes',
      'node-forge',
      'preact',
      'qr',
      'sm-crypto-v2',
      'valibot',
    ])
  })

  it('serves its console, page and data', async () => {
    const page = await fetch(started['console_url']!)
    expect(await page.text()).toMatch(/<script type="module" src="[^"]*console\.js"/)
    expect((await fetch(`${started['console_url']}console.js`)).status).toBe(200)
    const about = (await (await fetch(`${started['console_url']}api/about`)).json()) as object
    expect(about).toMatchObject({ place: 'simulator', pages: ['simulator', 'notifications'] })
  })

  it.each(['README.md', 'README.zh-CN.md'])('brings the pages that %s links to', (name) => {
    const links = simulator.linksOf(name)
    expect(links.length).toBeGreaterThan(1)
    for (const link of links) expect(simulator.read(link)).toContain('#')
  })

  it('writes the keys into the folder in which it was started', () => {
    expect(readdirSync(join(simulator.folder, '.wechatpay-simulator'))).toContain('apiclient_key.pem')
  })
})

async function control<T>(path: string, body?: unknown): Promise<T> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  return (await (await fetch(`${started['control_url']}/_control${path}`, init)).json()) as T
}

describe('a payment', () => {
  it('takes nothing but plain HTTP', async () => {
    const order = {
      out_trade_no: 'PLAIN-1',
      appid: 'wx0123456789abcdef',
      mchid: '1900000100',
      description: 'tea',
    }
    const body = { ...order, notify_url: 'http://127.0.0.1:1/n', amount: { total: 100 } }
    const request = { method: 'POST', url: '/v3/pay/transactions/native', body }
    const signed = await control<{ url: string; headers: Record<string, string>; body: string }>(
      '/merchant/sign',
      request,
    )
    const answer = await fetch(signed.url, { method: 'POST', headers: signed.headers, body: signed.body })
    expect(await answer.json()).toEqual({ code_url: expect.stringMatching(/^weixin:/) })
    const { order: paid } = await control<{ order: { trade_state: string } }>('/payer/pay', {
      out_trade_no: 'PLAIN-1',
    })
    expect(paid.trade_state).toBe('SUCCESS')
    expect(await (await fetch(`${started['payer_url']}?out_trade_no=PLAIN-1`)).text()).toContain('tea')
  })

  it('of Alipay is there as well', async () => {
    const call = { method: 'POST', body: new URLSearchParams({ method: 'alipay.trade.query' }) }
    const answer = await fetch(started['alipay_gateway_url']!, call)
    expect(await answer.json()).toMatchObject({
      alipay_trade_query_response: { sub_code: 'isv.missing-app-id' },
    })
    expect(await control('/alipay/books')).toMatchObject({ trades: 0, balance: 0 })
  })

  it.skipIf(!hasCurl)('goes as the first page says, command by command', async () => {
    const page = readFileSync('simulator/README.md', 'utf8')
    const commands = [...page.matchAll(/^```sh\n(curl[^]*?)^```$/gm)].map(([, text]) =>
      text!.replaceAll('http://127.0.0.1:8902', started['control_url']!),
    )
    expect(commands).toHaveLength(3)
    const answers: string[] = []
    for (const command of commands) answers.push((await run('sh', ['-ec', command])).stdout)
    expect(JSON.parse(answers[0]!)).toEqual({ code_url: expect.any(String) })
    expect(answers[1]).toContain('"trade_state":"SUCCESS"')
    expect(answers[1]).toContain('"out_refund_no":"REFUND-1"')
    expect(answers[2]).toContain('"verdict":"ok"')
    expect(answers[2]).toContain('"event_type":"TRANSACTION.SUCCESS"')
  })
})
