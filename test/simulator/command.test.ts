import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

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
    const flags = ['--mode', 'mixed', '--time-scale', '1000', '--keys-folder', folder]
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
    expect((await stat(join(folder, 'apiclient_key.pem'))).mode.toString(8)).toMatch(/600$/)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    expect(await ended).toBe(0)
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
  ])('refuses %j, with the exit code of wxpay for a wrong command line', async (args, message) => {
    expect(await failing(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
  })

  it('shows its options', async () => {
    const { stdout } = await run(process.execPath, [...command, '--help'])
    expect(stdout).toContain('--refund-delay')
  })
})
