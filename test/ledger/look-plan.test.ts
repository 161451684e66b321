import { describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import { expiresAt } from '#shared/ledger/look-plan.ts'
import { nextLookAt } from '#shared/orders/changed.ts'
import type { Order } from '#shared/orders/order.ts'
import { anOrder, NOW, paidOrder } from '#test/support/orders.ts'

const MINUTE = 60_000
const nextCheckAt = (order: Order, now: number) => nextLookAt(order, now)?.at

function looks(next: (now: number) => number | undefined, count: number): number[] {
  const times: number[] = []
  let now = NOW
  while (times.length < count) {
    const time = next(now)
    if (time === undefined) break
    times.push((time - NOW) / 1000)
    now = time
  }
  return times
}

describe('nextCheckAt', () => {
  it('follows the advised plan for an unpaid order, then looks more rarely', () => {
    const order = anOrder({ time_expire: new Date(NOW + 30 * 24 * 3600_000).toISOString() })
    expect(looks((now) => nextCheckAt(order, now), 13)).toEqual([
      5, 30, 60, 180, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 129_600, 216_000,
    ])
  })

  it('looks later at first where the stage wants that, and then goes on as planned', () => {
    const order = anOrder({ time_expire: new Date(NOW + 24 * 3600_000).toISOString() })
    const { books } = order
    const firstAt = (first_look_ms: number) => {
      const asked = { ...books.ours.asked!, first_look_ms }
      const waiting = { ...order, books: { ...books, ours: { ...books.ours, asked } } }
      return looks((now) => nextCheckAt(waiting, now), 4)
    }
    expect(firstAt(MINUTE)).toEqual([60, 180, 300, 600])
    expect(firstAt(90_000)).toEqual([90, 180, 300, 600])
  })

  it('looks five minutes after the time to pay has passed, and goes on after it', () => {
    const order = anOrder({ time_expire: new Date(NOW + 2 * MINUTE).toISOString() })
    expect(looks((now) => nextCheckAt(order, now), 7)).toEqual([5, 30, 60, 180, 300, 420, 600])
    expect(expiresAt(anOrder())).toBe(NOW + 7 * 24 * 3600_000)
  })

  it.each(['REQUESTED', 'UNKNOWN'] as const)(
    'polls a refund that is %s every minute, then 5, 10, 20, 30 minutes apart',
    (status) => {
      const refund = { out_refund_no: 'R', status, amount: fen(1), created_at: NOW, updated_at: NOW }
      const order = paidOrder({ refunds: { R: refund } })
      expect(looks((now) => nextCheckAt(order, now), 10)).toEqual([
        60, 120, 180, 240, 300, 600, 1200, 2400, 4200, 6000,
      ])
    },
  )

  it.each(['PROCESSING', 'ABNORMAL'] as const)(
    'polls a refund that is %s every half hour for a day, every two hours for two more, then every six',
    (status) => {
      const refund = { out_refund_no: 'R', status, amount: fen(1), created_at: NOW, updated_at: NOW }
      const order = paidOrder({ refunds: { R: refund } })
      const times = looks((now) => nextCheckAt(order, now), 90)
      expect(times.slice(0, 10)).toEqual([60, 120, 180, 240, 300, 600, 1200, 2400, 3600, 5400])
      const hours = times.filter((at) => at >= 3600).map((at) => at / 3600)
      expect(hours.filter((at) => at <= 24)).toEqual(Array.from({ length: 47 }, (_, index) => 1 + index / 2))
      expect(hours.filter((at) => at > 24 && at <= 72)).toEqual(
        Array.from({ length: 24 }, (_, index) => 26 + 2 * index),
      )
      expect(hours.filter((at) => at > 72)).toEqual([78, 84, 90, 96, 102, 108, 114, 120, 126, 132, 138])
    },
  )

  it('looks at a closed order for a day, because a payment may have won against the close', () => {
    const closed = anOrder({ status: 'CLOSED' })
    expect(looks((now) => nextCheckAt(closed, now), 9)).toEqual([300, 3600, 86_400])
  })

  it('needs no look when nothing is open', () => {
    expect(nextCheckAt(paidOrder(), NOW)).toBeUndefined()
    for (const status of ['REJECTED', 'UNRECOGNIZED'] as const)
      expect(nextCheckAt(anOrder({ status }), NOW)).toBeUndefined()
    for (const status of ['SUCCESS', 'CLOSED', 'FAILED'] as const)
      expect(nextCheckAt(paidOrder({ refunds: { R: { status } } }), NOW)).toBeUndefined()
  })

  it('takes the earliest of several', () => {
    const refund = {
      out_refund_no: 'R',
      status: 'PROCESSING',
      amount: fen(1),
      created_at: NOW - 30_000,
      updated_at: NOW,
    } as const
    expect(nextCheckAt(paidOrder({ refunds: { A: { ...refund, created_at: NOW }, R: refund } }), NOW)).toBe(
      NOW + 30_000,
    )
  })
})
