/** The handlers as they are deployed: what they hand on of their time, and how often they read the secrets again. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { functionLogger } from '#shared/lambda/function-ports.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import { wechatDeps } from '#shared/lambda/wechat-keys.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Switch } from '#shared/switches.ts'
import { startHandlerWorld } from '#test/support/handler-world.ts'
import type { HandlerWorld } from '#test/support/handler-world.ts'
import { apiCall, lambdaContext } from '#test/support/lambda-context.ts'
import { anOrder, MCHID, paidOrder } from '#test/support/orders.ts'
import { payment } from '#test/support/notifying.ts'
import {
  makeMerchant,
  makePlatformCertificate,
  sealNotification,
  signedHeaders,
} from '#test/support/wechat-keys.ts'
import { capturedLines } from '#test/support/captured-lines.ts'

type Handler = (event: unknown, context: object) => Promise<unknown>
const handlerOf = async (operation: string) =>
  ((await import(`#functions/${operation}/handler.ts`)) as { handler: Handler }).handler

/** A test that fails waits for an answer that never comes. */
const GUARD_MS = 10_000

let world: HandlerWorld
beforeAll(async () => {
  capturedLines()
  world = await startHandlerWorld()
  await Promise.all([
    world.orders.save(order('UNPAID-1', anOrder)),
    world.orders.save(order('PAID-1', paidOrder)),
    world.orders.save({ ...order('DUE-1', anOrder), next_check_at: 1 }),
  ])
})
beforeEach(() => {
  for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value)
})
afterAll(async () => {
  await world.stop()
  vi.restoreAllMocks()
})

function order(out_trade_no: string, make: typeof anOrder) {
  return make({ out_trade_no, order_key: orderKey(MCHID, out_trade_no) })
}

describe('while WeChat does not answer, before its own limit of an attempt is over,', () => {
  /** So little that an attempt at WeChat may take longer. */
  const LEFT_MS = 4500
  /** By then every signal has fired, and no invocation is over. */
  const SIGNAL_MS = 3000
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** Calls the handler, and lets time pass until its signal fires once WeChat has been asked. No time passes after that. */
  const atSignal = async (operation: string, event: object) => {
    const asked = new Promise<void>((resolve) => world.wechat.answer(() => resolve()))
    // What it loads later takes a runner of tests longer than Lambda, and middy's time is real.
    await Promise.all([import('#shared/lambda/asked-channels.ts'), import('#shared/lambda/queue-ports.ts')])
    const handler = await handlerOf(operation)
    const context = { ...lambdaContext(), getRemainingTimeInMillis: () => LEFT_MS }
    const answered = handler(event, context).catch((error: unknown) => error)
    await asked
    await vi.advanceTimersByTimeAsync(SIGNAL_MS)
    return answered
  }

  const unpaid = { out_trade_no: 'UNPAID-1' }
  const native = {
    channel: 'native',
    out_trade_no: 'NEW-0001',
    description: 'tea',
    amount: { total: fen(1) },
  }
  it.each([
    ['prepay', 'POST /v1/payments', { body: native }, 503],
    ['query', 'GET /v1/payments/{out_trade_no}', { path: unpaid }, 503],
    ['query', 'GET /v1/payments/transaction/{transaction_id}', { path: { transaction_id: '42' } }, 503],
    ['close', 'POST /v1/payments/{out_trade_no}/close', { path: unpaid }, 503],
    [
      'refund',
      'POST /v1/payments/{out_trade_no}/refunds',
      { path: { out_trade_no: 'PAID-1' }, body: { out_refund_no: 'R1', amount: { refund: 1 } } },
      202,
    ],
    ['refund', 'GET /v1/refunds/{out_refund_no}', { path: { out_refund_no: 'R1' } }, 503],
  ] as const)(
    '%s gives up its call in time: %s',
    { timeout: GUARD_MS },
    async (operation, route, request, status) => {
      expect(await atSignal(operation, apiCall(route, request))).toMatchObject({ statusCode: status })
    },
  )

  it('sweep ends its run in time', { timeout: GUARD_MS }, async () => {
    expect(await atSignal('sweep', {})).toBeUndefined()
  })

  it('rotate-certs ends its run in time', { timeout: GUARD_MS }, async () => {
    expect(await atSignal('rotate-certs', {})).toMatchObject({ code: 'wechat_unavailable' })
  })
})

