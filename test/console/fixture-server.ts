/** Serves the built page over a small history, so that the page is tested by itself: a server that speaks the contract and no more. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { About, ConsoleProblem, DecisionInput, Listing } from '#console/contract.ts'
import type { FaultsOnShow, SetFault, SimulatorClock, WireLine } from '#console/contract-simulator.ts'
import { bundlePage } from '#console/packaging/build-page.ts'
import { ordersFixture, REFUNDS } from './orders-fixture.ts'
import { FAULT_KINDS, SIMULATOR_ORDERS, WIRE } from './simulator-fixture.ts'
import { CHARTS, DAYS, HEALTH, NOTIFICATIONS, notificationRows } from './watch-fixture.ts'

/** As strict as that of the real server: whatever the page needs beyond it fails in the test. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'"

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
}

const ABOUT: About = {
  place: 'local',
  stage: 'dev',
  mchid: '1900000109',
  region: 'cn-north-1',
  write: true,
  pages: ['orders', 'refunds', 'notifications', 'reconciliation', 'health', 'charts', 'simulator'],
  languages: ['en', 'zh-CN'],
  version: '0.1.0',
  now: '2026-11-26T04:30:00.000Z',
}

export interface FixtureServer {
  readonly url: string
  /** `METHOD path` of every call that changes something, with its body. */
  readonly changes: readonly (readonly [call: string, body: unknown])[]
  /** Sends a line to whoever listens to the wire. */
  readonly tell: (line: WireLine) => void
  readonly close: () => Promise<void>
}

export async function startFixtureServer(about: Partial<About> = {}): Promise<FixtureServer> {
  const files = new Map((await bundlePage()).map(({ name, content }) => [`/${name}`, content]))
  const answers = createAnswers({ ...ABOUT, ...about })
  const changes: (readonly [string, unknown])[] = []
  const listeners = new Set<ServerResponse>()
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost')
    const file = files.get(pathname === '/' ? '/index.html' : pathname)
    const { method = '' } = request
    if (file !== undefined) return sendFile(response, pathname, file)
    if (pathname === '/api/simulator/wire/stream') return openStream(response, listeners)
    const text = await readText(request)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    if (method !== 'GET') changes.push([`${method} ${pathname}`, body])
    sendJson(response, answers(method, pathname.slice('/api/'.length), body))
  }
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    changes,
    tell(line) {
      for (const listener of listeners)
        listener.write(`event: line\nid: ${line.id}\ndata: ${JSON.stringify(line)}\n\n`)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function createAnswers(about: About) {
  const orders = ordersFixture()
  let set: readonly SetFault[] = []
  const list = <Entry>(entries: readonly Entry[]): Listing<Entry> => ({ entries })
  const faults = (): FaultsOnShow => ({ set, kinds: FAULT_KINDS })
  const clock: SimulatorClock = {
    now: '2026-11-26T05:30:00.000Z',
    wall: '2026-11-26T04:30:00.000Z',
    time_scale: 10,
  }
  const fixed: Readonly<Record<string, unknown>> = {
    'GET about': about,
    'GET refunds': list(REFUNDS),
    'GET notifications': list(notificationRows()),
    'GET reconciliation': list(DAYS),
    'GET health': HEALTH,
    'GET charts': CHARTS,
    'GET simulator/orders': list(SIMULATOR_ORDERS),
    'GET simulator/clock': clock,
    'POST simulator/clock/advance': clock,
    'POST simulator/pay': SIMULATOR_ORDERS[0],
    'GET simulator/wire': list(WIRE),
  }
  return (method: string, path: string, body: unknown): unknown => {
    const ready = fixed[`${method} ${path}`]
    if (ready !== undefined) return ready
    const [resource = '', item = '', action] = path.split('/').map(decodeURIComponent)
    if (path === 'orders') return list(orders.rows())
    if (action === 'dismiss') orders.dismiss(item, body as DecisionInput)
    if (resource === 'orders') return orders.story(item) ?? problem(404, 'order_not_found')
    if (resource === 'notifications') return NOTIFICATIONS.find(({ id }) => id === item)
    if (resource === 'reconciliation') return DAYS.find(({ day }) => day === item)
    if (item !== 'faults') return problem(404, 'not_here')
    if (method === 'POST')
      set = [...set, { id: `f-${set.length}`, kind: (body as SetFault).kind, remaining: 1 }]
    if (method === 'DELETE') set = []
    return faults()
  }
}

const problem = (status: number, code: string): ConsoleProblem => ({
  type: `urn:wxpay:problem:${code}`,
  title: 'no such order',
  title_zh: '没有这个订单',
  status,
  code,
  action: 'check the number',
  action_zh: '核对单号',
})

function sendFile(response: ServerResponse, path: string, content: Uint8Array): void {
  const type = TYPES[path.split('.').at(-1) ?? ''] ?? TYPES['html']
  response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP }).end(content)
}

function sendJson(response: ServerResponse, answer: unknown): void {
  const status = isProblem(answer) ? answer.status : 200
  const type = status === 200 ? 'application/json' : 'application/problem+json'
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(answer))
}

const isProblem = (answer: unknown): answer is ConsoleProblem =>
  typeof answer === 'object' && answer !== null && 'code' in answer

function openStream(response: ServerResponse, listeners: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(': here\n\n')
  listeners.add(response)
  response.on('close', () => listeners.delete(response))
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
