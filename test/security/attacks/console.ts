/** Attacks 59 to 64: what else runs in the browser of an operator, and on the operator's machine, while the console is open. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startConsole } from '#console/server/server.ts'
import type { ConsoleServer } from '#console/server/server.ts'
import { call, codeOf, originOf } from '#test/console/raw-call.ts'

const FOREIGN = '403 foreign_request'
const MARKUP = '</script><script>alert(1)</script>'

export function consoleAttacks(): void {
  let desk: ConsoleServer
  let cookie: string
  let changes = 0

  const start = (write: boolean) =>
    startConsole({
      port: 0,
      page: new Map([['/', { type: 'text/html; charset=utf-8', content: Buffer.from('the page') }]]),
      routes: { 'GET /order': () => ({ note: MARKUP }), 'POST /change': () => ({ changes: (changes += 1) }) },
      guarded: true,
      write,
      explain: () => undefined,
    })
  const enter = async (server: ConsoleServer) => {
    const { pathname, search } = new URL(server.url)
    return call(server, pathname + search)
  }
  const cookieOf = async (server: ConsoleServer) =>
    String((await enter(server)).headers['set-cookie']).split(';')[0]!
  const get = (headers: object) => call(desk, '/api/order', { headers: { cookie, ...headers } })
  const change = (server: ConsoleServer, headers: object) =>
    call(server, '/api/change', { method: 'POST', headers: { ...headers }, body: '{}' })

  beforeAll(async () => {
    desk = await start(true)
    cookie = await cookieOf(desk)
  })
  afterAll(() => desk.stop())

  it('59 the console under a name that was rebound to this machine: 403, for the page and for its data', async () => {
    for (const host of ['evil.example', `evil.example:${new URL(desk.url).port}`, '127.0.0.1.nip.io']) {
      expect(codeOf(await get({ host }))).toBe(FOREIGN)
      expect(codeOf(await call(desk, '/', { headers: { host } }))).toBe(FOREIGN)
    }
  })

  it('60 a foreign page that asks the console for data: 403, and no answer has a word of CORS', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const refused = await get(headers)
      expect(codeOf(refused)).toBe(FOREIGN)
      expect(Object.keys(refused.headers).join()).not.toContain('access-control')
    }
  })

  it('61 a foreign page that would change something by a form: 403 without our own origin and JSON', async () => {
    const own = originOf(desk)
    const json = 'application/json'
    expect(codeOf(await change(desk, { cookie, 'content-type': json }))).toBe(FOREIGN)
    expect(codeOf(await change(desk, { cookie, origin: own, 'content-type': 'text/plain' }))).toBe(FOREIGN)
    expect(codeOf(await change(desk, { cookie, origin: 'https://evil.example', 'content-type': json }))).toBe(
      FOREIGN,
    )
    expect(changes).toBe(0)
    expect(codeOf(await change(desk, { cookie, origin: own, 'content-type': json }))).toBe('taken')
  })

  it('62 somebody else on the operator’s machine: 403 for a used link, a wrong token, and a wrong or absent cookie', async () => {
    const closed = '403 no_session'
    expect(codeOf(await enter(desk))).toBe(closed)
    expect(codeOf(await call(desk, '/enter?token=wrong'))).toBe(closed)
    expect(codeOf(await call(desk, '/api/order'))).toBe(closed)
    expect(codeOf(await get({ cookie: `${cookie.split('=')[0]}=wrong` }))).toBe(closed)
    expect(codeOf(await get({}))).toBe('taken')
  })

  it('63 a console that was not started to write changes nothing: 403', async () => {
    const reading = await start(false)
    const headers = {
      cookie: await cookieOf(reading),
      origin: originOf(reading),
      'content-type': 'application/json',
    }
    expect(codeOf(await change(reading, headers))).toBe('403 read_only')
    await reading.stop()
  })

  it('64 markup in what is stored is sent as JSON, under a policy that runs nothing but the console’s own file', async () => {
    const { headers, body } = await get({})
    expect(JSON.parse(body)).toEqual({ note: MARKUP })
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-content-type-options': 'nosniff' })
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';(?!.*unsafe)/)
  })
}
