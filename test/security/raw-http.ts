/** HTTP without a client that tidies up: headers may repeat, be empty or be oddly written. */
import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export interface RawRequest {
  readonly url: string
  readonly method?: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: Uint8Array
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Sends the headers as given, in order, and reads the whole answer. */
export async function sendRaw({ url, method = 'POST', headers, body }: RawRequest): Promise<RawAnswer> {
  const { host } = new URL(url)
  const named = headers.some(([name]) => name.toLowerCase() === 'host') ? [] : ['Host', host]
  const lines = [
    ...named,
    ...headers.flat(),
    'Content-Length',
    String(body?.length ?? 0),
    'Connection',
    'close',
  ]
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
  const outgoing = request(url, { method, headers: lines, agent: false }, (response) => {
    text(response).then(
      (content) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content }),
      reject,
    )
  })
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}

/** Writes bytes to the server and gives the status line of what comes back; empty when it only closed the connection. */
export async function sendBytes(origin: string, bytes: string | Uint8Array): Promise<string> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  // Answers to refused requests may come before all of it is written, so this side stays open.
  socket.write(bytes)
  const [line = ''] = (await text(socket)).split('\r\n')
  return line
}
