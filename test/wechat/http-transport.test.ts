import { getEventListeners, once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpTransport } from '#shared/wechat/http-transport.ts'
import type { HttpTransport, HttpTransportOptions } from '#shared/wechat/http-transport.ts'
import { TransportError } from '#shared/wechat/transport.ts'
import type { TransportRequest } from '#shared/wechat/transport.ts'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'
import { reset, silence, startPeer } from '#test/support/wechat-peer.ts'
import type { WechatPeer } from '#test/support/wechat-peer.ts'

let peer: WechatPeer
let transport: HttpTransport
const cleanups: Array<() => Promise<void> | void> = []

beforeEach(async () => {
  peer = await startPeer()
  transport = make()
  cleanups.push(() => peer.close())
})

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function make(options: HttpTransportOptions = {}): HttpTransport {
  const made = createHttpTransport(options)
  cleanups.push(() => made.close())
  return made
}

function get(changes: Partial<TransportRequest> = {}): TransportRequest {
  return {
    method: 'GET',
    origin: peer.origin,
    path: '/v3/x',
    headers: {},
    freshConnection: false,
    ...changes,
  }
}

async function failure(sending: Promise<unknown>): Promise<TransportError> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof TransportError) return error
  throw new Error('expected a TransportError', { cause: error })
}

/** A bare TCP or TLS server; gives its port. */
async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

describe('an exchange', () => {
  it('sends method, path, headers and body byte for byte and gives raw bytes back', async () => {
    peer.answer((_, response) =>
      response.writeHead(418, { 'X-One': 'a' }).end(Buffer.from([0xff, 0x00, 0x0a])),
    )
    const path = '/v3/a%7Cb*c/%E4%BD%A0?x=%2B&mchid=1'
    const headers = { Accept: 'application/json', 'Content-Length': '6' }
    const answer = await transport.send(get({ method: 'POST', path, headers, body: '支付' }))
    expect(answer.status).toBe(418)
    expect(answer.headers['x-one']).toBe('a')
    expect(answer.body).toEqual(Buffer.from([0xff, 0x00, 0x0a]))
    expect(peer.requests[0]).toMatchObject({
      method: 'POST',
      url: path,
      body: '支付',
      headers: { accept: 'application/json' },
    })
  })

  it('joins doubled headers, so that a second signature can be noticed', async () => {
    peer.answer((_, response) =>
      response
        .writeHead(200, [
          ['Wechatpay-Nonce', 'a'],
          ['Wechatpay-Nonce', 'b'],
        ])
        .end(),
    )
    const { headers } = await transport.send(get())
    expect(headers['wechatpay-nonce']).toBe('a, b')
  })

  it('does not follow redirects', async () => {
    peer.answer((_, response) => response.writeHead(302, { location: '/elsewhere' }).end())
    expect((await transport.send(get())).status).toBe(302)
    expect(peer.requests).toHaveLength(1)
  })

  it('keeps a connection for the next request, except for one that asks for a fresh one', async () => {
    peer.answer((_, response) => response.end('ok'))
    await transport.send(get())
    await transport.send(get())
    await transport.send(get({ freshConnection: true }))
    await transport.send(get())
    const [first, second, fresh, last] = peer.requests.map(({ port }) => port)
    expect(second).toBe(first)
    expect(fresh).not.toBe(first)
    expect(last).toBe(first)
  })

  it('serves more requests at once than it has connections', async () => {
    peer.answer((_, response) => response.end('ok'))
    const answers = await Promise.all(Array.from({ length: 200 }, () => transport.send(get())))
    expect(answers).toHaveLength(200)
    expect(new Set(peer.requests.map(({ port }) => port)).size).toBeLessThanOrEqual(64)
  })

  it('takes an answer of exactly the limit and no byte more, announced or not', async () => {
    const limited = make({ maxResponseBytes: 1000 })
    peer.answer((_, response) => response.end('x'.repeat(1000)))
    expect((await limited.send(get())).body).toHaveLength(1000)
    peer.answer((_, response) => response.end('x'.repeat(1001)))
    expect(await failure(limited.send(get()))).toMatchObject({ failure: 'too_large', maybeSent: true })
    const endless = new Promise<void>((resolve) => {
      peer.answer((_, response) => {
        const timer = setInterval(() => response.write('x'.repeat(400)), 1)
        response.on('close', () => {
          clearInterval(timer)
          resolve()
        })
      })
    })
    expect(await failure(limited.send(get()))).toMatchObject({ failure: 'too_large' })
    await endless
  })
})

