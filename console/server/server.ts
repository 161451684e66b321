/** Serves the page and its API on loopback, and nothing to anybody else. */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { EventStream, sendEvents } from '#simulator/event-stream.ts'
import { listen } from '#simulator/listen.ts'
import { readBody } from '#simulator/read-body.ts'
import { sendFile, sendJson, sendProblem, setHeaders } from './answer.ts'
import { invalid, notHere, problemFor } from './console-error.ts'
import type { ConsoleError } from './console-error.ts'
import { hostsOf, noSession, requireAllowed, requireOwn } from './gate.ts'
import type { Gate } from './gate.ts'
import type { PageFiles } from './page-files.ts'
import { findRoute } from './routes.ts'
import type { Routes } from './routes.ts'
import { createSession } from './session.ts'

export interface ConsoleOptions {
  /** 0: any free one. */
  readonly port: number
  readonly page: PageFiles
  readonly routes: Routes
  readonly write: boolean
  /** Whether a browser has to come with a link that opens once. */
  readonly guarded: boolean
  /** What is known of failures of others. */
  readonly explain: (error: unknown) => ConsoleError | undefined
}

export interface ConsoleServer {
  /** To open in a browser; where it is guarded, once. */
  readonly url: string
  stop(): Promise<void>
}

const MAX_BODY_BYTES = 64 * 1024

/** Starts it. @throws PortError */
export async function startConsole(options: ConsoleOptions): Promise<ConsoleServer> {
  let gate: Gate = { hosts: [], write: false }
  const server = createServer((request, response) => {
    setHeaders(response)
    serve(options, gate, request, response).catch((error: unknown) => refuse(options, response, error))
  })
  const { port, url, close } = await listen(server, options.port, 'the console')
  const session = options.guarded ? createSession(`wxpay_console_${port}`) : undefined
  gate = { hosts: hostsOf(port), session, write: options.write }
  return {
    url: session === undefined ? `${url}/` : `${url}/enter?token=${session.token}`,
    stop: close,
  }
}

async function serve(
  { page, routes }: ConsoleOptions,
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  requireOwn(request, gate)
  const [path = '', search = ''] = (request.url ?? '').split('?')
  const query = new URLSearchParams(search)
  if (path.startsWith('/api/')) {
    requireAllowed(request, gate)
    return answer(routes, { request, response, path: path.slice('/api'.length), query })
  }
  if (path === '/enter') return enter(gate, response, query.get('token') ?? '')
  const file = request.method === 'GET' ? page.get(path) : undefined
  if (file === undefined) throw notHere()
  sendFile(response, file.type, file.content)
}

function enter({ session }: Gate, response: ServerResponse, token: string): void {
  const cookie = session?.enter(token)
  if (cookie === undefined) throw noSession()
  response.writeHead(303, { Location: '/', 'Set-Cookie': cookie }).end()
}

interface Asked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: string
  readonly query: URLSearchParams
}

async function answer(routes: Routes, { request, response, path, query }: Asked): Promise<void> {
  const { route, part } = findRoute(routes, request.method ?? '', path)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const lastEventId = request.headersDistinct['last-event-id']?.[0]
  const body = await bodyOf(request)
  const result = await route({ part, query, body, lastEventId, signal: gone.signal })
  if (result instanceof EventStream) return sendEvents(response, result, gone.signal)
  sendJson(response, result)
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBody(request, MAX_BODY_BYTES)
  if (bytes === 'too_large') throw invalid('(body)', `must have at most ${MAX_BODY_BYTES} bytes`, '')
  if (bytes.length === 0) return {}
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw invalid('(body)', 'must be JSON', '')
  }
}

function refuse({ explain }: ConsoleOptions, response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy()
  else sendProblem(response, problemFor(error, explain))
}
