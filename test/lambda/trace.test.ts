/** A caller's trace goes through the frames: strict on what it takes, and never a reason to refuse anything. */
import { describe, expect, it } from 'vitest'
import { currentTrace, withTrace } from '#shared/ambient-trace.ts'
import { jsonResponse } from '#shared/api/api-response.ts'
import { httpHandler } from '#shared/lambda/http-frame.ts'
import { jobHandler } from '#shared/lambda/job-frame.ts'
import { operationHandler } from '#shared/lambda/operation-handler.ts'
import { queueHandler } from '#shared/lambda/queue-frame.ts'
import { silentLogger } from '#shared/log.ts'
import { continueTrace, traceparentOf } from '#shared/trace.ts'
import type { Trace } from '#shared/trace.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = '00f067aa0ba902b7'
const TRACEPARENT = `00-${TRACE_ID}-${PARENT}-01`
const FRESH = /^[0-9a-f]{32}$/

describe('a traceparent', () => {
  it('is gone on with: the trace of the caller, a span of our own', () => {
    const trace = continueTrace({ traceparent: TRACEPARENT })
    expect(trace).toEqual({
      traceId: TRACE_ID,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      sampled: true,
    })
    expect(trace.spanId).not.toBe(PARENT)
    expect(traceparentOf(trace)).toBe(`00-${TRACE_ID}-${trace.spanId}-01`)
  })

  it.each([
    [`00-${TRACE_ID}-${PARENT}-00`, '00'],
    [`00-${TRACE_ID}-${PARENT}-02`, '00'],
    [`00-${TRACE_ID}-${PARENT}-03`, '01'],
    [`00-${TRACE_ID}-${PARENT}-ff`, '01'],
    [`01-${TRACE_ID}-${PARENT}-01`, '01'],
    [`cc-${TRACE_ID}-${PARENT}-00-what-the-future-brings`, '00'],
  ])('%s is valid and sampled %s', (traceparent, flags) => {
    const trace = continueTrace({ traceparent })
    expect([trace.traceId, traceparentOf(trace).slice(-2)]).toEqual([TRACE_ID, flags])
  })

  it.each([
    '',
    'canary',
    `00-${TRACE_ID}-${PARENT}`,
    `00-${TRACE_ID}-${PARENT}-01-more`,
    `00-${TRACE_ID}-${PARENT}-01-`,
    `00-${TRACE_ID}-${PARENT}-1`,
    `00-${TRACE_ID}-${PARENT}-0g`,
    `ff-${TRACE_ID}-${PARENT}-01`,
    `0-${TRACE_ID}-${PARENT}-01`,
    `00-${TRACE_ID.toUpperCase()}-${PARENT}-01`,
    `00-${TRACE_ID.slice(1)}-${PARENT}-01`,
    `00-${TRACE_ID}0-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    `00_${TRACE_ID}_${PARENT}_01`,
    ` ${TRACEPARENT}`,
    `${TRACEPARENT} `,
    `${TRACEPARENT}\n`,
    `${TRACEPARENT},${TRACEPARENT}`,
    `cc-${TRACE_ID}-${PARENT}-01.more`,
    TRACEPARENT.repeat(1000),
  ])('%j is dropped, and a new trace begins', (traceparent) => {
    const trace = continueTrace({ traceparent })
    expect(trace.traceId).toMatch(FRESH)
    expect(trace.traceId.toLowerCase()).not.toContain(TRACE_ID.slice(1, 30))
    expect(trace.sampled).toBe(true)
  })

  it('is another one each time where none came', () => {
    const ids = Array.from({ length: 50 }, () => continueTrace().traceId)
    expect(new Set(ids).size).toBe(50)
  })
})

describe('an x-request-id', () => {
  it.each(['7c9e6679-7425-40de-944b-e07fc1f90ae7', 'a', 'Root=1-5f84c7a9:web/42', 'x'.repeat(128)])(
    '%s is kept',
    (requestId) => {
      expect(continueTrace({ requestId }).requestId).toBe(requestId)
    },
  )

  it.each(['', 'a b', 'a,b', 'a\nb', '订单', 'a"b', '{}', '<a>', 'x'.repeat(129), 'li.lei@example.com'])(
    '%j is dropped',
    (requestId) => {
      expect(continueTrace({ requestId })).not.toHaveProperty('requestId')
    },
  )
})

describe('the frames', () => {
  const event = (headers: object) => ({
    routeKey: 'GET /v1/refunds/{out_refund_no}',
    headers,
    requestContext: { requestId: 'api-1', http: { method: 'GET' } },
  })
  const seen: Array<Trace | undefined> = []
  const see = async () => {
    seen.push(currentTrace())
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(currentTrace())
    return jsonResponse(200, {})
  }
  const last = () => seen.splice(0)
  const routes = {
    'POST /v1/payments/{out_trade_no}/refunds': see,
    'GET /v1/refunds/{out_refund_no}': see,
    'POST /v1/refunds/{out_refund_no}/abnormal': see,
  }
  const carried = { Traceparent: TRACEPARENT, 'X-Request-Id': 'caller-7' }

  it('of the API goes on with the trace of the caller, to the end of the call', async () => {
    const handler = operationHandler('refund', { logger: silentLogger, routes })
    expect((await handler(event(carried), lambdaContext())).statusCode).toBe(200)
    const [first, second] = last()
    expect(first).toMatchObject({ traceId: TRACE_ID, requestId: 'caller-7' })
    expect(second).toBe(first)
    expect(currentTrace()).toBeUndefined()
  })

  it.each([{ traceparent: 'canary' }, { traceparent: null }, { 'x-request-id': '订单' }, {}])(
    'of the API refuses nothing for %j',
    async (headers) => {
      const handler = operationHandler('refund', { logger: silentLogger, routes })
      expect((await handler(event(headers), lambdaContext())).statusCode).toBe(200)
      expect(last()[0]).toEqual({
        traceId: expect.stringMatching(FRESH),
        spanId: expect.anything(),
        sampled: true,
      })
    },
  )

  it('of notifications begins a new one, whatever its caller says', async () => {
    const routes = { 'POST /wechatpay/notify/payment': see, 'POST /wechatpay/notify/refund': see }
    const handler = operationHandler('notify', { logger: silentLogger, routes })
    const notification = { ...event(carried), routeKey: 'POST /wechatpay/notify/payment' }
    await handler(notification, lambdaContext())
    const [trace] = last()
    expect(trace?.traceId).toMatch(FRESH)
    expect(trace).not.toMatchObject({ traceId: TRACE_ID })
    expect(trace).not.toHaveProperty('requestId')
  })

  it('of the API has a trace where the event cannot be read as well', async () => {
    const logged: unknown[] = []
    const info = () => void logged.push(currentTrace()?.traceId)
    const told = { ...silentLogger, info, conclude: info }
    const logger = { ...told, with: () => told }
    await httpHandler({ logger, deadlineMs: 1000, routes: {} })({}, lambdaContext())
    expect(logged).toEqual([expect.stringMatching(FRESH), expect.stringMatching(FRESH)])
  })

  it('of the queue takes it from each message, and mixes none up', async () => {
    const handler = queueHandler({
      logger: silentLogger,
      metrics: () => ({ put: () => {} }),
      handle: async (body) => {
        await see()
        if (body === 'fails') throw new Error('no')
      },
    })
    const attribute = (stringValue: string) => ({ stringValue, dataType: 'String' })
    const other = TRACEPARENT.replaceAll('4', '5')
    const result = await handler(
      {
        Records: [
          { messageId: 'm1', body: 'fails', messageAttributes: { traceparent: attribute(TRACEPARENT) } },
          {
            messageId: 'm2',
            body: '',
            messageAttributes: { traceparent: attribute(other), 'x-request-id': attribute('caller-8') },
          },
          { messageId: 'm3', body: '', messageAttributes: { traceparent: attribute('canary') } },
          { messageId: 'm4', body: '' },
        ],
      },
      lambdaContext(),
    )
    const traces = last()
    expect(traces.slice(0, 4)).toEqual(traces.slice(4))
    const [one, two, three, four] = traces.map((trace) => trace?.traceId)
    expect([one, two]).toEqual([TRACE_ID, other.slice(3, 35)])
    expect(new Set([one, two, three, four]).size).toBe(4)
    expect(traces[1]?.requestId).toBe('caller-8')
    expect(result.batchItemFailures).toEqual([{ itemIdentifier: 'm1' }])
  })

  it('of jobs begins a new one with each run', async () => {
    const handler = jobHandler({ logger: silentLogger, run: async () => void (await see()) })
    await handler({}, lambdaContext())
    await handler({}, lambdaContext())
    const [first, , second] = last().map((trace) => trace?.traceId)
    expect([first, second]).toEqual([expect.stringMatching(FRESH), expect.stringMatching(FRESH)])
    expect(first).not.toBe(second)
  })
})

it('work side by side has each its own', async () => {
  const traces = Array.from({ length: 20 }, () => continueTrace())
  const found = await Promise.all(
    traces.map((trace) =>
      withTrace(trace, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        return currentTrace()
      }),
    ),
  )
  expect(found).toEqual(traces)
})
