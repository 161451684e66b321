/** What a call leaves in the log: one line with its verdict, its status and everything that was counted. */
import { AsyncResource } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { currentTally } from '#shared/ambient-trace.ts'
import { emptyResponse } from '#shared/api/api-response.ts'
import { httpHandler } from '#shared/lambda/http-frame.ts'
import { queueHandler } from '#shared/lambda/queue-frame.ts'
import type { Route } from '#shared/lambda/http-frame.ts'
import { createLogger } from '#shared/log.ts'
import type { Logger, LogLevel } from '#shared/log.ts'
import { createEmfMetrics } from '#shared/metrics.ts'
import type { Metrics } from '#shared/metrics.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'

const event = { routeKey: 'POST /a', requestContext: { requestId: 'r1', http: { method: 'POST' } } }

async function linesOf(route: (metrics: Metrics) => Route, minimum: LogLevel = 'info') {
  const lines: string[] = []
  const own = metricsTo(lines)
  const options = { clock: { now: () => 0 }, write: (line: string) => void lines.push(line), minimum }
  const logger = createLogger(options, { function_name: 'notify' })
  await httpHandler({ logger, deadlineMs: 1000, routes: { 'POST /a': route(own) } })(event, lambdaContext())
  return { lines: lines.map((line) => JSON.parse(line)), written: lines }
}

function metricsTo(lines: string[]): Metrics {
  const write = (line: string) => void lines.push(line)
  return createEmfMetrics({
    clock: { now: () => 7 },
    write,
    stage: 'a"b',
    functionName: 'notify',
    tally: currentTally,
  })
}

const concluding =
  (metrics: Metrics): Route =>
  async (_, { log }) => {
    metrics.put('NotificationAccepted')
    metrics.put('ClockSkewSeconds', 61)
    metrics.put('WechatStateUnknown')
    metrics.put('WechatStateUnknown')
    log.conclude({ level: 'info', code: 'NOTIFICATION_STORED', fields: { fact_key: 'k"\n茶' } })
    return emptyResponse(204)
  }

const directive = (...metrics: readonly [string, string][]) => ({
  Timestamp: 7,
  CloudWatchMetrics: [
    {
      Namespace: 'WxPay',
      Dimensions: [['stage', 'function_name']],
      Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit })),
    },
  ],
})
const counted = {
  _aws: directive(
    ['NotificationAccepted', 'Count'],
    ['ClockSkewSeconds', 'Seconds'],
    ['WechatStateUnknown', 'Count'],
  ),
  stage: 'a"b',
  function_name: 'notify',
  NotificationAccepted: 1,
  ClockSkewSeconds: 61,
  WechatStateUnknown: [1, 1],
}

describe('the line that ends a call', () => {
  it('has the verdict, the status, the duration and the metrics', async () => {
    const { lines } = await linesOf(concluding)
    expect(lines).toEqual([
      {
        time: '1970-01-01T00:00:00.000Z',
        level: 'info',
        code: 'NOTIFICATION_STORED',
        request_id: 'aws-request-1',
        correlation_id: 'r1',
        route: 'POST /a',
        fact_key: 'k"\n茶',
        status: 204,
        duration_ms: expect.any(Number),
        ...counted,
      },
    ])
  })

  it('has the metrics alone below the level, so that no alarm depends on it', async () => {
    expect((await linesOf(concluding, 'warn')).lines).toEqual([counted])
  })

  it('comes after those that were written meanwhile, and without a verdict is COMPLETED', async () => {
    const { lines } = await linesOf(() => async (_, { log }) => {
      log.warn('KEY_REFRESH_NOT_REQUESTED')
      return emptyResponse(204)
    })
    expect(lines.map(({ code, status }) => [code, status])).toEqual([
      ['KEY_REFRESH_NOT_REQUESTED', undefined],
      ['COMPLETED', 204],
    ])
  })

  it('takes nothing more: what is counted after it is a line of its own', async () => {
    let count = () => {}
    const { lines, written } = await linesOf((metrics) => async () => {
      count = AsyncResource.bind(() => metrics.put('FactFailed'))
      return emptyResponse(204)
    })
    expect(lines).toMatchObject([{ code: 'COMPLETED' }])
    count()
    const { _aws, ...rest } = JSON.parse(written[1] ?? '{}')
    expect(_aws).toEqual(directive(['FactFailed', 'Count']))
    expect(rest).toEqual({ stage: 'a"b', function_name: 'notify', FactFailed: 1 })
  })
})

describe('the line that ends a message', () => {
  const message = { Records: [{ messageId: 'm1', body: 'b' }] }

  async function linesOfMessage(work: (metrics: Metrics, log: Logger) => void) {
    const lines: string[] = []
    const metrics = metricsTo(lines)
    const options = { clock: { now: () => 0 }, write: (line: string) => void lines.push(line) }
    const logger = createLogger(options, { function_name: 'settle' })
    const handle = async (_body: string, log: Logger) => {
      metrics.put('EventPublished')
      work(metrics, log)
    }
    await queueHandler({ logger, metrics: () => metrics, handle })(message, lambdaContext())
    return lines.map((line) => JSON.parse(line))
  }

  it('has what was counted: with what became of it, with its failure, or alone', async () => {
    const settled = await linesOfMessage((metrics, log) => {
      metrics.put('FactApplied')
      log.conclude({ level: 'info', code: 'FACT_SETTLED', metrics: currentTally()?.end() })
    })
    expect(settled).toMatchObject([{ code: 'FACT_SETTLED', EventPublished: 1, FactApplied: 1 }])
    const failed = await linesOfMessage(() => {
      throw new Error('no')
    })
    expect(failed).toMatchObject([{ code: 'MESSAGE_FAILED', EventPublished: 1, FactFailed: 1 }])
    expect(await linesOfMessage(() => {})).toMatchObject([{ code: 'MESSAGE_HANDLED', EventPublished: 1 }])
  })

  it('counts a failure after it on a line of its own', async () => {
    const lines = await linesOfMessage((_metrics, log) => {
      log.conclude({ level: 'info', code: 'FACT_SETTLED', metrics: currentTally()?.end() })
      throw new Error('no')
    })
    expect(lines).toMatchObject([
      { code: 'FACT_SETTLED', EventPublished: 1 },
      { FactFailed: 1 },
      { code: 'MESSAGE_FAILED' },
    ])
  })
})
