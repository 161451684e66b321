import { describe, expect, it } from 'vitest'
import { ALIPAY_RETRY_DELAYS_MS } from '#simulator/alipay/retry-schedule.ts'
import { RETRY_DELAYS_MS } from '#simulator/retry-schedule.ts'
import { createLogger } from '#shared/log.ts'
import { paymentFact } from '#test/support/orders.ts'
import { createFactWatch } from './fact-watch.ts'
import { placedFaults } from './faults.ts'
import { createRuntime } from './invocation.ts'
import { createLogWatch } from './log-watch.ts'
import { createQueue } from './queue-model.ts'
import { createScheduler } from './scheduler.ts'
import { createViolations } from './violations.ts'
import { createNotifier } from './notifier.ts'

const MINUTE = 60_000

async function untilRest(scheduler: ReturnType<typeof createScheduler>): Promise<void> {
  while (await scheduler.step());
}

describe('the queue', () => {
  it('delivers again after the visibility time-out, and puts aside what failed five times', async () => {
    const scheduler = createScheduler(0)
    const received: number[] = []
    const queue = createQueue({
      scheduler,
      strike: () => undefined,
      visibilityMs: MINUTE,
      delay: () => 0,
      copies: () => 1,
      consume: async () => (received.push(scheduler.now()), false),
    })
    queue.send('poison')
    await untilRest(scheduler)
    expect(received).toEqual([0, MINUTE, 2 * MINUTE, 3 * MINUTE, 4 * MINUTE])
    expect(queue.deadLetters).toEqual(['poison'])
  })
})

describe('a notifier', () => {
  const triesAt = async (waits: readonly number[]) => {
    const scheduler = createScheduler(0)
    const attempts: number[] = []
    const notify = createNotifier<string>({
      scheduler,
      waits,
      until: Infinity,
      copies: () => 1,
      delay: () => 0,
      deliver: async () => (attempts.push(scheduler.now() / 1000), false),
    })
    notify('EV')
    await untilRest(scheduler)
    return attempts
  }

  it('of WeChat repeats fifteen times within a day while nobody answers', async () => {
    const attempts = await triesAt(RETRY_DELAYS_MS)
    expect(attempts.slice(0, 6)).toEqual([0, 15, 30, 60, 240, 840])
    expect(attempts).toHaveLength(16)
    expect(attempts.at(-1)).toBe(24 * 3600 + 4 * 60)
  })

  it('of Alipay delivers eight times within 25 hours', async () => {
    const attempts = await triesAt(ALIPAY_RETRY_DELAYS_MS)
    expect(attempts.slice(0, 5)).toEqual([0, 240, 840, 1440, 5040])
    expect(attempts).toHaveLength(8)
    expect(attempts.at(-1)).toBe(24 * 3600 + 24 * 60)
  })
})

describe('an invocation', () => {
  const point = {
    label: 'call',
    faults: ['crash-after', 'fail-after'] as const,
    error: () => new Error('lost'),
  }
  const run = async (fault: 'crash-after' | 'fail-after') => {
    const scheduler = createScheduler(0)
    const plan = placedFaults([[0, fault]])
    const runtime = createRuntime({ scheduler, plan, latency: () => 1, trace: undefined })
    const done: string[] = []
    const ended = runtime.invoke('settle', 1000, async (invocation) => {
      await runtime
        .call(invocation, point, async () => void done.push('effect'))
        .catch(() => done.push('error'))
      done.push('after')
    })
    await untilRest(scheduler)
    return { kind: (await ended).kind, done }
  }

  it('that crashes after an effect never goes on', async () => {
    expect(await run('crash-after')).toEqual({ kind: 'crashed', done: ['effect'] })
  })

  it('whose answer is lost sees an error after the effect', async () => {
    expect(await run('fail-after')).toEqual({ kind: 'returned', done: ['effect', 'error', 'after'] })
  })

  it('is killed at its time-out', async () => {
    const scheduler = createScheduler(0)
    const runtime = createRuntime({ scheduler, plan: placedFaults([]), latency: () => 1, trace: undefined })
    const ended = runtime.invoke('notify', 1000, (invocation) => runtime.pause(invocation, 2000))
    await untilRest(scheduler)
    expect((await ended).kind).toBe('crashed')
    expect(scheduler.now()).toBe(1000)
  })
})

describe('the invariants', () => {
  it('see a secret in a log line', () => {
    const violations = createViolations(undefined)
    const log = createLogger({ clock: { now: () => 0 }, write: createLogWatch(['oCANARY'], violations) })
    log.info('FINE', { out_trade_no: 'SIM-1' })
    expect(violations.found).toEqual([])
    log.info('LEAK', { out_trade_no: 'oCANARY' })
    expect(violations.found).toMatchObject([{ invariant: 'I9' }])
  })

  it('see an acknowledgement of what is not stored', () => {
    const violations = createViolations(undefined)
    const watch = createFactWatch(violations)
    const fact = paymentFact()
    watch.acknowledged(fact.fact_key, '4200000000000001')
    expect(violations.found).toMatchObject([{ invariant: 'I1' }])
  })
})
