/** FAILED is said only of what WeChat certainly does not have, and taken back when it has it after all. */
import { describe, expect, it } from 'vitest'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { fen } from '#shared/money.ts'
import { nextLookAt } from '#shared/orders/changed.ts'
import type { Order } from '#shared/orders/order.ts'
import type { Refund1 } from '#shared/stores/order-form-1.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { NOW, refundFact } from '#test/support/orders.ts'
import { MINUTE, refunding, setUp, told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const unknownThere = failing('not_found', { certain: true, httpStatus: 404 })
const refusedThere = failing('refused', { certain: true, httpStatus: 403, wechatCode: 'NOT_ENOUGH' })

const failed = (more: ReadonlyArray<Partial<Refund1>> = []) =>
  refunding({ status: 'FAILED', failure_code: 'NOT_ENOUGH' }, ...more)

/** Sweeps every minute, and settles what came of it. */
async function watched(answers: Parameters<typeof setUp>[0], order: Order) {
  const stage = await setUp(answers, order)
  const settle = createSettle(stage.world)
  return {
    ...stage,
    runTo: async (end: number) => {
      for (; stage.world.time.now <= end; stage.world.time.now += MINUTE) {
        await stage.sweep()
        for (const key of stage.world.dispatched.splice(0)) await settle(key)
      }
    },
  }
}

describe('case 8: a FAILED refund of which WeChat says PROCESSING', () => {
  it('takes its amount again and is watched, by a query', async () => {
    const world = aWorld()
    await world.given(failed())
    const query = createQueryRefund({ ...world, channel: fakeWechat({ queryRefund: async () => told }) })
    await world.orders.claimRefundNumber(world.mchid, 'R1', failed().order_key)
    const learned = await query('R1', { refresh: true })
    expect(learned.refund).toMatchObject({ status: 'PROCESSING', refund_id: '50' })
    expect(learned.refund.failure_code).toBeUndefined()
    expect(learned.order).toMatchObject({ refundable: 700, holds: {} })
    expect(learned.order.next_check_at).toBeDefined()
  })

  it('holds the order when it takes more than is left, and nothing can be refunded', () => {
    const both = failed([{ amount: fen(800), status: 'SUCCESS' }])
    const alive = applyFact(both, refundFact('R1', 'PROCESSING'), NOW)
    expect(alive.order).toMatchObject({
      refundable: 0,
      deficit: 100,
      refunds: { R1: { status: 'PROCESSING' } },
    })
    expect(Object.values(alive.order.holds)).toEqual(['over_refunded'])
    expect(alive.handled.changes.map(({ type }) => type)).toEqual(['refund.created', 'order.held'])
    // 800 are gone and 300 may be: what is given back ends at what is really left, and the hold with its cause.
    const closed = applyFact(alive.order, refundFact('R1', 'CLOSED'), NOW)
    expect(closed.order).toMatchObject({ refundable: 200, refunds: { R1: { status: 'CLOSED' } }, holds: {} })
    expect(closed.handled.changes.map(({ type }) => type)).toEqual(['refund.closed', 'order.released'])
  })
})

describe('case 9: refused twice within minutes after an unknown outcome', () => {
  it('is UNKNOWN still, and its amount stays reserved', async () => {
    const { runTo, order } = await watched(
      { queryRefund: unknownThere, createRefund: refusedThere },
      refunding({}),
    )
    await runTo(NOW + 20 * MINUTE)
    expect(await order()).toMatchObject({
      refundable: 700,
      refunds: { R1: { status: 'UNKNOWN', refused_code: 'NOT_ENOUGH' } },
    })
  })

  it('is FAILED by a refusal half an hour after the first one, each after "no such refund"', async () => {
    const { runTo, order, calls } = await watched(
      { queryRefund: unknownThere, createRefund: refusedThere },
      refunding({}),
    )
    await runTo(NOW + 45 * MINUTE)
    expect(await order()).toMatchObject({
      refundable: 1000,
      refunds: { R1: { status: 'FAILED', failure_code: 'NOT_ENOUGH' } },
    })
    expect(calls().slice(-2)).toEqual(['queryRefund', 'createRefund'])
  })
})

describe('case 10: FAILED after an unknown outcome', () => {
  const doubted = () => refunding({ status: 'FAILED', in_doubt: true, updated_at: NOW })

  it('is asked for 1 h, 6 h, 24 h and 7 d after it, and then no more', () => {
    const times: number[] = []
    for (let now: number | undefined = NOW; now !== undefined; now = nextLookAt(doubted(), now)?.at)
      if (now > NOW) times.push((now - NOW) / HOUR)
    expect(times).toEqual([1, 6, 24, 7 * 24])
    expect(nextLookAt(failed(), NOW)).toBeUndefined()
  })

  it('is found alive within a day, and takes its amount again', async () => {
    let answer: () => Promise<typeof told> = unknownThere
    const { runTo, order, calls, world } = await watched(
      { queryRefund: () => answer(), createRefund: refusedThere },
      refunding({}),
    )
    await runTo(NOW + 45 * MINUTE)
    expect((await order()).refunds['R1']?.status).toBe('FAILED')
    const sent = calls().filter((name) => name === 'createRefund').length
    answer = async () => ({ ...told, status: 'SUCCESS' })
    await runTo(NOW + DAY)
    expect(await order()).toMatchObject({ refundable: 700, refunds: { R1: { status: 'SUCCESS' } } })
    expect(calls().filter((name) => name === 'createRefund')).toHaveLength(sent)
    expect(world.published.map(({ type }) => type)).toEqual(['refund.failed', 'refund.succeeded'])
    expect(world.logged).toContainEqual(
      expect.objectContaining({ level: 'error', code: 'REFUND_NOT_FAILED' }),
    )
  })

  it('is not called vanished while WeChat does not know it', async () => {
    const { sweep, world, calls, order } = await setUp({ queryRefund: unknownThere }, doubted())
    await sweep()
    expect(calls()).toEqual(['queryRefund'])
    expect(world.logged.filter(({ level }) => level === 'error')).toEqual([])
    expect((await order()).next_check_at).toBe(NOW + HOUR)
  })
})
