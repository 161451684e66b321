/** Servers on this machine that hand out keys or pull levers answer programs only. */
import type { IncomingMessage } from 'node:http'

const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/

/** Whether a page in a browser may have sent it, be it under a name that was rebound to this machine. */
export function mayBeFromWebPage({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || !LOOPBACK_HOST.test(headers.host ?? '')
}
