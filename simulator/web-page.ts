/** Servers on this machine that hand out keys or pull levers answer programs only. */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { isLoopbackName } from './loopback.ts'

/** Whether a page in a browser may have sent it, be it under a name that was rebound to this machine. */
export function mayBeFromWebPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || !isLoopbackName(hostOf(headers.host))
}

/**
 * The same for a server that other machines may reach by its address or by the name of its container: a name that can be rebound
 * is one of the public name system, and has a dot.
 */
export function mayBeFromWebPageElsewhere({ headers }: IncomingMessage): boolean {
  const host = hostOf(headers.host)
  const unrebindable = isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0 || /^[a-z0-9_-]+$/.test(host)
  return headers.origin !== undefined || !(unrebindable || host === 'host.docker.internal')
}

function hostOf(header: string | undefined): string {
  return (header ?? '').replace(/:\d+$/, '').toLowerCase()
}
