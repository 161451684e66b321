/** Stands before a table service and drops every condition of a write: a store that relies on none would not notice. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Proxy {
  readonly url: string
  stop(): Promise<void>
}

export async function startForgetfulProxy(target: string): Promise<Proxy> {
  const server = createServer((request, response) => {
    void text(request)
      .then(async (body) => {
        const { ConditionExpression, ...kept } = JSON.parse(body)
        const answer = await fetch(target, {
          method: 'POST',
          headers: headersOf(request.headers),
          body: ConditionExpression === undefined ? body : JSON.stringify(withoutUnusedNames(kept)),
        })
        response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' })
        response.end(await answer.text())
      })
      .catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What describes the body is fetch's own to say. */
function headersOf(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const kept = ['x-amz-target', 'authorization', 'x-amz-date', 'content-type']
  return Object.fromEntries(kept.map((name) => [name, String(headers[name])]))
}

/** DynamoDB refuses names and values that no expression uses. */
function withoutUnusedNames(request: Record<string, unknown>): Record<string, unknown> {
  const expressions = [
    'UpdateExpression',
    'KeyConditionExpression',
    'ProjectionExpression',
    'FilterExpression',
  ]
  const used = expressions.map((name) => JSON.stringify(request[name] ?? '')).join(' ')
  const pruned = Object.entries(request).flatMap(([name, value]) => {
    if (!/^ExpressionAttribute(?:Names|Values)$/.test(name) || value === null) return [[name, value]]
    const kept = Object.entries(Object(value)).filter(([key]) => new RegExp(`${key}\\b`).test(used))
    return kept.length === 0 ? [] : [[name, Object.fromEntries(kept)]]
  })
  return Object.fromEntries(pruned)
}
