import { getEventListeners } from 'node:events'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failure, startTransport } from '#test/support/transport-fixture.ts'
import type { TransportFixture } from '#test/support/transport-fixture.ts'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'
import { reset, silence } from '#test/support/wechat-peer.ts'

let it_: TransportFixture

beforeEach(async () => {
  it_ = await startTransport()
})
afterEach(() => it_.close())

describe('an exchange', () => {
  it('sends method, path, headers and body byte for byte and gives raw bytes back', async () => {
    it_.peer.answer((_, response) =>
      response.writeHead(418, { 'X-One': 'a' }).end(Buffer.from([0xff, 0x00, 0x0a])),
    )
    const path = '/v3/a%7Cb*c/%E4%BD%A0?x=%2B&mchid=1'
    const headers = { Accept: 'application/json', 'Content-Length': '6' }
    const answer = await it_.transport.send(it_.get({ method: 'POST', path, headers, body: '支付' }))
    expect(answer.status).toBe(418)
    expect(answer.headers['x-one']).toBe('a')
    expect(answer.body).toEqual(Buffer.from([0xff, 0x00, 0x0a]))
    expect(it_.peer.requests[0]).toMatchObject({
      method: 'POST',
      url: path,
      body: '支付',
      headers: { accept: 'application/json' },
    })
  })

  it('joins doubled headers, so that a second signature can be noticed', async () => {
    it_.peer.answer((_, response) =>
      response
        .writeHead(200, [
          ['Wechatpay-Nonce', 'a'],
          ['Wechatpay-Nonce', 'b'],
        ])
        .end(),
    )
    const { headers } = await it_.transport.send(it_.get())
    expect(headers['wechatpay-nonce']).toBe('a, b')
  })

  it('does not follow redirects', async () => {
    it_.peer.answer((_, response) => response.writeHead(302, { location: '/elsewhere' }).end())
    expect((await it_.transport.send(it_.get())).status).toBe(302)
    expect(it_.peer.requests).toHaveLength(1)
  })

  it('keeps a connection for the next request, except for one that asks for a fresh one', async () => {
    it_.peer.answer((_, response) => response.end('ok'))
    await it_.transport.send(it_.get())
    await it_.transport.send(it_.get())
    await it_.transport.send(it_.get({ freshConnection: true }))
    await it_.transport.send(it_.get())
    const [first, second, fresh, last] = it_.peer.requests.map(({ port }) => port)
    expect(second).toBe(first)
    expect(fresh).not.toBe(first)
    expect(last).toBe(first)
  })

  it('serves more requests at once than it has connections', async () => {
    it_.peer.answer((_, response) => response.end('ok'))
    const answers = await Promise.all(Array.from({ length: 200 }, () => it_.transport.send(it_.get())))
    expect(answers).toHaveLength(200)
    expect(new Set(it_.peer.requests.map(({ port }) => port)).size).toBeLessThanOrEqual(64)
  })

  it('takes an answer of exactly the limit and no byte more, announced or not', async () => {
    const limited = it_.make({ maxResponseBytes: 1000 })
    it_.peer.answer((_, response) => response.end('x'.repeat(1000)))
    expect((await limited.send(it_.get())).body).toHaveLength(1000)
    it_.peer.answer((_, response) => response.end('x'.repeat(1001)))
    expect(await failure(limited.send(it_.get()))).toMatchObject({ failure: 'too_large', maybeSent: true })
    const endless = new Promise<void>((resolve) => {
      it_.peer.answer((_, response) => {
        const timer = setInterval(() => response.write('x'.repeat(400)), 1)
        response.on('close', () => {
          clearInterval(timer)
          resolve()
        })
      })
    })
    expect(await failure(limited.send(it_.get()))).toMatchObject({ failure: 'too_large' })
    await endless
  })
})

describe('resources', () => {
  it('leaves no timer running, however the exchange ended', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    it_.peer.answer((_, response) => response.end('ok'), reset)
    await it_.transport.send(it_.get())
    await failure(it_.transport.send(it_.get()))
    await failure(it_.transport.send(it_.get({ headers: { 'X-Bad': 'a\nb' } })))
    expect(timers()).toBe(before)
  })

  it('limits the time to connect, not the time to answer, with the time-out of the connection', async () => {
    // It begins to wait once the request is there, so it answers after the limit for connecting, however long that took.
    const connectTimeoutMs = 300
    it_.peer.answer((_, response) => setTimeout(() => response.end('ok'), connectTimeoutMs))
    const answer = await it_.make({ connectTimeoutMs }).send(it_.get())
    expect(answer.status).toBe(200)
  })

  it('leaves no listener on the signal, however the exchange ended', async () => {
    const { signal } = new AbortController()
    it_.peer.answer((_, response) => response.end('ok'), reset, silence)
    await it_.transport.send(it_.get({ signal }))
    await failure(it_.transport.send(it_.get({ signal })))
    await failure(it_.make({ attemptTimeoutMs: 50 }).send(it_.get({ signal })))
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
    const port = await it_.listen(server)
    const trusting = it_.make({ ca: cert })
    const origin = `https://localhost:${port}`
    expect((await trusting.send(it_.get({ origin }))).status).toBe(204)
    expect((await trusting.send(it_.get({ origin }))).status).toBe(204)
    expect((await trusting.send(it_.get({ origin, freshConnection: true }))).status).toBe(204)
    expect(await failure(it_.transport.send(it_.get({ origin })))).toMatchObject({ maybeSent: false })
  })
})
