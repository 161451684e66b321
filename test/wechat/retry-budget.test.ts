import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRetryBudget } from '#shared/http/retry-budget.ts'
import { samplePrepaid, samplePrepay, startWechat } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { failed, signed } from '#test/support/wechat-peer.ts'
import type { Answerer } from '#test/support/wechat-peer.ts'

describe('the retry budget', () => {
  it('allows twenty retries and earns one with five successes, never more than it began with', () => {
    const budget = createRetryBudget()
    for (let success = 0; success < 50; success += 1) budget.earn()
    const taken = Array.from({ length: 25 }, () => budget.take())
    expect(taken.filter(Boolean)).toHaveLength(20)
    for (let success = 0; success < 4; success += 1) budget.earn()
    expect(budget.take()).toBe(false)
    budget.earn()
    expect([budget.take(), budget.take()]).toEqual([true, false])
  })
})

describe('a client of which nothing is answered', () => {
  let it_: WechatFixture
  beforeEach(async () => {
    it_ = await startWechat()
  })
  afterEach(() => it_.close())

  it('ends up with one attempt a call, and retries again once WeChat is back', async () => {
    const down: readonly Answerer[] = Array.from({ length: 60 }, () => failed(503, 'SERVICE_UNAVAILABLE'))
    it_.primary.answer(...down)
    it_.backup.answer(...down)
    const attempts: number[] = []
    for (let call = 0; call < 10; call += 1) {
      const before = it_.pauses.length
      await expect(it_.wechat.queryOrder('order-1')).rejects.toMatchObject({ code: 'server_error' })
      attempts.push(it_.pauses.length - before + 1)
    }
    expect(attempts).toEqual([4, 4, 4, 4, 4, 4, 3, 1, 1, 1])
    const { wechat } = it_
    it_.primary.answer()
    for (let success = 0; success < 5; success += 1) {
      it_.primary.answer(signed(it_.platform.publicKey, samplePrepaid))
      it_.backup.answer(signed(it_.platform.publicKey, samplePrepaid))
      await wechat.prepay('native', samplePrepay)
    }
    it_.primary.answer(failed(503, 'SERVICE_UNAVAILABLE'), signed(it_.platform.publicKey, samplePrepaid))
    it_.backup.answer(failed(503, 'SERVICE_UNAVAILABLE'), signed(it_.platform.publicKey, samplePrepaid))
    const before = it_.pauses.length
    await wechat.prepay('native', samplePrepay).catch(() => {})
    expect(it_.pauses.length - before).toBe(1)
  })

  it('does not spend on calls that succeed', async () => {
    for (let call = 0; call < 3; call += 1) {
      it_.primary.answer(signed(it_.platform.publicKey, samplePrepaid))
      await expect(it_.wechat.prepay('native', samplePrepay)).resolves.toEqual(samplePrepaid)
    }
    expect(it_.pauses).toEqual([])
  })
})
