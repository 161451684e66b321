/** Which time has to stay below which other one. A number that is changed on its own turns one of these red. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hiddenMs, OPERATION_SETTINGS, OPERATIONS } from '#infra/operations/operations.ts'
import { checkStage } from '#infra/stage/stages.ts'
import { FIRST_DISPATCH_AGAIN_MS } from '#shared/facts/fact-store.ts'
import { OPERATION_TABLE } from '#shared/operations.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { nextLookAt } from '#shared/orders/changed.ts'
import * as limits from '#shared/time-limits.ts'
import { ATTEMPT_TIMEOUT_MS } from '#shared/http/http-transport.ts'
import { pauseBeforeRetry } from '#shared/http/retry.ts'
import { EXAMPLE } from '#test/infra/template.ts'
import { NOW, paidOrder } from '#test/support/orders.ts'

/** From the shortest to the longest. */
const CHAINS: Readonly<Record<string, readonly number[]>> = {
  'a request is answered before Lambda ends it, and ended before API Gateway gives up': [
    limits.API_DEADLINE_MS + limits.HTTP_RESERVE_MS,
    limits.API_TIMEOUT_MS,
    limits.API_GATEWAY_WAIT_MS,
    limits.REQUEST_OVER_MS,
  ],
  'notify answers before WeChat gives up, and long before Lambda ends it': [
    limits.NOTIFY_DEADLINE_MS + limits.HTTP_RESERVE_MS,
    limits.WECHAT_WAIT_MS,
    limits.NOTIFY_TIMEOUT_MS,
  ],
  'what a notification names is asked for no longer than leaves time to store that it was not told': [
    limits.NOTIFY_ASK_MS + limits.AWS_ATTEMPT_MS,
    limits.NOTIFY_DEADLINE_MS,
  ],
  'a call of AWS in all its attempts ends before the answer of notify is due': [
    limits.AWS_CONNECT_MS,
    limits.AWS_ATTEMPT_MS,
    longestCallOfAws(),
    limits.NOTIFY_DEADLINE_MS,
  ],
  'a call of AWS ends long before the function that makes it': [
    longestCallOfAws(),
    Math.min(...OPERATIONS.map((operation) => OPERATION_SETTINGS[operation].timeoutMs)) / 2,
  ],
  'a call of WeChat in all its attempts ends before a request has to wind up': [
    longestCallOfWechat(),
    limits.API_DEADLINE_MS - limits.WIND_UP_MS,
  ],
  'what is kept for the outcome is a read and a write, and no more than a quarter of a request': [
    2 * longestCallOfAws(),
    limits.WIND_UP_MS,
    limits.API_DEADLINE_MS / 4,
  ],
  'a sweep and its claims end before the next one begins': [
    limits.SWEEP_TIMEOUT_MS,
    limits.SWEEP_INTERVAL_MS,
  ],
  'a message whose function died is back before its age is an alarm': [
    OPERATION_SETTINGS.settle.timeoutMs,
    hiddenMs('settle'),
    thresholds().queueAgeSeconds * 1000,
  ],
  'a fact is dispatched again, by a sweep or two, before its age is an alarm': [
    FIRST_DISPATCH_AGAIN_MS + limits.SWEEP_INTERVAL_MS,
    thresholds().pendingFactSeconds * 1000,
  ],
  'notify is called slow before it gives up': [thresholds().notifyLatencyMs, limits.NOTIFY_DEADLINE_MS],
  'the check before a release has the time for its two calls': [
    limits.NOTIFY_TIMEOUT_MS,
    limits.RELEASE_CALL_MS,
    limits.RELEASE_CHECK_TIMEOUT_MS / 2,
  ],
}

function thresholds() {
  return checkStage('test', EXAMPLE).thresholds
}