describe('the secrets are read again', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
    // What notify asks of the queue of key refreshes.
    world.wechat.answer((_, response) => void response.writeHead(400).end('{"__type":"AccessDenied"}'))
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.resetModules()
  })

  /** How many reads each of some steps costs. */
  const readsOf = async (...steps: ReadonlyArray<() => Promise<unknown>>) => {
    const reads: number[] = []
    for (const step of steps) {
      const before = world.secretReads()
      await step()
      reads.push(world.secretReads() - before)
    }
    return reads
  }
  const later = (ms: number) => vi.setSystemTime(Date.now() + ms)

  const notifyWith = async (signer: typeof world.platform, merchant: typeof world.merchant) => {
    vi.resetModules()
    // The client of the queue says so by itself: its address is one of this machine.
    vi.spyOn(console, 'warn').mockReturnValue()
    const handler = await handlerOf('notify')
    return async () => {
      const body = sealNotification({ apiV3Key: merchant.apiV3Key, content: payment })
      const event = { ...apiCall('POST /wechatpay/notify/payment', {}), body }
      return handler(
        { ...event, headers: { ...event.headers, ...signedHeaders(signer, body) } },
        lambdaContext(),
      )
    }
  }

  it('by notify for an unknown serial, every 10 s at most', async () => {
    const deliver = await notifyWith(makePlatformCertificate(), world.merchant)
    expect(await deliver()).toMatchObject({ statusCode: 401 })
    expect(await readsOf(deliver, async () => later(9999), deliver)).toEqual([0, 0, 0])
    later(1)
    expect(await readsOf(deliver, deliver)).toEqual([1, 0])
  })

  it('by notify for what its APIv3 keys do not decrypt, every 10 s at most', async () => {
    const deliver = await notifyWith(world.platform, makeMerchant(MCHID))
    expect(await deliver()).toMatchObject({ statusCode: 503 })
    expect(await readsOf(deliver, async () => later(9999), deliver)).toEqual([0, 0, 0])
    later(1)
    expect(await readsOf(deliver, deliver)).toEqual([1, 0])
  })

  it('by who calls WeChat for an unknown serial, every second at most', async () => {
    const { keyRing, ...deps } = wechatDeps(
      readEnvironment(process.env, 'rotate-certs'),
      functionLogger('query', process.env),
    )
    const reloadKeyRing = async () => deps.reloadKeyRing?.()
    expect(await readsOf(keyRing, reloadKeyRing)).toEqual([1, 0])
    later(999)
    expect(await readsOf(reloadKeyRing)).toEqual([0])
    later(1)
    expect(await readsOf(reloadKeyRing, reloadKeyRing)).toEqual([1, 0])
  })
})

describe('what the switches of the table say', () => {
  const set = (name: Switch) =>
    world.switchesOf(MCHID).change({ name, on: true, by: 'ann', note: 'drill', at: 1 })
  const asked = async (operation: string, routeKey: string, request: { path?: object; body?: object }) => {
    vi.resetModules()
    const handler = await handlerOf(operation)
    return handler(apiCall(routeKey, request), lambdaContext())
  }

  it.each([
    [
      'refunds',
      'refund',
      'POST /v1/payments/{out_trade_no}/refunds',
      { out_refund_no: 'R9', amount: { refund: 1 } },
    ],
    [
      'prepay',
      'prepay',
      'POST /v1/payments',
      { channel: 'native', out_trade_no: 'NEW-0009', description: 'tea', amount: { total: 1 } },
    ],
  ] as const)('is obeyed: %s', async (name, operation, route, body) => {
    await set(name)
    const request = { path: { out_trade_no: 'PAID-1' }, body }
    expect(await asked(operation, route, request)).toMatchObject({
      statusCode: 503,
      headers: { 'content-type': 'application/problem+json' },
      body: expect.stringContaining(`"code":"${name}_paused"`),
    })
  })

  it('is obeyed by whoever calls WeChat, at the backup domain alone', async () => {
    await set('backup_domain')
    vi.stubEnv('WXPAY_API_BACKUP_URL', 'http://127.0.0.1:9')
    const before = world.wechat.requests.length
    const route = 'GET /v1/payments/{out_trade_no}'
    const answer = await asked('query', route, { path: { out_trade_no: 'UNPAID-1' } })
    expect(answer).toMatchObject({ statusCode: 503 })
    expect(world.wechat.requests).toHaveLength(before)
  })
})