describe('a failure before anything was sent', () => {
  it('says so when nobody listens', async () => {
    const port = await listen(createServer())
    for (const cleanup of cleanups.splice(-1)) await cleanup()
    const error = await failure(transport.send(get({ origin: `http://127.0.0.1:${port}` })))
    expect(error).toMatchObject({ failure: 'connection', maybeSent: false, cause: { code: 'ECONNREFUSED' } })
  })

  it('says so when the name does not exist', async () => {
    const error = await failure(transport.send(get({ origin: 'http://does-not-exist.invalid' })))
    expect(error).toMatchObject({ failure: 'connection', maybeSent: false })
  })

  it('says so when a header cannot be sent', async () => {
    const error = await failure(transport.send(get({ headers: { 'X-Bad': 'a\nb' } })))
    expect(error).toMatchObject({ failure: 'connection', maybeSent: false })
    expect(peer.requests).toHaveLength(0)
  })

  it('says so when TLS does not get ready in time', async () => {
    const port = await listen(createServer())
    const error = await failure(
      make({ connectTimeoutMs: 50 }).send(get({ origin: `https://127.0.0.1:${port}` })),
    )
    expect(error).toMatchObject({ failure: 'timeout', maybeSent: false })
  })

  it('says so when the certificate is not trusted, and the peer sees no byte of the request', async () => {
    const pair = makeKeyPair()
    const received: Buffer[] = []
    const server = createTlsServer({ key: pair.privatePem, cert: makeCertificate(pair) }, (socket) => {
      socket.on('error', () => {}).on('data', (data) => received.push(data))
    })
    const port = await listen(server)
    const error = await failure(transport.send(get({ origin: `https://127.0.0.1:${port}` })))
    expect(error).toMatchObject({ failure: 'connection', maybeSent: false })
    expect(received).toEqual([])
  })

  it('says so when the signal had fired before', async () => {
    const error = await failure(transport.send(get({ signal: AbortSignal.abort() })))
    expect(error).toMatchObject({ failure: 'aborted', maybeSent: false })
    expect(peer.requests).toHaveLength(0)
  })

  it('says so when the signal fires during the TLS handshake, and drops the connection', async () => {
    const server = createServer()
    const connected = once(server, 'connection')
    const port = await listen(server)
    const controller = new AbortController()
    const sending = failure(
      transport.send(get({ origin: `https://127.0.0.1:${port}`, signal: controller.signal })),
    )
    const [socket] = (await connected) as [Socket]
    socket.resume()
    const closed = once(socket, 'close')
    controller.abort()
    expect(await sending).toMatchObject({ failure: 'aborted', maybeSent: false })
    await closed
  })
})

describe('a failure after sending', () => {
  it('may have been received when the connection breaks before the answer', async () => {
    peer.answer(reset)
    expect(await failure(transport.send(get()))).toMatchObject({ failure: 'connection', maybeSent: true })
    expect(peer.requests).toHaveLength(1)
  })

  it('may have been received when the connection breaks inside the answer', async () => {
    peer.answer((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.socket?.destroy())
    })
    expect(await failure(transport.send(get()))).toMatchObject({ failure: 'connection', maybeSent: true })
  })

  it('may have been received when the peer wants another protocol', async () => {
    peer.answer((_, response) => {
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
    })
    expect(await failure(transport.send(get()))).toMatchObject({ failure: 'connection', maybeSent: true })
  })

  it('may have been received when the answer takes too long, and the connection is closed', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    peer.answer((_, response) => {
      closed = once(response, 'close')
    })
    const error = await failure(make({ attemptTimeoutMs: 80 }).send(get()))
    expect(error).toMatchObject({ failure: 'timeout', maybeSent: true })
    await closed
  })

  it('may have been received when the answer stops in the middle', async () => {
    peer.answer((_, response) => response.write('half'))
    expect(await failure(make({ attemptTimeoutMs: 80 }).send(get()))).toMatchObject({
      failure: 'timeout',
      maybeSent: true,
    })
  })

  it('is ended by the signal, and the connection is closed', async () => {
    const controller = new AbortController()
    const closed = new Promise<void>((resolve) => {
      peer.answer((_, response) => {
        response.on('close', resolve)
        controller.abort()
      })
    })
    const error = await failure(transport.send(get({ signal: controller.signal })))
    expect(error).toMatchObject({ failure: 'aborted', maybeSent: true })
    await closed
  })
})

describe('resources', () => {
  it('leaves no listener on the signal, however the exchange ended', async () => {
    const { signal } = new AbortController()
    peer.answer((_, response) => response.end('ok'), reset, silence)
    await transport.send(get({ signal }))
    await failure(transport.send(get({ signal })))
    await failure(make({ attemptTimeoutMs: 50 }).send(get({ signal })))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('talks TLS to a peer that is trusted', async () => {
    const pair = makeKeyPair()
    const cert = makeCertificate(pair, { host: 'localhost' })
    const server = createTlsServer({ key: pair.privatePem, cert }, (socket) => {
      socket
        .on('error', () => {})
        .on('data', () => {
          socket.write('HTTP/1.1 204 No Content\r\n\r\n')
        })
    })
    const port = await listen(server)
    const trusting = make({ ca: cert })
    const origin = `https://localhost:${port}`
    expect((await trusting.send(get({ origin }))).status).toBe(204)
    expect((await trusting.send(get({ origin }))).status).toBe(204)
    expect((await trusting.send(get({ origin, freshConnection: true }))).status).toBe(204)
    expect(await failure(transport.send(get({ origin })))).toMatchObject({ maybeSent: false })
  })
})
