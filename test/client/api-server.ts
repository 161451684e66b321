/** A server that answers as it is told, and remembers what it was sent. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Told {
  readonly status: number
  readonly body?: unknown
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
      sent.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      heard()
      const answer = answers.shift() ?? { status: 200, body: {} }
      if (answer === 'silence') return
      if (answer === 'reset') return void request.socket.destroy()
      const { status, body } = answer
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
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
