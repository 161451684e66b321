/** A server that answers as it is told, as the API or as Lambda, and remembers what it was sent. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** The function that was invoked, by the way of Lambda. */
  readonly invoked?: string
  readonly event?: unknown
}

export interface Told {
  readonly status: number
  readonly body?: unknown
  /** Of Lambda itself: the function did not answer. */
  readonly headers?: Readonly<Record<string, string>>
}

export async function startApi() {
  const sent: Sent[] = []
  let answers: (Told | 'reset' | 'silence')[] = []
  let heard: () => void = () => {}
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const asked = asSent({ method, url, headers, body: Buffer.concat(chunks).toString() })
      sent.push(asked)
      heard()
      const answer = answers.shift() ?? { status: 200, body: {} }
      if (answer === 'silence') return
      if (answer === 'reset') return void request.socket.destroy()
      const { body, headers: own } = answer
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      if (asked.invoked === undefined || own !== undefined)
        return void response.writeHead(answer.status, own).end(text)
      response.end(JSON.stringify({ statusCode: answer.status, headers: {}, body: text ?? '' }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    /** Forgets what was sent. */
    answerWith(...next: (Told | 'reset' | 'silence')[]) {
      answers = next
      sent.length = 0
    },
    nextRequest: () => new Promise<void>((resolve) => (heard = resolve)),
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

/** An invocation as the request that it stands for. */
function asSent(request: Sent): Sent {
  const [, invoked] = INVOCATION.exec(request.url) ?? []
  if (invoked === undefined || request.method !== 'POST') return request
  const event = JSON.parse(request.body)
  const { routeKey, headers, pathParameters = {}, queryStringParameters = {}, body = '' } = event
  const [method, path] = routeKey.split(' ')
  const filled = path.replaceAll(/\{(\w+)\}/g, (_: string, name: string) =>
    encodeURIComponent(pathParameters[name]).replaceAll('*', '%2A'),
  )
  const query = new URLSearchParams(queryStringParameters).toString()
  return {
    method,
    url: query === '' ? filled : `${filled}?${query}`,
    headers: { ...request.headers, ...headers },
    body,
    invoked: decodeURIComponent(invoked),
    event,
  }
}
