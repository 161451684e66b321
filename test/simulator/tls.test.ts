import { X509Certificate } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTlsAuthority, createTlsIdentity, servedNames } from '#simulator/tls-identity.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant } from './support/merchant.ts'

const CERTIFICATES = '/v3/certificates'
let simulator: Simulator
let ca: string

beforeAll(async () => {
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    https: true,
    proxyPort: 0,
    tlsNames: ['wechat.internal', '10.9.8.7'],
  })
  ca = simulator.caCertificatePem!
})
afterAll(() => simulator.stop())

const signed = (path: string): Record<string, string> => ({
  Accept: 'application/json',
  'User-Agent': 'test',
  Authorization: createMerchant(simulator).authorization('GET', path, ''),
})

interface Got {
  readonly status: number
  readonly serial: unknown
}

function get(url: string, options: Parameters<typeof httpsRequest>[1] = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const request = send(url, { agent: false, headers: signed(CERTIFICATES), ...options }, (response) => {
      response
        .resume()
        .once('end', () =>
          resolve({ status: response.statusCode ?? 0, serial: response.headers['wechatpay-serial'] }),
        )
    })
    request.once('error', reject).end()
  })
}

const SIGNED = { status: 200, serial: expect.stringMatching(/^[0-9A-F]{40}$/) }

describe('HTTPS', () => {
  it('is trusted by who trusts its authority, on both domains, and by nobody else', async () => {
    expect(await get(`${simulator.url}${CERTIFICATES}`, { ca })).toEqual(SIGNED)
    expect(await get(`${simulator.backupUrl}${CERTIFICATES}`, { ca })).toEqual(SIGNED)
    await expect(get(`${simulator.url}${CERTIFICATES}`)).rejects.toThrow('unable to verify')
  })

  it('holds the names of WeChat, of this machine, and those that were named', () => {
    const named = ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com', 'localhost', 'wechat.internal']
    const { port } = new URL(simulator.url)
    return new Promise<void>((resolve, reject) => {
      const socket = tlsConnect(
        { port: Number(port), host: '127.0.0.1', ca, servername: 'localhost' },
        () => {
          const certificate = socket.getPeerX509Certificate()!
          expect(named.map((name) => certificate.checkHost(name))).toEqual(named)
          expect(['127.0.0.1', '::1', '10.9.8.7'].map((ip) => certificate.checkIP(ip))).not.toContain(
            undefined,
          )
          socket.destroy()
          resolve()
        },
      ).once('error', reject)
    })
  })

  it('comes from an authority that can vouch for nothing else', async () => {
    const authority = await createTlsAuthority(servedNames([]), Date.now())
    const other = await createTlsIdentity({ ...authority, names: ['shop.example'] }, Date.now())
    const leaf = new X509Certificate(other.certificatePem)
    expect(leaf.checkHost('shop.example')).toBe('shop.example')
    await expect(handshake(other, authority.certificate_pem)).rejects.toThrow(/permitted subtree violation/)
    const right = await createTlsIdentity(authority, Date.now())
    expect(await handshake(right, authority.certificate_pem)).toBe(true)
  })
})

/** Whether a client that trusts `trusted` accepts a server with this identity. */
async function handshake(
  { certificatePem: cert, privateKeyPem: key }: Awaited<ReturnType<typeof createTlsIdentity>>,
  trusted: string,
): Promise<boolean> {
  const { createServer } = await import('node:tls')
  const server = createServer({ cert, key })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  try {
    return await new Promise<boolean>((resolve, reject) => {
      const servername = new X509Certificate(cert).subjectAltName!.match(/DNS:([^,]+)/)![1]!
      const socket = tlsConnect({ port, host: '127.0.0.1', ca: trusted, servername }, () => {
        socket.destroy()
        resolve(true)
      }).once('error', reject)
    })
  } finally {
    server.close()
  }
}

/** Opens a tunnel through the proxy. */
function tunnel(target: string): Promise<{ readonly status: number; readonly socket: Socket }> {
  const { hostname: host, port } = new URL(simulator.proxyUrl!)
  return new Promise((resolve, reject) => {
    httpRequest({ host, port, method: 'CONNECT', path: target, agent: false })
      .once('connect', (response, socket: Socket) => resolve({ status: response.statusCode ?? 0, socket }))
      .once('error', reject)
      .end()
  })
}

async function getThrough(domain: string): Promise<Got> {
  const { socket } = await tunnel(`${domain}:443`)
  const secure = tlsConnect({ socket, servername: domain, ca })
  return get(`https://${domain}${CERTIFICATES}`, { agent: undefined, createConnection: () => secure })
}

describe('the forward proxy', () => {
  it.each(['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com'])('plays %s in a tunnel', async (domain) => {
    expect(await getThrough(domain)).toEqual(SIGNED)
  })

  it.each(['http', 'https'])('answers %s requests in absolute form', async (scheme) => {
    const path = `${scheme}://api.mch.weixin.qq.com${CERTIFICATES}`
    expect(await get(simulator.proxyUrl!, { path })).toEqual(SIGNED)
  })

  it('leads nowhere else', async () => {
    for (const target of [
      'shop.example:443',
      'api.mch.weixin.qq.com:22',
      'api.mch.weixin.qq.com.evil:443',
      '127.0.0.1:443',
    ]) {
      const { status, socket } = await tunnel(target)
      socket.destroy()
      expect([target, status]).toEqual([target, 403])
    }
    for (const path of [
      'http://shop.example/',
      'http://127.0.0.1/_control/keys',
      '/v3/certificates',
      '/_control/keys',
    ]) {
      expect([path, (await get(simulator.proxyUrl!, { path })).status]).toEqual([path, 403])
    }
  })

  it('has no control API under the name of WeChat', async () => {
    const path = 'http://api.mch.weixin.qq.com/_control/keys'
    expect((await get(simulator.proxyUrl!, { path })).status).toBe(404)
  })

  it('takes the path of a URL without one as /', async () => {
    expect((await get(simulator.proxyUrl!, { path: 'http://api.mch.weixin.qq.com' })).status).toBe(404)
    expect((await get(simulator.proxyUrl!, { path: 'http://api.mch.weixin.qq.com?a=1' })).status).toBe(404)
  })

  it('has no primary domain while that is down, and the backup all the same', async () => {
    await simulator.control.addFault({ kind: 'primary_down' })
    const { status, socket } = await tunnel('api.mch.weixin.qq.com:443')
    socket.destroy()
    expect(status).toBe(502)
    const path = `http://api.mch.weixin.qq.com${CERTIFICATES}`
    expect((await get(simulator.proxyUrl!, { path })).status).toBe(502)
    expect(await getThrough('api2.mch.weixin.qq.com')).toEqual(SIGNED)
    await simulator.control.clearFaults()
    expect(await getThrough('api.mch.weixin.qq.com')).toEqual(SIGNED)
  })

  it('ends open tunnels when it stops', async () => {
    const other = await startSimulator({ mchid: MCHID, appids: [APPID], proxyPort: 0 })
    const { hostname: host, port } = new URL(other.proxyUrl!)
    const socket = await new Promise<Socket>((resolve) => {
      httpRequest({ host, port, method: 'CONNECT', path: 'api.mch.weixin.qq.com:443', agent: false })
        .once('connect', (_, opened: Socket) => resolve(opened))
        .end()
    })
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined).resume()
    await other.stop()
    expect(await closed).toBeDefined()
  })
})