/** Every attempt takes all its time, and every pause is as long as it may be. */
function longestCallOfAws(): number {
  const failures = Array.from({ length: limits.AWS_ATTEMPTS - 1 }, (_, index) => index + 1)
  const pauses = failures.map((attempt) => limits.longestAwsPause(attempt))
  return pauses.reduce((sum, pause) => sum + pause, limits.AWS_ATTEMPTS * limits.AWS_ATTEMPT_MS)
}

/** The same for WeChat. */
function longestCallOfWechat(): number {
  const error = new ChannelError('timeout', 'too late', { certain: false })
  const pauses: number[] = []
  for (let attempt = 1, pause: number | undefined = 0; pause !== undefined; attempt += 1) {
    pause = pauseBeforeRetry(error, { attempt, repeatable: true, random: () => 1 })
    pauses.push(ATTEMPT_TIMEOUT_MS + (pause ?? 0))
  }
  return pauses.reduce((sum, each) => sum + each)
}

const isRising = (times: readonly number[]): boolean =>
  times.every((time, i) => time > (times[i - 1] ?? 0) && Number.isInteger(time))

describe('times', () => {
  it.each(Object.keys(CHAINS))('hold one another: %s', (name) => {
    expect(CHAINS[name]).toSatisfy(isRising)
  })

  it('are seen where one reaches the next', () => {
    expect([
      isRising([25_500, 29_000, 30_000]),
      isRising([29_000, 29_000]),
      isRising([30_000, 29_000]),
    ]).toEqual([true, false, false])
  })

  it('of every operation that merchants call are the same', () => {
    for (const operation of OPERATIONS.filter((name) => isForMerchants(name)))
      expect(OPERATION_SETTINGS[operation].timeoutMs).toBe(limits.API_TIMEOUT_MS)
    expect(OPERATION_SETTINGS.sweep.timeoutMs).toBe(limits.SWEEP_TIMEOUT_MS)
  })

  it('let the first look at a refund come when the request that made it has ended', () => {
    const order = paidOrder({ refunds: { R: { status: 'REQUESTED' } } })
    expect(nextLookAt(order, NOW)?.at).toBeGreaterThanOrEqual(NOW + limits.REQUEST_OVER_MS)
  })
})

function isForMerchants(operation: keyof typeof OPERATION_TABLE): boolean {
  const row = OPERATION_TABLE[operation]
  return 'audience' in row && row.audience === 'merchant'
}

describe('documents', () => {
  const seconds = (milliseconds: number): string => String(milliseconds / 1000)
  const attempt = `each attempt of an AWS call ends after ${seconds(limits.AWS_ATTEMPT_MS)} s`
  const call = `the call after ${seconds(limits.AWS_CALL_MS)} s`
  const zh = [
    `每次尝试 ${seconds(limits.AWS_ATTEMPT_MS)} 秒`,
    `整个调用 ${seconds(limits.AWS_CALL_MS)} 秒`,
    `${seconds(limits.NOTIFY_DEADLINE_MS)} 秒时应答 503`,
  ]
  const notify = `answers 503 after ${seconds(limits.NOTIFY_DEADLINE_MS)} s`
  const api = `${seconds(limits.API_DEADLINE_MS)} s a request`
  const apiZh = `每个请求 ${seconds(limits.API_DEADLINE_MS)} 秒`

  it.each([
    ['README.md', [api]],
    ['README.zh-CN.md', [apiZh]],
    ['docs/api.md', [api, `answered within ${seconds(limits.NOTIFY_DEADLINE_MS)} s`]],
    ['docs/zh-CN/api.md', [apiZh, `通知在 ${seconds(limits.NOTIFY_DEADLINE_MS)} 秒内应答`]],
    ['docs/guarantees.md', [attempt, call, notify]],
    ['docs/zh-CN/guarantees.md', zh],
    ['docs/architecture.md', [`a claim of the sweep (${seconds(limits.SWEEP_TIMEOUT_MS)} s)`]],
  ])('%s tells the times that hold', (path, sentences) => {
    const text = readFileSync(join(import.meta.dirname, '../..', path), 'utf8')
    expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([])
  })
})
