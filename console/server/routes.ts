/** Routes of the console's API, and how a call finds its own. */
import { notHere } from './console-error.ts'

export interface Call {
  /** A part of the path by its name in the route. */
  readonly part: (name: string) => string
  readonly query: URLSearchParams
  /** Parsed; an empty object when there was none. */
  readonly body: unknown
  /** The last event that the caller of a stream had, when it comes back. */
  readonly lastEventId?: string | undefined
  /** Ends when the caller goes away. */
  readonly signal: AbortSignal
}

type Method = 'GET' | 'POST' | 'DELETE'

/** `GET /orders/:out_trade_no`, below `/api`; the result is the JSON of a 200, or an EventStream. */
export type Routes = Readonly<Record<`${Method} /${string}`, (call: Call) => unknown>>

interface Found {
  readonly route: (call: Call) => unknown
  readonly part: Call['part']
}

/** @param path without `/api`. @throws ConsoleError `not_here` */
export function findRoute(routes: Routes, method: string, path: string): Found {
  const given = path.split('/').map(decoded)
  for (const [key, route] of Object.entries(routes)) {
    const [wanted, template = ''] = key.split(' ')
    const names = template.split('/')
    const fits =
      names.length === given.length && names.every((name, at) => name.startsWith(':') || name === given[at])
    if (wanted === method && fits) return { route, part: (name) => given[names.indexOf(`:${name}`)] ?? '' }
  }
  throw notHere()
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw notHere()
  }
}
