/** Who gets in: each check by itself, so that none stands in for another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startConsole } from '#console/server/server.ts'
import type { ConsoleServer } from '#console/server/server.ts'
import { call, codeOf, originOf } from './raw-call.ts'

const page = new Map([
  ['/', { type: 'text/html; charset=utf-8', content: Buffer.from('<!doctype html>the page') }],
])
const changed: unknown[] = []
const routes = {
  'GET /secret/:name': ({ part }: { part: (name: string) => string }) => ({ secret: part('name') }),
  'POST /change': ({ body }: { body: unknown }) => ({ changed: changed.push(body) }),
}
const start = (guarded: boolean, write: boolean) =>
  startConsole({ port: 0, page, routes, guarded, write, explain: () => undefined })

let open: ConsoleServer
let guarded: ConsoleServer
let reading: ConsoleServer
let cookie: string

beforeAll(async () => {
  ;[open, guarded, reading] = await Promise.all([start(false, true), start(true, true), start(false, false)])
  const { pathname, search } = new URL(guarded.url)
  const entered = await call(guarded, pathname + search)
  cookie = String(entered.headers['set-cookie']).split(';')[0]!
})
afterAll(() => Promise.all([open, guarded, reading].map((server) => server.stop())))

describe('the port', () => {
  it('is open to this machine alone', async () => {
    expect(new URL(open.url).hostname).toBe('127.0.0.1')
    const { port } = new URL(open.url)
    // Another address of this machine: who listens on all of them answers here as well.
    await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow('fetch failed')
  })
})

describe('a call of the page itself', () => {
  it('is taken, by any loopback name', async () => {
    const { port } = new URL(open.url)
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      expect(codeOf(await call(open, '/api/secret/one', { headers: { host } }))).toBe('taken')
    }
    const headers = {
      'content-type': 'application/json',
      origin: originOf(open),
      'sec-fetch-site': 'same-origin',
    }
    expect(codeOf(await call(open, '/api/change', { method: 'POST', headers, body: '{"a":1}' }))).toBe(
      'taken',
    )
    expect(changed.at(-1)).toEqual({ a: 1 })
  })

  it('carries no word of CORS, and on every answer what keeps scripts and frames out', async () => {
    const answers = [
      await call(open, '/'),
      await call(open, '/api/secret/one'),
      await call(open, '/nowhere'),
      await call(open, '/api/secret/one', { headers: { host: 'evil.example' } }),
    ]
    for (const { headers } of answers) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; script-src 'self'; style-src 'self';(?!.*unsafe).* frame-ancestors 'none'$/,
        ),
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      })
    }
  })
})

describe('a foreign page', () => {
  const FOREIGN = '403 foreign_request'

  it.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1.evil.example', 'localhost:1'])(
    'under a name that was rebound to this machine gets nothing: %s',
    async (host) => {
      expect(codeOf(await call(open, '/api/secret/one', { headers: { host } }))).toBe(FOREIGN)
      expect(codeOf(await call(open, '/', { headers: { host } }))).toBe(FOREIGN)
    },
  )

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'is told by its origin: %s',
    async (origin) => {
      expect(codeOf(await call(open, '/api/secret/one', { headers: { origin } }))).toBe(FOREIGN)
    },
  )

  it.each(['cross-site', 'same-site'])(
    'is told by what its browser says, where it names no origin: %s',
    async (site) => {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }
      expect(codeOf(await call(open, '/api/secret/one', { headers }))).toBe(FOREIGN)
      expect(codeOf(await call(open, '/', { headers }))).toBe(FOREIGN)
      const followed = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' }
      expect(codeOf(await call(open, '/', { headers: followed }))).toBe('taken')
      expect(codeOf(await call(open, '/api/secret/one', { headers: followed }))).toBe(FOREIGN)
    },
  )

  it('cannot change anything by a form, which names no origin or another type', async () => {
    const before = changed.length
    const json = { 'content-type': 'application/json' }
    expect(codeOf(await call(open, '/api/change', { method: 'POST', headers: json, body: '{}' }))).toBe(
      FOREIGN,
    )
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', undefined]) {
      const headers = { origin: originOf(open), ...(type === undefined ? {} : { 'content-type': type }) }
      expect(codeOf(await call(open, '/api/change', { method: 'POST', headers, body: '{}' }))).toBe(FOREIGN)
    }
    expect(changed.length).toBe(before)
  })
})

describe('the link that opens once', () => {
  const NO_SESSION = '403 no_session'

  it('opens for the browser that came first, and for no other', async () => {
    const { pathname, search } = new URL(guarded.url)
    expect(codeOf(await call(guarded, pathname + search))).toBe(NO_SESSION)
    expect(codeOf(await call(guarded, '/api/secret/one', { headers: { cookie } }))).toBe('taken')
    expect(codeOf(await call(guarded, '/api/secret/one', { headers: { cookie: `a=b; ${cookie}` } }))).toBe(
      'taken',
    )
  })

  it('sets a cookie that no script reads and no other site sends', async () => {
    const fresh = await start(true, false)
    const { pathname, search } = new URL(fresh.url)
    const { status, headers } = await call(fresh, pathname + search)
    await fresh.stop()
    expect([status, headers['location']]).toEqual([303, '/'])
    expect(String(headers['set-cookie'])).toMatch(
      /^wxpay_console_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/,
    )
  })

  it('is closed to a wrong token, also as long as nobody has opened it', async () => {
    const fresh = await start(true, false)
    for (const path of ['/enter?token=wrong', '/enter'])
      expect(codeOf(await call(fresh, path))).toBe(NO_SESSION)
    const { pathname, search } = new URL(fresh.url)
    expect((await call(fresh, pathname + search)).status).toBe(303)
    await fresh.stop()
  })

  it('is closed to who has no cookie, or a wrong one', async () => {
    const [name] = cookie.split('=')
    for (const headers of [{}, { cookie: `${name}=wrong` }, { cookie: `other=${cookie.split('=')[1]}` }])
      expect(codeOf(await call(guarded, '/api/secret/one', { headers }))).toBe(NO_SESSION)
  })

  it('is closed before it was opened, whatever cookie comes', async () => {
    const fresh = await start(true, false)
    const value = cookie.split('=')[1]
    const headers = { cookie: `wxpay_console_${new URL(fresh.url).port}=${value}` }
    expect(codeOf(await call(fresh, '/api/secret/one', { headers }))).toBe(NO_SESSION)
    await fresh.stop()
  })
})

describe('what is asked for', () => {
  const own = (server: ConsoleServer) => ({ 'content-type': 'application/json', origin: originOf(server) })

  it('is shown and not changed where nobody asked to write', async () => {
    expect(codeOf(await call(reading, '/api/secret/one'))).toBe('taken')
    const change = { method: 'POST', headers: own(reading), body: '{}' }
    expect(codeOf(await call(reading, '/api/change', change))).toBe('403 read_only')
  })

  it.each([
    ['another path', 'GET', '/api/other', undefined, '404 not_here'],
    ['another method', 'DELETE', '/api/change', undefined, '404 not_here'],
    ['a path that leaves the page', 'GET', '/../package.json', undefined, '404 not_here'],
    ['a part that is not encoded', 'GET', '/api/secret/%zz', undefined, '404 not_here'],
    ['a page that is posted', 'POST', '/', '{}', '404 not_here'],
    ['what is not JSON', 'POST', '/api/change', '{', '400 invalid_request'],
    ['too much', 'POST', '/api/change', `"${'x'.repeat(64 * 1024)}"`, '400 invalid_request'],
  ])('is refused with a code: %s', async (_, method, path, body, code) => {
    const answered = await call(open, path, {
      method,
      headers: own(open),
      ...(body === undefined ? {} : { body }),
    })
    expect(codeOf(answered)).toBe(code)
    expect(answered.headers['content-type']).toBe('application/problem+json')
  })
})
