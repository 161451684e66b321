import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reach } from '#cli/stack/wechat-checks.ts'
import { connectionFaultOf } from '#shared/connection-fault.ts'
import type { ConnectionFault } from '#shared/connection-fault.ts'
import { AppError } from '#shared/errors.ts'
import { failureFields } from '#shared/failure-fields.ts'
import type { HttpTransport } from '#shared/http/http-transport.ts'
import { startTransport } from '#test/support/transport-fixture.ts'
import type { TransportFixture } from '#test/support/transport-fixture.ts'
import { startWechat } from '#test/support/wechat-fixture.ts'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'
import type { CertificateOptions } from '#test/support/wechat-keys.ts'

const YEAR_MS = 365 * 86_400_000
const BODY = '{"out_refund_no":"r-1","amount":{"refund":1}}'
const pair = makeKeyPair()
let it_: TransportFixture

beforeEach(async () => {
  it_ = await startTransport()
})
afterEach(() => it_.close())

interface Address {
  readonly origin: string
  readonly transport: HttpTransport
}

/** A server with a certificate of these particulars, from an authority that the transport trusts unless told otherwise. */
async function certified(options: CertificateOptions, trusted = true): Promise<Address> {
  const cert = makeCertificate(pair, { host: 'localhost', ...options })
  const server = createTlsServer({ key: pair.privatePem, cert })
  const origin = `https://localhost:${await it_.listen(server)}`
  return { origin, transport: it_.make(trusted ? { ca: cert } : {}) }
}

async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await it_.listen(server)
  server.close()
  await once(server, 'close')
  return port
}

const here = async (origin: string, connectTimeoutMs = 5000): Promise<Address> => ({
  origin,
  transport: it_.make({ connectTimeoutMs }),
})

const FAULTS: readonly (readonly [ConnectionFault, string, RegExp, () => Promise<Address>])[] = [
  ['tls_chain', 'signed by itself', /inspects TLS/, () => certified({}, false)],
  ['tls_host', 'of another name', /not WeChat that answers/, () => certified({ host: 'elsewhere.example' })],
  [
    'tls_expired',
    'that has run out',
    /if that time is wrong, set this machine's clock.*old certificate/,
    () => certified({ notAfter: new Date(Date.now() - YEAR_MS) }),
  ],
  [
    'clock',
    'of tomorrow',
    /^set this machine's clock by NTP$/,
    () => certified({ notBefore: new Date(Date.now() + YEAR_MS) }),
  ],
  ['dns', 'of no address', /DNS of this machine/, () => here('https://does-not-exist.invalid')],
  [
    'refused',
    'where nobody listens',
    /host and port/,
    async () => here(`https://127.0.0.1:${await closedPort()}`),
  ],
  [
    'cut',
    'that is hung up on',
    /breaks them off/,
    async () => here(`https://127.0.0.1:${await it_.listen(createServer((socket) => socket.destroy()))}`),
  ],
  [
    'timeout',
    'that stays silent',
    /may swallow/,
    async () => here(`https://127.0.0.1:${await it_.listen(createServer())}`, 50),
  ],
  [
    'tls_protocol',
    'without TLS',
    /another program answers/,
    async () => here(`https://127.0.0.1:${await it_.listen(createHttpServer())}`),
  ],
]

describe.each(FAULTS)('%s: a server %s', (fault, _, remedy, address) => {
  it('is told apart by doctor, with what to do', async () => {
    const { origin, transport } = await address()
    const now = Date.UTC(2026, 0, 2)
    const [line, ...more] = await reach({ clock: { now: () => now } }, transport, {
      name: 'WeChat',
      provider: 'wechat',
      path: '/v3/certificates',
      origin,
    })
    expect(more).toEqual([])
    expect(line).toMatchObject({ level: 'fail', remedy: expect.stringMatching(remedy) })
    expect(line?.detail).toMatch(new RegExp(`^${origin} cannot be reached from here: it .* \\(${fault}\\)$`))
    const says = ['tls_expired', 'clock'].includes(fault)
    expect(line?.detail.includes('2026-01-02T00:00:00.000Z')).toBe(says)
  })

  it('is told apart in the log of an attempt, and in that of the request that failed for it', async () => {
    const { origin, transport } = await address()
    const wechat = await startWechat()
    try {
      const client = wechat.client({ transport, apiUrls: [origin, origin] })
      const error: unknown = await client.createRefund(BODY).catch((reason: unknown) => reason)
      expect(wechat.logs.at(-1)).toMatchObject({ code: 'WECHAT_ATTEMPT_FAILED', connection_fault: fault })
      const told = new AppError('wechat_unavailable', 'no answer', { cause: error })
      expect(failureFields(told)).toMatchObject({ error_code: 'wechat_unavailable', connection_fault: fault })
    } finally {
      await wechat.close()
    }
  })
})

describe('what is no fault of a connection', () => {
  it.each([
    ['an error without a code', new Error('x')],
    ['a code of somebody else', Object.assign(new Error('x'), { code: 'InvalidSignature' })],
    ['a code that is no text', Object.assign(new Error('x'), { code: 20 })],
    ['no error', 'ECONNREFUSED'],
  ])('%s', (_, error) => {
    expect(connectionFaultOf(error)).toBeUndefined()
  })

  it('does not look for ever through causes that lead back', () => {
    const error = new Error('x')
    error.cause = new Error('y', { cause: error })
    expect(connectionFaultOf(error)).toBeUndefined()
  })
})
