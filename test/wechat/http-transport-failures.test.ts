import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failure, startTransport } from '#test/support/transport-fixture.ts'
import type { TransportFixture } from '#test/support/transport-fixture.ts'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'
import { reset } from '#test/support/wechat-peer.ts'

let it_: TransportFixture

beforeEach(async () => {
  it_ = await startTransport()
})
afterEach(() => it_.close())

describe('a failure before anything was sent', () => {
  it('says so when nobody listens', async () => {
    const server = createServer()
    const port = await it_.listen(server)
    server.close()
    await once(server, 'close')
    const error = await failure(it_.transport.send(it_.get({ origin: `http://127.0.0.1:${port}` })))
    expect(error).toMatchObject({ failure: 'connection', maybeSent: false, cause: { code: 'ECONNREFUSED' } })
  })

  it('says so when the name does not exist', async () => {
    const error = await failure(it_.transport.send(it_.get({ origin: 'http://does-not-exist.invalid' })))
    expect(error).toMatchObject({ failure: 'connection', maybeSent: false })
  })

  it('says so when a header cannot be sent', async () => {
    const error = await failure(it_.transport.send(it_.get({ headers: { 'X-Bad': 'a\nb' } })))
    expect(error).toMatchObject({ failure: 'connection', maybeSent: false })
    expect(it_.peer.requests).toHaveLength(0)
  })

  it('says so when TLS does not get ready in time', async () => {
    const port = await it_.listen(createServer())
    const error = await failure(
      it_.make({ connectTimeoutMs: 50 }).send(it_.get({ origin: `https://127.0.0.1:${port}` })),
    )
    expect(error).toMatchObject({ failure: 'timeout', maybeSent: false })
  })

  it('says so when the certificate is not trusted, and the peer sees no byte of the request', async () => {
    const pair = makeKeyPair()
    const received: Buffer[] = []
    const server = createTlsServer({ key: pair.privatePem, cert: makeCertificate(pair) }, (socket) => {
      socket.on('error', () => {}).on('data', (data) => received.push(data))
    })
    const port = await it_.listen(server)
    const error = await failure(it_.transport.send(it_.get({ origin: `https://127.0.0.1:${port}` })))
    expect(error).toMatchObject({ failure: 'connection', maybeSent: false })
    expect(received).toEqual([])
  })

  it('says so when the signal had fired before', async () => {
    const error = await failure(it_.transport.send(it_.get({ signal: AbortSignal.abort() })))
    expect(error).toMatchObject({ failure: 'aborted', maybeSent: false })
    expect(it_.peer.requests).toHaveLength(0)
  })

  it('says so when the signal fires during the TLS handshake, and drops the connection', async () => {
    const server = createServer()
    const connected = once(server, 'connection')
    const port = await it_.listen(server)
    const controller = new AbortController()
    const sending = failure(
      it_.transport.send(it_.get({ origin: `https://127.0.0.1:${port}`, signal: controller.signal })),
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
    it_.peer.answer(reset)
    expect(await failure(it_.transport.send(it_.get()))).toMatchObject({
      failure: 'connection',
      maybeSent: true,
    })
    expect(it_.peer.requests).toHaveLength(1)
  })

  it('may have been received when the connection breaks inside the answer', async () => {
    it_.peer.answer((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.socket?.destroy())
    })
    expect(await failure(it_.transport.send(it_.get()))).toMatchObject({
      failure: 'connection',
      maybeSent: true,
    })
  })

  it('may have been received when the peer wants another protocol', async () => {
    it_.peer.answer((_, response) => {
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
    })
    expect(await failure(it_.transport.send(it_.get()))).toMatchObject({
      failure: 'connection',
      maybeSent: true,
    })
  })

  it('may have been received when the answer takes too long, and the connection is closed', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    it_.peer.answer((_, response) => {
      closed = once(response, 'close')
    })
    const error = await failure(it_.make({ attemptTimeoutMs: 80 }).send(it_.get()))
    expect(error).toMatchObject({ failure: 'timeout', maybeSent: true })
    await closed
  })

  it('may have been received when the answer stops in the middle', async () => {
    it_.peer.answer((_, response) => response.write('half'))
    expect(await failure(it_.make({ attemptTimeoutMs: 80 }).send(it_.get()))).toMatchObject({
      failure: 'timeout',
      maybeSent: true,
    })
  })

  it('is ended by the signal, and the connection is closed', async () => {
    const controller = new AbortController()
    const closed = new Promise<void>((resolve) => {
      it_.peer.answer((_, response) => {
        response.on('close', resolve)
        controller.abort()
      })
    })
    const error = await failure(it_.transport.send(it_.get({ signal: controller.signal })))
    expect(error).toMatchObject({ failure: 'aborted', maybeSent: true })
    await closed
  })
})
