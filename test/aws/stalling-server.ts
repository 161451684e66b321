/** A service on a raw socket that never ends what it begins, with the times at which a client has come to wait for it. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { AWS_ATTEMPT_MS } from '#shared/time-limits.ts'

const HEAD =
  'HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 65536\r\n\r\n{"a":"'
const TRICKLE_EVERY_MS = 100
/** How late a late answer begins: when most of an attempt's time is over. */
export const LATE_MS = AWS_ATTEMPT_MS - 100
/** Node tells it when the head of an answer has come in. */
const ANSWER_BEGUN = 'http.client.response.finish'

export type Stall = keyof typeof STALLS

/** What the service does once the request is there. */
const STALLS = {
  'says nothing': () => {},
  'stalls half-way': (socket: Socket) => {
    socket.write(HEAD)
  },
  'trickles, byte by byte': (socket: Socket) => {
    socket.write(HEAD)
    const timer = setInterval(() => socket.write('x'), TRICKLE_EVERY_MS)
    socket.on('close', () => clearInterval(timer))
  },
  'begins late and stalls': (socket: Socket) => {
    setTimeout(() => socket.write(HEAD), LATE_MS)
  },
} satisfies Record<string, (socket: Socket) => void>

export interface StallingServer {
  readonly port: number
  readonly attempts: number
  /** Resolves when the nth request has come in. */
  asked(attempt: number): Promise<void>
  /** Resolves when the head of the nth answer has reached the client. */
  begun(attempt: number): Promise<void>
  /** Resolves when no connection is left. */
  allClosed(): Promise<void>
  stop(): Promise<void>
}

export async function startStallingServer(stall: Stall): Promise<StallingServer> {
  const requests = counter()
  const answers = counter()
  const sockets = new Map<Socket, Promise<unknown>>()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    sockets.set(socket, once(socket, 'close'))
    socket.once('data', () => {
      STALLS[stall](socket)
      requests.add()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const onAnswer = (message: unknown) => {
    if ((message as Answered).request.getHeader('host') === `127.0.0.1:${port}`) answers.add()
  }
  subscribe(ANSWER_BEGUN, onAnswer)
  return {
    port,
    get attempts() {
      return requests.count()
    },
    asked: requests.reach,
    begun: answers.reach,
    allClosed: async () => {
      await Promise.all(sockets.values())
    },
    stop: async () => {
      unsubscribe(ANSWER_BEGUN, onAnswer)
      for (const socket of sockets.keys()) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Answered {
  readonly request: { getHeader(name: string): unknown }
}

/** Counts, and tells who waits for a number. */
function counter() {
  let count = 0
  const waiters: Array<{ readonly at: number; readonly resolve: () => void }> = []
  return {
    count: () => count,
    add: () => {
      count += 1
      for (const { at, resolve } of waiters) if (count >= at) resolve()
    },
    reach: (at: number) =>
      new Promise<void>((resolve) => {
        if (count >= at) resolve()
        else waiters.push({ at, resolve })
      }),
  }
}
