/** A link that opens once, and the session that it opens: other users of this machine see the port, but neither of the two. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface Session {
  /** For the link. */
  readonly token: string
  /** @returns the cookie for a browser that comes with the token for the first time. */
  enter(token: string): string | undefined
  isOpen(request: IncomingMessage): boolean
}

/** @param name of the cookie: browsers hand cookies to every port of a host. */
export function createSession(name: string): Session {
  const token = secret()
  const id = secret()
  let used = false
  return {
    token,
    enter(given) {
      if (used || !isSame(given, token)) return undefined
      used = true
      return `${name}=${id}; HttpOnly; SameSite=Strict; Path=/`
    },
    isOpen: ({ headers }) => used && cookiesOf(headers.cookie, name).some((value) => isSame(value, id)),
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url')
}

function cookiesOf(header: string | undefined, name: string): readonly string[] {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim())
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1))
}

/** In the same time for every text that is wrong. */
function isSame(one: string, other: string): boolean {
  const hashed = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hashed(one), hashed(other))
}
