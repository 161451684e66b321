import { describe, expect, it } from 'vitest'
import { createClose } from '#functions/close/close.ts'
import { createQuery } from '#functions/query/query.ts'
import { driveOrder } from '#functions/sweep/drive-order.ts'
import type { Order } from '#shared/orders/order.ts'
import { ifKnown, learnPayment } from '#shared/payments/learn-payment.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, MCHID, NOW, paidOrder } from '#test/support/orders.ts'
import { DUE, due, KEY, notPaid, paid } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const created = due({ status: 'CREATED' })
const NOT_FINAL = ['NOTPAY', 'USERPAYING', 'PAYERROR', 'REVOKED'] as const

async function learned(order: Order, told: Partial<typeof paid> & { trade_state: string }) {
  const world = aWorld()
  await world.given(order)
  const result = await learnPayment(world, order, { ...notPaid, ...told })
  return { world, result, stored: await world.orders.get(KEY) }
}

describe('learning a payment', () => {
  it('records a payment as a fact and in the order, so that a refund sent at once finds it', async () => {
    const { world, result, stored } = await learned(anOrder(), paid)
    expect(result.order).toMatchObject({ status: 'PAID', transaction_id: '4200' })
    expect(world.dispatched).toEqual([`payment#${MCHID}#ORDER-0001#SUCCESS`])
    const kept = await world.facts.get(world.dispatched[0]!)
    expect(kept).toEqual({ fact: result.fact, pending: true })
    expect(result.fact).toMatchObject({ source: 'query', received_at: NOW })
    expect([stored?.status, stored?.version]).toEqual(['PAID', 2])
    expect(result.order).toEqual(stored)
  })

  it('records a close that somebody else made', async () => {
    const { world, result } = await learned(anOrder(), { trade_state: 'CLOSED' })
    expect([result.order.status, result.fact?.state]).toEqual(['CLOSED', 'CLOSED'])
    expect(world.dispatched).toEqual([`payment#${MCHID}#ORDER-0001#CLOSED`])
  })

  it.each(NOT_FINAL)('takes %s as proof that an order is placed', async (trade_state) => {
    const { world, result, stored } = await learned(created, { trade_state })
    expect(result).toEqual({ order: stored })
    expect([stored?.status, stored?.version, world.dispatched]).toEqual(['AWAITING_PAYMENT', 2, []])
  })

  it.each(NOT_FINAL)('neither reads nor writes an order for %s that is past that', async (trade_state) => {
    // A payment cannot be followed by these: test/wire/final-states.test.ts.
    const paid = ['REVOKED', 'PAYERROR'].includes(trade_state) ? [] : [paidOrder()]
    for (const order of [anOrder(), ...paid, anOrder({ status: 'REJECTED' })]) {
      const world = aWorld()
      await world.given(order)
      const orders = { ...world.orders, get: async () => Promise.reject(new Error('a read too many')) }
      const result = await learnPayment({ ...world, orders }, order, { ...notPaid, trade_state })
      expect([result, await world.orders.get(KEY)]).toEqual([{ order }, order])
    }
  })

  it('leaves an order as it became while WeChat was asked', async () => {
    const world = aWorld()
    await world.given(created)
    await world.orders.save(paidOrder({ version: 2 }))
    const { order } = await learnPayment(world, created, notPaid)
    expect([order.status, (await world.orders.get(KEY))?.version]).toEqual(['PAID', 2])
  })

  it('of an order that is not there fails', async () => {
    await expect(learnPayment(aWorld(), created, notPaid)).rejects.toMatchObject({ code: 'order_not_found' })
  })
})

describe('a query', () => {
  it('tells what WeChat does not know from what went wrong', async () => {
    expect(await ifKnown(async () => paid)).toBe(paid)
    expect(await ifKnown(failing('not_found', { certain: true }))).toBeUndefined()
    await expect(ifKnown(failing('refused', { certain: true }))).rejects.toMatchObject({ code: 'refused' })
    const own = async () => Promise.reject(new TypeError('own'))
    await expect(ifKnown(own)).rejects.toBeInstanceOf(TypeError)
  })
})

describe('whoever asks', () => {
  const late = due({ status: 'CREATED', time_expire: '2026-03-01T11:55:00+08:00' })
  const answers = (trade_state: string) => ({
    queryOrder: async () => ({ ...notPaid, trade_state }),
    closeOrder: failing('refused', { certain: true, httpStatus: 400, wechatCode: 'RULE_LIMIT' }),
  })
  const askers = {
    query: (deps: never) => createQuery(deps).byOutTradeNo('ORDER-0001', { refresh: true }),
    close: (deps: never) => createClose(deps)('ORDER-0001', {}),
    sweep: (deps: never) => driveOrder(deps, DUE, {}),
  }

  it.each(['query', 'close', 'sweep'] as const)(
    'learns the same from the same answer (%s)',
    async (operation) => {
      for (const order of [created, late]) {
        for (const trade_state of NOT_FINAL) {
          const world = aWorld()
          await world.given(order)
          await askers[operation]({ ...world, channel: fakeWechat(answers(trade_state)) } as never).catch(
            () => {},
          )
          expect([trade_state, (await world.orders.get(KEY))?.status]).toEqual([
            trade_state,
            'AWAITING_PAYMENT',
          ])
        }
      }
    },
  )
})
