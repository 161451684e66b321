import { describe, expect, it } from 'vitest'
import { looked, lookFailed } from '#shared/orders/looked.ts'
import type { Order } from '#shared/orders/order.ts'
import { changed } from '#shared/orders/changed.ts'
import { anOrder, NOW, paidOrder } from '#test/support/orders.ts'
import { refunding } from '#test/support/sweeping.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const old = anOrder({ created_at: NOW - 20 * DAY - HOUR, next_check_at: NOW - 5, next_check_class: 'late' })
const requested = (changes: object) => refunding({ status: 'REQUESTED', ...changes })

/** The minutes that each of so many failures in a row adds. */
function waits(order: Order, times: number, refused: boolean): number[] {
  let current = order
  return Array.from({ length: times }, () => {
    current = lookFailed(current, NOW, { refused })
    return (current.next_check_at! - NOW) / MINUTE
  })
}

describe('a look that was answered', () => {
  it('moves the next one to where the plan has it, counts a write and changes nothing else', () => {
    expect(looked({ ...old, failed_looks: 3 }, NOW, { known: true })).toEqual({
      ...old,
      version: 2,
      next_check_at: NOW + DAY - HOUR - 12 * HOUR,
    })
  })

  it('leaves no next one when nothing is open', () => {
    const order = paidOrder({ next_check_at: NOW, next_check_class: 'late', failed_looks: 1 })
    expect(looked(order, NOW, { known: true })).toEqual(paidOrder({ version: 2 }))
    expect(lookFailed(order, NOW, { refused: false })).toEqual(paidOrder({ version: 2, failed_looks: 1 }))
  })

  it.each([
    ['an unpaid order, within an hour', anOrder({ created_at: NOW - HOUR + 1 }), true, 'unpaid_young'],
    ['an unpaid order, later', anOrder({ created_at: NOW - HOUR }), true, 'late'],
    ['one that WeChat does not know', anOrder({ created_at: NOW - MINUTE }), false, 'late'],
    ['a refund of unknown outcome', refunding({ status: 'UNKNOWN' }), true, 'refund_unknown'],
    ['a refund that is being sent', requested({ created_at: NOW - MINUTE + 1 }), true, 'refund_open'],
    ['a refund still without an answer', requested({ created_at: NOW - MINUTE }), true, 'refund_unknown'],
    ['a refund sent anew', requested({ attempted_at: NOW }), true, 'refund_open'],
    ['the same in doubt', requested({ attempted_at: NOW, in_doubt: true }), true, 'refund_unknown'],
    ['a refund that WeChat is at work on', refunding({ status: 'PROCESSING' }), true, 'refund_open'],
    ['a refund that waits for a person', refunding({ status: 'ABNORMAL' }), true, 'refund_open'],
    ['a refund that FAILED in doubt', refunding({ status: 'FAILED', in_doubt: true }), true, 'late'],
  ] as const)('has the class of %s', (_, order, known, expected) => {
    expect(looked(order, NOW, { known }).next_check_class).toBe(expected)
  })

  it('has the class of the refund that comes first', () => {
    const order = refunding(
      { status: 'PROCESSING', created_at: NOW - 30_000 },
      { status: 'UNKNOWN', created_at: NOW - HOUR },
    )
    expect(looked(order, NOW, { known: true }).next_check_class).toBe('refund_open')
  })
})

describe('a look that failed', () => {
  it('is made again a minute later, then two, four and at most eight', () => {
    expect(waits(old, 7, false)).toEqual([1, 2, 4, 8, 8, 8, 8])
  })

  it('is made again ever later where WeChat refused it, and never later than planned', () => {
    const planned = (looked(old, NOW, { known: true }).next_check_at! - NOW) / MINUTE
    expect(waits(old, 12, true)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, planned, planned])
    expect(waits(anOrder({ created_at: NOW - 30_000 }), 3, false)).toEqual([0.5, 0.5, 0.5])
    expect(waits(old, 5000, true).at(-1)).toBe(planned)
  })

  it('is forgotten with the first that is answered', () => {
    const failed = lookFailed(lookFailed(old, NOW, { refused: false }), NOW, { refused: false })
    expect(failed.failed_looks).toBe(2)
    expect(looked(failed, NOW, { known: true })).not.toHaveProperty('failed_looks')
  })
})

describe('a change that is no look', () => {
  it('leaves a look that is due, or planned for sooner, where it is', () => {
    expect(changed(old, {}, NOW)).toMatchObject({ next_check_at: NOW - 5, next_check_class: 'late' })
    const soon = { ...old, next_check_at: NOW + 60_000 }
    expect(changed(soon, {}, NOW).next_check_at).toBe(NOW + 60_000)
    const planned = looked(old, NOW, { known: true }).next_check_at
    expect(changed({ ...old, next_check_at: NOW + 9 * DAY }, {}, NOW).next_check_at).toBe(planned)
  })

  it('gives it the class of what is open now, or takes it out when nothing is', () => {
    const paidOff = paidOrder({ next_check_at: NOW - 5, next_check_class: 'unpaid_young' })
    expect(changed(paidOff, {}, NOW)).not.toHaveProperty('next_check_at')
    const refundOpen = { ...refunding({}), next_check_class: 'unpaid_young' } as const
    expect(changed(refundOpen, {}, NOW)).toMatchObject({
      next_check_at: NOW,
      next_check_class: 'refund_unknown',
    })
  })
})
