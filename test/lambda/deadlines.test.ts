/** When an invocation tells its work to wind up, and when it answers without it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { notifyError } from '#functions/notify/notify-response.ts'
import type { Route } from '#shared/lambda/http-frame.ts'
import { jobHandler } from '#shared/lambda/job-frame.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { queueHandler } from '#shared/lambda/queue-frame.ts'
import {
  API_DEADLINE_MS,
  API_TIMEOUT_MS,
  BACKGROUND_RESERVE_MS,
  HTTP_RESERVE_MS,
  NOTIFY_DEADLINE_MS,
  NOTIFY_TIMEOUT_MS,
  WIND_UP_MS,
} from '#shared/time-limits.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { aWorld } from '#test/support/world.ts'

interface Work {
  readonly signal: AbortSignal
}

const CLOSE = 'POST /v1/payments/{out_trade_no}/close'
const UNFREEZE = 'POST /v1/payments/{out_trade_no}/unfreeze'
const PAYMENT = 'POST /wechatpay/notify/payment'
const REFUND = 'POST /wechatpay/notify/refund'
const JOB_MS = 30_000

describe('an invocation whose work hangs', () => {
  const { logger, metrics } = aWorld()
  let signal: AbortSignal | undefined
  let ended: unknown
  const hang = async (call: Work): Promise<never> => {
    signal = call.signal
    return new Promise(() => {})
  }
  const route: Route = (_request, call) => hang(call)
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    signal = undefined
    ended = undefined
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const httpEvent = (routeKey: string) => ({ routeKey, requestContext: { http: { method: 'POST' } } })
  const start = (
    handler: (event: never, context: ReturnType<typeof lambdaContext>) => Promise<unknown>,
    event: object,
    leftMs: number,
  ) => {
    const context = { ...lambdaContext(), getRemainingTimeInMillis: () => leftMs }
    void handler(event as never, context).then(
      (answer) => (ended = answer),
      (error: unknown) => (ended = error),
    )
    return vi.advanceTimersByTimeAsync(0)
  }
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  it('of a merchant winds up and is answered 504 in the time of the API', async () => {
    await start(
      operationHandler('close', { logger, routes: { [CLOSE]: route, [UNFREEZE]: route } }),
      httpEvent(CLOSE),
      API_TIMEOUT_MS,
    )
    await pass(API_DEADLINE_MS - WIND_UP_MS - 1)
    expect(signal?.aborted).toBe(false)
    await pass(1)
    expect(signal?.aborted).toBe(true)
    await pass(WIND_UP_MS - 1)
    expect(ended).toBeUndefined()
    await pass(1)
    expect(ended).toMatchObject({ statusCode: 504 })
  })

  it('of WeChat is answered 503 in the time of notify', async () => {
    const routes = { [PAYMENT]: route, [REFUND]: route }
    const handler = operationHandler('notify', { logger, routes, onError: notifyError })
    await start(handler, httpEvent(PAYMENT), NOTIFY_TIMEOUT_MS)
    await pass(NOTIFY_DEADLINE_MS - 1)
    expect(ended).toBeUndefined()
    await pass(1)
    expect(ended).toMatchObject({ statusCode: 503 })
  })

  it('that began late in the life of its function is answered before that ends', async () => {
    const left = 2000
    await start(
      operationHandler('close', { logger, routes: { [CLOSE]: route, [UNFREEZE]: route } }),
      httpEvent(CLOSE),
      left,
    )
    await pass(left - HTTP_RESERVE_MS - 1)
    expect([signal?.aborted, ended]).toEqual([true, undefined])
    await pass(1)
    expect(ended).toMatchObject({ statusCode: 504 })
  })

  it('of a schedule winds up, and fails before Lambda would end it', async () => {
    // Whoever calls a channel adds to what it was given, and hands on a copy.
    await start(jobHandler({ logger, run: (call) => hang({ ...call }) }), {}, JOB_MS)
    const deadline = JOB_MS - BACKGROUND_RESERVE_MS
    await pass(deadline - WIND_UP_MS - 1)
    expect(signal?.aborted).toBe(false)
    await pass(1)
    expect(signal?.aborted).toBe(true)
    await pass(WIND_UP_MS - 1)
    expect(ended).toBeUndefined()
    await pass(1)
    expect(ended).toMatchObject({ code: 'deadline_exceeded' })
  })

  it('of a queue gives its message back before Lambda would end it', async () => {
    const event = { Records: [{ messageId: 'm1', body: '{}' }] }
    await start(
      queueHandler({ logger, metrics: () => metrics, handle: () => new Promise(() => {}) }),
      event,
      JOB_MS,
    )
    await pass(JOB_MS - BACKGROUND_RESERVE_MS - 1)
    expect(ended).toBeUndefined()
    await pass(1)
    expect(ended).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] })
  })
})
