/** When the next look is, once one was made: what it learned, what others wrote meanwhile and what failed decide together. */
import { describe, expect, it } from 'vitest'
import { driveOrder } from '#functions/sweep/drive-order.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import type { Order } from '#shared/orders/order.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { changed } from '#shared/orders/changed.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { NOW, paymentFact } from '#test/support/orders.ts'
import { DUE, due, KEY, MINUTE, notPaid, refunding, told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const DAY = 24 * 60 * MINUTE
const old = due({ created_at: NOW - 10 * DAY, next_check_class: 'late' })

/** Drives the order; `meanwhile` happens while WeChat is asked. */
async function driven(
  order: Order,
  answers: Partial<PaymentChannel>,
  meanwhile: (order: Order, world: ReturnType<typeof aWorld>) => Promise<unknown> = async () => {},
) {
  const world = aWorld()
  await world.given(order)
  const during = <Answer>(answer?: () => Promise<Answer>) => {
    if (answer === undefined) return {}
    return async () => {
      await meanwhile((await world.orders.get(KEY))!, world)
      return answer()
    }
  }
  const wechat = fakeWechat({
    ...answers,
    queryOrder: during(answers.queryOrder as never) as never,
    queryRefund: during(answers.queryRefund as never) as never,
  })
  await driveOrder({ ...world, channel: wechat }, DUE, {}).catch(() => {})
  return (await world.orders.get(KEY))!
}

describe('the next look', () => {
  it('is planned when this one was made, in one write', async () => {
    const order = await driven(old, { queryOrder: async () => notPaid })
    expect(order).toMatchObject({ version: 3, next_check_class: 'late' })
    expect(order.next_check_at).toBeGreaterThan(NOW)
  })

  it('follows from what this one learned', async () => {
    const order = await driven(refunding({}), { queryRefund: async () => told })
    expect(order).toMatchObject({
      next_check_class: 'refund_open',
      refunds: { R1: { status: 'PROCESSING' } },
    })
    expect(order.next_check_at).toBeGreaterThan(NOW)
  })

  it.each([
    ['5xx', failing('server_error', { httpStatus: 500 })],
    ['silence', failing('timeout')],
    ['a wrong signature', failing('refused', { certain: true, httpStatus: 401 })],
    ['an error of our own', async () => Promise.reject(new TypeError('own'))],
  ])('comes in a minute after %s, and stays due in between', async (_, queryOrder) => {
    const order = await driven(old, { queryOrder })
    expect(order).toMatchObject({ next_check_at: NOW + MINUTE, failed_looks: 1, status: old.status })
  })

  it('takes in what somebody else wrote meanwhile, and loses nothing of it', async () => {
    const order = await driven(old, { queryOrder: async () => notPaid }, (current, { orders }) =>
      orders.save(changed(current, { description: 'changed' }, NOW)),
    )
    expect(order).toMatchObject({ description: 'changed', version: 4 })
    expect(order.next_check_at).toBeGreaterThan(NOW)
  })

  it('is none when somebody else brought the order to its end', async () => {
    const order = await driven(old, { queryOrder: failing('timeout') }, (current, { orders }) =>
      orders.save(applyFact(current, paymentFact(), NOW).order),
    )
    expect(order).toMatchObject({ status: 'PAID', version: 3 })
    expect(order).not.toHaveProperty('next_check_at')
  })

  it('is left to another driver who took the order over', async () => {
    const order = await driven(old, { queryOrder: async () => notPaid }, (_, { orders, time }) => {
      time.now += MINUTE
      return orders.claim(DUE, { now: time.now, until: time.now + MINUTE })
    })
    expect(order).toMatchObject({ version: 3, next_check_at: NOW })
  })
})

describe('an order whose look was cut short by the end of the run', () => {
  it('is no failure, and is looked at again in the next run', async () => {
    const world = aWorld()
    await world.given(old)
    const stop = new AbortController()
    const queryOrder = async () => {
      stop.abort()
      return failing('timeout')()
    }
    await createSweep({ ...world, channels: { wechat: fakeWechat({ queryOrder }) } })({ signal: stop.signal })
    expect(world.measured).toContainEqual(['OrdersNotDriven', 0])
    expect(world.logged[0]).toMatchObject({ level: 'warn', code: 'ORDER_LEFT_FOR_LATER' })
    expect((await world.orders.get(KEY))?.next_check_at).toBe(NOW + MINUTE)
  })
})
