/** Servers on this machine that hand out keys or pull levers answer programs only. */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { isLoopbackName } from './loopback.ts'

/** Whether a page in a browser may have sent it, be it under a name that was rebound to this machine. */
export function mayBeFromWebPage(request: IncomingMessage): boolean {
  return request.headers.origin !== undefined || !isOwnName(request)
}

/**
 * The same for a server that other machines may reach by its address or by the name of its container: a name that can be rebound
 * is one of the public name system, and has a dot.
 */
export function mayBeFromWebPageElsewhere(request: IncomingMessage): boolean {
  return request.headers.origin !== undefined || !isUnrebindableName(request)
}

/** For a server that shows a page of its own: whether something else than that page sent it. */
export function mayBeFromOtherPage(request: IncomingMessage, isOpen: boolean): boolean {
  const { origin, host } = request.headers
  if (!(isOpen ? isUnrebindableName(request) : isOwnName(request))) return true
  // A browser names the page with whatever it posts; what it merely opens changes nothing.
  const isOpened = request.method === 'GET' && origin === undefined
  return !isOpened && !(URL.canParse(origin ?? '') && new URL(origin ?? '').host === host)
}

function isOwnName({ headers }: IncomingMessage): boolean {
  return isLoopbackName(hostOf(headers.host))
}

function isUnrebindableName({ headers }: IncomingMessage): boolean {
  const host = hostOf(headers.host)
  const hasNoDot = isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0 || /^[a-z0-9_-]+$/.test(host)
  return hasNoDot || host === 'host.docker.internal'
}

function hostOf(header: string | undefined): string {
  return (header ?? '').replace(/:\d+$/, '').toLowerCase()
}
