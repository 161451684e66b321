import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listen, type Listening } from '#simulator/listen.ts'

interface Answer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
type Send = (method: string, route: string, options?: { body?: string }) => Promise<Answer>

const connection: { connect(address: string): Send } = createRequire(import.meta.url)(
  '../../local/lambda/runtime-connection.cjs',
)
const sockets: Socket[] = []
const server = Object.assign(createServer(), {
  closeAllConnections() {
    for (const socket of sockets.splice(0)) socket.destroy()
  },
})
let listening: Listening

beforeAll(async () => {
  listening = await listen(server, 0, 'a Runtime API')
})
afterAll(() => listening.close())

async function connected(): Promise<{ readonly send: Send; readonly socket: Socket }> {
  const accepted = once(server, 'connection')
  const send = connection.connect(`127.0.0.1:${listening.port}/an-environment`)
  const [socket] = await accepted
  socket.setNoDelay(true)
  sockets.push(socket)
  return { send, socket }
}

const answer = (id: string, body: string) =>
  Buffer.from(`HTTP/1.1 200 OK\r\nX-Id: ${id}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)

it('gives answers in the order of the requests, however they are cut', async () => {
  const { send, socket } = await connected()
  const bytes = Buffer.concat([answer('1', '{"支付":"成功"}'), answer('2', ''), answer('3', 'x')])
  for (const size of [1, 7, 60, bytes.length]) {
    const sent = Promise.all(['a', 'b', 'c'].map((route) => send('POST', route, { body: '付' })))
    await once(socket, 'data')
    for (let from = 0; from < bytes.length; from += size) socket.write(bytes.subarray(from, from + size))
    const got = (await sent).map(({ headers, body }) => [headers['x-id'], body])
    expect(got).toEqual([
      ['1', '{"支付":"成功"}'],
      ['2', ''],
      ['3', 'x'],
    ])
  }
})

it('sends the path of its environment and the length in bytes', async () => {
  const { send, socket } = await connected()
  const sent = send('POST', 'invocation/1/response', { body: '付' })
  const [bytes] = await once(socket, 'data')
  socket.write(answer('1', ''))
  await sent
  expect(String(bytes)).toBe(
    `POST /an-environment/2018-06-01/runtime/invocation/1/response HTTP/1.1\r\nhost: 127.0.0.1:${listening.port}\r\ncontent-length: 3\r\n\r\n付`,
  )
})

it('rejects what waits when the connection ends, and what comes after', async () => {
  const { send, socket } = await connected()
  const waiting = send('GET', 'invocation/next')
  await once(socket, 'data')
  socket.destroy()
  await expect(waiting).rejects.toThrow('the Lambda Runtime API is gone')
  await expect(send('GET', 'invocation/next')).rejects.toThrow('the Lambda Runtime API is gone')
})
