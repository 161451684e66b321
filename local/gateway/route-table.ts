/** Routes of an HTTP API, and which of them a request takes. */

export interface Route {
  /** `GET /v1/payments/{out_trade_no}`, `ANY /x/{proxy+}` or `$default`. */
  readonly key: string
  readonly functionName: string
  readonly requiresIam: boolean
  readonly timeoutMs: number
}

export interface RouteMatch {
  readonly route: Route
  readonly pathParameters: Readonly<Record<string, string>>
}

interface Pattern {
  readonly route: Route
  readonly method: string
  readonly segments: readonly string[]
}

/** Gives the most specific route of a method and a decoded path: fixed parts before variables, variables before `{proxy+}`. */
export function createRouteTable(
  routes: readonly Route[],
): (method: string, path: string) => RouteMatch | undefined {
  const patterns = routes
    .filter(({ key }) => key !== '$default')
    .map(asPattern)
    .sort(bySpecificity)
  const fallback = routes.find(({ key }) => key === '$default')
  return (method, path) => {
    const segments = path.split('/').slice(1)
    for (const pattern of patterns) {
      const pathParameters =
        pattern.method === 'ANY' || pattern.method === method ? match(pattern.segments, segments) : undefined
      if (pathParameters !== undefined) return { route: pattern.route, pathParameters }
    }
    return fallback && { route: fallback, pathParameters: {} }
  }
}

function asPattern(route: Route): Pattern {
  const [method = '', path = '/'] = route.key.split(' ')
  return { route, method, segments: path.split('/').slice(1) }
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {}
  for (const [i, part] of pattern.entries()) {
    const [, name, greedy] = /^\{([^+}]+)(\+?)\}$/.exec(part) ?? []
    const value = greedy === '+' ? segments.slice(i).join('/') : segments[i]
    if (name === undefined ? value !== part : value === undefined || value === '') return undefined
    if (name !== undefined && value !== undefined) parameters[name] = value
    if (greedy === '+') return parameters
  }
  return segments.length === pattern.length ? parameters : undefined
}

function bySpecificity(a: Pattern, b: Pattern): number {
  for (const [i, part] of a.segments.entries()) {
    const difference = rank(b.segments[i]) - rank(part)
    if (difference !== 0) return difference
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY')
}

function rank(part: string | undefined): number {
  if (part === undefined) return -1
  return part.endsWith('+}') ? 0 : part.startsWith('{') ? 1 : 2
}
