/**
 * Who may call: the page itself and whoever sits at this machine, never another page in the same browser. It listens on loopback
 * alone; what is left are other pages, names that were rebound to this machine, and other users of it.
 */
import type { IncomingMessage } from 'node:http'
import { ConsoleError } from './console-error.ts'
import type { Session } from './session.ts'

export interface Gate {
  /** The names under which it is reached, with the port. */
  readonly hosts: readonly string[]
  /** Absent: whoever is at this machine may look, because there is nothing here that he could not have otherwise. */
  readonly session?: Session | undefined
  /** Whether calls may change something. */
  readonly write: boolean
}

export function hostsOf(port: number): readonly string[] {
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
}

/** @throws ConsoleError for a request that another page, or another name, brought here. */
export function requireOwn(request: IncomingMessage, { hosts }: Gate): void {
  const { host = '', origin } = request.headers
  // A name that was rebound to this machine keeps itself in the header.
  if (!hosts.includes(host)) throw foreign()
  if (origin !== undefined && origin !== `http://${host}`) throw foreign()
  const site = request.headers['sec-fetch-site'] ?? 'none'
  if (site !== 'same-origin' && site !== 'none' && !isLink(request)) throw foreign()
}

/** Whoever follows a link from elsewhere sees the page, which has nothing in it; its data come by calls of its own. */
function isLink(request: IncomingMessage): boolean {
  const isApi = request.url?.startsWith('/api/') === true
  return request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate' && !isApi
}

/** @throws ConsoleError for a call of the API that may not be made. */
export function requireAllowed(request: IncomingMessage, { session, write }: Gate): void {
  if (session !== undefined && !session.isOpen(request)) throw noSession()
  if (request.method === 'GET') return
  // A browser names the page with whatever it posts, and no form of another page can send this type.
  const type = request.headers['content-type']?.split(';')[0]
  if (request.headers.origin === undefined || type !== 'application/json') throw foreign()
  if (!write) throw readOnly()
}

function foreign(): ConsoleError {
  return new ConsoleError({
    status: 403,
    code: 'foreign_request',
    title: 'this does not come from the console’s own page',
    action: 'open the address that the terminal printed',
  })
}

export function noSession(): ConsoleError {
  return new ConsoleError({
    status: 403,
    code: 'no_session',
    title: 'this browser has not opened the console’s link',
    action: 'open the link that the terminal printed; it opens once: start the console again for another',
  })
}

function readOnly(): ConsoleError {
  return new ConsoleError({
    status: 403,
    code: 'read_only',
    title: 'this console only shows',
    action: 'start it again with --write',
  })
}
