/** Calls the HTTP API at its URL. */
import { addressOf, baseOf, regionOf } from './addresses.ts'
import type { Answered, Failed, HttpAnswer, HttpRequest, Outgoing, Way } from './way.ts'
import { methodOf } from './way.ts'

const OF_API_GATEWAY = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/

/** @throws TypeError naming the option that is wrong. */
export function apiWay(options: { readonly url: unknown; readonly region?: unknown }): Way {
  const url = addressOf(options.url, 'url', 'as the output ApiUrl of the stack')
  const region = regionOf(options.region ?? OF_API_GATEWAY.exec(url.hostname)?.[1])
  return { request: (outgoing) => requestOf(outgoing, baseOf(url), region), answered }
}

function requestOf(
  { route, numbers = {}, query = {}, headers, body }: Outgoing,
  base: string,
  region: string,
) {
  const [, path = ''] = route.split(' ')
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => inPath(numbers[name] ?? ''))
  const asked = new URLSearchParams(query).toString()
  const url = new URL(base + filled + (asked === '' ? '' : `?${asked}`))
  return { method: methodOf(route), url, headers, body, service: 'execute-api', region } satisfies HttpRequest
}

function inPath(number: string): string {
  return encodeURIComponent(number).replaceAll('*', '%2A')
}

function answered({ status, text }: HttpAnswer): Answered {
  return { status, text, otherwise: withoutProblem(status) }
}

/** What API Gateway answers by itself, or whatever stands in front of it. */
function withoutProblem(status: number): Failed {
  if (status === 401 || status === 403)
    return { code: 'forbidden', detail: 'these credentials may not execute-api:Invoke on this API' }
  if (status === 429) return { code: 'throttled', detail: 'too many requests' }
  if (status >= 500)
    return { code: 'unreachable', detail: `no answer of the API but ${status}: the outcome is unknown` }
  return { code: 'unexpected_answer', detail: `${status} without a problem: is url that of the API?` }
}
