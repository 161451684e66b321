import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withDeadline } from '#shared/deadline.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { Order } from '#shared/orders/order.ts'
import { API_DEADLINE_MS, AWS_CALL_MS } from '#shared/time-limits.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { fen } from '#shared/money.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { MCHID, paidOrder, refundFact } from '#test/support/orders.ts'
import { MINUTE, refunding, setUp, told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')
const HOUR = 60 * MINUTE

async function refunds(createRefundAtWechat: PaymentChannel['createRefund']) {
  const world = aWorld()
  await world.given(paidOrder())
  const wechat = fakeWechat({ createRefund: createRefundAtWechat })
  const create = createRefund({ ...world, notifyUrl: 'https://pay.example/refund', channel: wechat })
  return {
    world,
    wechat,
    refund: (out_refund_no: string, amount: number) =>
      create('ORDER-0001', { out_refund_no, amount: { refund: fen(amount), currency: 'CNY' } }, {}),
    order: async () => (await world.orders.get(KEY))!,
  }
}

function accepts(body: string): ChannelRefund {
  const { out_refund_no, amount } = JSON.parse(body) as {
    out_refund_no: string
    amount: ChannelRefund['amount']
  }
  return { ...told, out_refund_no, amount }
}

describe('refunds of one order', () => {
  it('of 60 % each, a hundred at once: one is sent, the others are refused', async () => {
    const { wechat, refund, order } = await refunds(async (body) => accepts(body))
    const tries = Array.from({ length: 100 }, (_, index) => refund(`R${index}`, 600))
    const results = await Promise.allSettled(tries)
    // A request that lost the race for the item too often is told to repeat; it sent nothing either.
    const expected = ['refund_exceeds_refundable', 'storage_conflict']
    const surprises = results.filter(
      (result) =>
        result.status === 'rejected' && !expected.includes((result.reason as { code: string }).code),
    )
    expect(surprises).toEqual([])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(wechat.calls).toHaveLength(1)
    expect((await order()).refundable).toBe(400)
  })

  it('keep what a notification said when it is faster than the answer to the request', async () => {
    const { world, refund, order } = await refunds(async (body) => {
      await recordFact(world, refundFact('R1', 'SUCCESS'))
      await createSettle(world)(refundFact('R1', 'SUCCESS').fact_key)
      return accepts(body)
    })
    await refund('R1', 300)
    expect(await order()).toMatchObject({ refundable: 700, refunds: { R1: { status: 'SUCCESS' } } })
  })

  it('become UNKNOWN when the request runs out of time, and nothing is given back', async () => {
    const { refund, order } = await refunds(failing('timeout'))
    expect((await refund('R1', 300)).refund.status).toBe('UNKNOWN')
    expect(await order()).toMatchObject({ refundable: 700, refunds: { R1: { status: 'UNKNOWN' } } })
  })
})

describe('a refund of which WeChat says nothing until the request has to wind up', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** As long as a call of AWS may take that works in the end. */
  const slow = () => new Promise<void>((resolve) => setTimeout(resolve, AWS_CALL_MS))
  const unlessAborted = (signal: AbortSignal | undefined) =>
    new Promise<never>((_, reject) => {
      const timeout = new ChannelError('timeout', 'out of time', { certain: false })
      signal?.addEventListener('abort', () => reject(timeout))
    })

  it('is recorded UNKNOWN before its time is over, though every call of storage takes all of its own', async () => {
    const world = aWorld()
    await world.given(paidOrder())
    const orders = {
      ...world.orders,
      get: async (key: string) => slow().then(() => world.orders.get(key)),
      save: async (order: Order) => slow().then(() => world.orders.save(order)),
    }
    const wechat = fakeWechat({ createRefund: async (_body, call) => unlessAborted(call?.signal) })
    const create = createRefund({
      ...world,
      orders,
      notifyUrl: 'https://pay.example/refund',
      channel: wechat,
    })
    const request = { out_refund_no: 'R1', amount: { refund: fen(300), currency: 'CNY' } } as const
    const answered = withDeadline(API_DEADLINE_MS, (limited) => create('ORDER-0001', request, limited))
    const answer = answered.catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(API_DEADLINE_MS)
    expect(await answer).toMatchObject({ refund: { status: 'UNKNOWN' } })
    expect((await world.orders.get(KEY))?.refunds['R1']?.status).toBe('UNKNOWN')
  })
})

describe('a refund whose notification never comes', () => {
  it('is asked for until it is final, an abnormal one included', async () => {
    const open = refunding({ status: 'PROCESSING', refund_id: '50' })
    let answer: ChannelRefund = told
    const { world, wechat, sweep, order } = await setUp({ queryRefund: async () => answer }, open)
    const settle = createSettle(world)
    const runFor = async (ms: number) => {
      for (const end = world.time.now + ms; world.time.now < end; world.time.now += MINUTE) {
        await sweep()
        for (const key of world.dispatched.splice(0)) await settle(key)
      }
    }
    await runFor(2 * HOUR)
    expect((await order()).refunds['R1']?.status).toBe('PROCESSING')
    answer = { ...told, status: 'ABNORMAL' }
    await runFor(HOUR)
    expect(await order()).toMatchObject({ refundable: 700, refunds: { R1: { status: 'ABNORMAL' } } })
    answer = { ...told, status: 'SUCCESS' }
    await runFor(HOUR)
    expect(await order()).toMatchObject({ refundable: 700, refunds: { R1: { status: 'SUCCESS' } } })
    expect((await order()).next_check_at).toBeUndefined()
    const asked = wechat.calls.length
    await runFor(HOUR)
    expect(wechat.calls).toHaveLength(asked)
    expect(world.published.map(({ type }) => type)).toEqual(['refund.abnormal', 'refund.succeeded'])
  })
})
