import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readCommand } from '#simulator/command-line.ts'
import { readStateFile } from '#simulator/state-file.ts'
import { createControlClient } from '#simulator/control-client.ts'

const run = promisify(execFile)
const command = ['simulator/main.ts']
const anyPorts = ['--port', '0', '--backup-port', '0', '--control-port', '0']

async function failing(...args: string[]): Promise<{ code: number; stderr: string }> {
  const failure: unknown = await run(process.execPath, [...command, ...args]).catch((error: unknown) => error)
  return failure as { code: number; stderr: string }
}

describe('npm run simulator', () => {
  it('starts alone, says where everything is, keeps keys private and stops on Ctrl-C', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'))
    const alipay = ['--alipay', '--alipay-port', '0']
    const flags = ['--mode', 'mixed', '--time-scale', '1000', '--keys-folder', folder, ...alipay]
    const child = spawn(process.execPath, [...command, ...anyPorts, ...flags])
    let text = ''
    await new Promise<void>((resolve) =>
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        if (text.includes('Ctrl-C')) resolve()
      }),
    )
    const control = /control +(\S+)/.exec(text)![1]!
    expect(await (await fetch(`${control}keys`)).json()).toMatchObject({ mchid: '1900000100', mode: 'mixed' })
    expect(await (await fetch(`${control}alipay/keys`)).json()).toMatchObject({ app_id: '2021001161683774' })
    expect(text).toMatch(/Alipay +http:\S+\/gateway.do/)
    expect((await stat(join(folder, 'alipay_app_private_key.pem'))).mode.toString(8)).toMatch(/600$/)
    expect((await stat(join(folder, 'apiclient_key.pem'))).mode.toString(8)).toMatch(/600$/)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    await rm(folder, { recursive: true })
  })

  it('prints one JSON object a line with --json: the start, each request, each notification', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'))
    const child = spawn(process.execPath, [
      ...command,
      ...anyPorts,
      '--json',
      '--state',
      join(folder, 'state.json'),
      '--https',
      '--proxy',
      '--proxy-port',
      '0',
      '--keys-folder',
      folder,
    ])
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async (): Promise<Record<string, string>> => JSON.parse((await lines.next()).value!)
    const started = await next()
    expect(started).toMatchObject({
      kind: 'started',
      ca_file: join(folder, 'ca.pem'),
      merchant_serial: expect.any(String),
    })
    expect(await readFile(started['ca_file']!, 'utf8')).toContain('BEGIN CERTIFICATE')
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('*\n')
    const control = createControlClient(started['control_url']!)
    const asked = 'http://api.mch.weixin.qq.com/v3/certificates'
    const answer = once(get(started['proxy_url']!, { path: asked }), 'response')
    expect((await answer)[0]).toMatchObject({ statusCode: 400 })
    expect(await next()).toMatchObject({
      kind: 'request',
      url: '/v3/certificates',
      status: 400,
      verdict: 'refused',
    })
    expect((await control.keys()).mchid).toBe('1900000100')
    child.kill('SIGTERM')
    expect(await next()).toEqual({ kind: 'stopped' })
    expect((await readStateFile(join(folder, 'state.json')))?.keys.merchant[0]?.serial).toBe(
      started['merchant_serial'],
    )
    await rm(folder, { recursive: true })
  })

  it('says in one sentence that a port is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await failing(...anyPorts, '--control-port', String(port))).toMatchObject({
      code: 1,
      stderr: `simulator: port ${port} for the control API is in use: stop the program that has it, or choose another port\n`,
    })
    server.close()
  })

  it.each([
    [['--mode', 'x'], '--mode x: expected certificate, public_key, mixed'],
    [['--time-scale', '0'], '--time-scale 0: expected a number from 1 to 1000000'],
    [['--apiv3-key-file', '/nowhere'], '--apiv3-key-file /nowhere: the file cannot be read'],
    [['--bogus'], "Unknown option '--bogus'"],
    [['--port'], "Option '--port <value>' argument missing"],
    [['start'], "Unexpected argument 'start'"],
    [['--host', 'http://x'], '--host http://x: expected a host name or an address, without scheme and port'],
    [['--alipay', '--alipay-mode', 'x'], '--alipay-mode x: expected public_key, certificate'],
    [['--alipay', '--alipay-app-id', 'x'], '--alipay-app-id x: expected 16 digits'],
    [['--alipay', '--alipay-port', 'x'], '--alipay-port x: expected a number from 0 to 65535'],
    [['--allow-notify-host', 'a:80'], '--allow-notify-host a:80: expected a host name'],
    [['--proxy', '--proxy-port', '70000'], '--proxy-port 70000: expected a number from 0 to 65535'],
  ])('refuses %j', async (args, message) => {
    await expect(readCommand(args)).rejects.toThrow(message)
  })

  it('refuses with the exit code of wxpay for a wrong command line, and says where the options are', async () => {
    expect(await failing('--mode', 'x')).toEqual(
      expect.objectContaining({
        code: 2,
        stderr: 'simulator: --mode x: expected certificate, public_key, mixed; --help lists the options\n',
      }),
    )
  })

  it('shows its options', async () => {
    expect(await readCommand(['--help'])).toEqual({ tell: 'help' })
    const { stdout } = await run(process.execPath, [...command, '--help'])
    expect(stdout).toContain('--refund-delay')
  })
})
