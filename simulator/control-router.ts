/** The frame of the control API: JSON over HTTP for programs on this machine, never for web pages. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as v from 'valibot'
import { ApiError } from './api-error.ts'
import { ControlError } from './control-error.ts'
import { MAX_BODY_BYTES, readBody } from './read-body.ts'
import { EventStream, sendEvents } from './event-stream.ts'
import { answerHealth, isHealthCheck } from './front-door.ts'
import { isLoopbackAddress } from './loopback.ts'
import { mayBeFromWebPage, mayBeFromWebPageElsewhere } from './web-page.ts'

export interface ControlCall {
  /** Parsed body; an empty object when there was none. */
  readonly body: unknown
  /** Last part of the path where the route ends in `/*`. */
  readonly item: string
  readonly query: URLSearchParams
  /** The last event that a caller of a stream had, when it comes back; else null. */
  readonly lastEventId: string | null
  /** Ends when the caller goes away. */
  readonly signal: AbortSignal
  /** Whether the caller is a program on this machine. */
  readonly isLocal: boolean
}

/** An answer that is not JSON: for shells. */
export class PlainText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** `METHOD /path` to what it does; the result is the JSON of a 200. */
export type ControlRoutes = Readonly<Record<string, (call: ControlCall) => unknown>>

export interface ControlOptions {
  /** Whether other machines may use it too. */
  readonly isOpen: boolean
  /** Called after what is not a GET. */
  readonly onChange: () => void
}

/** Creates the handler of the control port. */
export function createControlHandler(
  routes: ControlRoutes,
  options: ControlOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (isHealthCheck(request)) return answerHealth(response)
    answer({ routes, ...options }, request, response).catch(() => response.destroy())
  }
}

/** Checks a control request's body. @throws ControlError naming the field. */
export function parseControl<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, body)
  if (result.success) return result.output
  const { path, message }: v.BaseIssue<unknown> = result.issues[0]
  throw new ControlError(
    400,
    'bad_request',
    `${path?.map(({ key }) => String(key)).join('.') ?? 'body'}: ${message}`,
  )
}

interface Control extends ControlOptions {
  readonly routes: ControlRoutes
}

async function answer(
  { routes, isOpen, onChange }: Control,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    refuseWebPages(request, isOpen)
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const { route, item } = find(routes, request.method ?? '', path)
    const body = parseJson(await readBody(request, MAX_BODY_BYTES))
    const call = { ...callerOf(request), body, item, query: new URLSearchParams(query), signal: gone.signal }
    const result = (await route(call)) ?? {}
    if (result instanceof EventStream) return sendEvents(response, result, gone.signal)
    if (request.method !== 'GET') onChange()
    send(response, 200, result)
  } catch (error) {
    const known = error instanceof ControlError || error instanceof ApiError
    const { status, code, message } = known ? error : new ControlError(500, 'internal', String(error))
    send(response, status, { code, message })
  }
}

function callerOf(request: IncomingMessage): Pick<ControlCall, 'isLocal' | 'lastEventId'> {
  const lastEventId = request.headersDistinct['last-event-id']?.[0] ?? null
  return { isLocal: isLoopbackAddress(request.socket.remoteAddress), lastEventId }
}

/** The control API hands out private keys: a page in a browser on this machine must not reach it, rebound name or not. */
function refuseWebPages(request: IncomingMessage, isOpen: boolean): void {
  if (isOpen ? mayBeFromWebPageElsewhere(request) : mayBeFromWebPage(request)) {
    throw new ControlError(
      403,
      'not_for_browsers',
      'the control API answers programs on this machine, not web pages',
    )
  }
}

function find(
  routes: ControlRoutes,
  method: string,
  path: string,
): { readonly route: ControlRoutes[string]; readonly item: string } {
  const exact = routes[`${method} ${path}`]
  if (exact !== undefined) return { route: exact, item: '' }
  const cut = path.lastIndexOf('/')
  const withItem = routes[`${method} ${path.slice(0, cut)}/*`]
  if (withItem !== undefined) return { route: withItem, item: path.slice(cut + 1) }
  throw new ControlError(404, 'no_such_route', `no ${method} ${path}; see docs/simulator.md`)
}

function parseJson(body: Buffer | 'too_large'): unknown {
  if (body === 'too_large') throw new ControlError(413, 'too_large', 'the body is larger than 1 MiB')
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new ControlError(400, 'bad_request', 'the body is not JSON')
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const isText = value instanceof PlainText
  const body = Buffer.from(isText ? value.text : JSON.stringify(value))
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json'
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length }).end(body)
}
