import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Check } from '#cli/stack/check.ts'
import { checkNotifyUrls } from '#cli/stack/notify-checks.ts'
import type { StackAccess } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'
import { describeStack } from './setup-fixture.ts'
import { createShell } from './shell.ts'

const directory = mkdtempSync(join(tmpdir(), 'wxpay-doctor-'))
const wxpay = createShell(directory)
let server: Server
let status = 401

/** Stands for everything that the stack is made of: nothing of it works but the clock. */
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(status, { location: '/elsewhere', 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const secrets = { merchant_signing: 'a', apiv3_key: 'b', apiv2_key: 'd', platform_keys: 'c' }
  mkdirSync(join(directory, '.local'))
  writeFileSync(
    join(directory, '.local', 'stack.json'),
    JSON.stringify(describeStack({ endpoint: url, secrets, apiUrl: url })),
  )
})
afterAll(() => {
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

async function examine(answer: number, now = Date.now) {
  status = answer
  const { code, out } = await wxpay(['doctor', '--json'], { now })
  const checks: readonly Check[] = JSON.parse(out).checks
  return { code, line: (name: string) => checks.find((check) => check.name === name), checks }
}

describe('doctor on a stack where nothing works', () => {
  it('gives a line with a remedy for everything that fails, and fails itself', async () => {
    const { code, checks, line } = await examine(401)
    expect(code).toBe(1)
    for (const name of ['merchant-signing', 'apiv3-key', 'platform-keys', 'orders table', 'facts table']) {
      expect(line(name)?.level).toBe('fail')
    }
    expect(line('WeChat, backup domain')).toMatchObject({
      level: 'fail',
      detail: expect.stringContaining('cannot be reached'),
    })
    expect(checks.filter(({ level, remedy }) => level !== 'ok' && remedy === '')).toEqual([])
  })

  it.each([
    [401, 'ok', 'refuses an unsigned notification with 401'],
    [204, 'fail', 'accepted an unsigned notification'],
    [302, 'fail', 'redirects (302)'],
    [403, 'fail', 'is closed (403)'],
    [404, 'fail', 'is not there (404)'],
    [503, 'fail', 'answers 503 instead of 401'],
  ])('judges a notify URL that answers %i', async (answer, level, detail) => {
    expect((await examine(answer)).line('notify URL')).toMatchObject({
      level,
      detail: expect.stringContaining(detail),
    })
  })

  it('asks for no notify URL of a deployed stack without TLS', async () => {
    const stack = { wechat: { notifyUrl: 'http://pay.example.com/notify' } } as StackAccess
    const checks = await checkNotifyUrls({ clock: { now: Date.now } } as World, stack)
    expect(checks).toMatchObject([{ level: 'fail', detail: expect.stringContaining('is not https') }])
  })

  it('asks for one of an emulator on this machine, which has none', async () => {
    const stack = { wechat: { notifyUrl: 'http://127.0.0.1:1/notify' } } as StackAccess
    const [check] = await checkNotifyUrls({ clock: { now: Date.now } } as World, stack)
    expect(check?.detail).not.toContain('is not https')
  })

  it.each([
    [10_000, 'ok', '10 s ahead of'],
    [-200_000, 'warn', '200 s behind'],
    [400_000, 'fail', '400 s ahead of'],
  ])('judges a clock that is %i ms off', async (offset, level, detail) => {
    const at = Math.floor(Date.now() / 1000) * 1000
    const { line } = await examine(401, () => at + offset)
    expect(line('clock: notify URL')).toMatchObject({
      level,
      detail: expect.stringMatching(
        new RegExp(detail.replace(/\d+/, (n) => `(?:${n}|${Number(n) - 1}|${Number(n) + 1})`)),
      ),
    })
  })
})
