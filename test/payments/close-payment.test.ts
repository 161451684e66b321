import { describe, expect, it } from 'vitest'
import { createClose } from '#functions/close/close.ts'
import type { Order } from '#shared/orders/order.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { closePayment } from '#shared/payments/close-payment.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, MCHID, NOW } from '#test/support/orders.ts'
import { due, notPaid, paid, setUp } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const refusal = failing('refused', { certain: true, httpStatus: 400, wechatCode: 'RULE_LIMIT' })
const unknown = failing('not_found', { certain: true, httpStatus: 404 })

async function closing(answers: Partial<PaymentChannel>, order: Order = anOrder()) {
  const world = aWorld()
  await world.given(order)
  const wechat = fakeWechat(answers)
  const deps = { ...world, channel: wechat }
  const result = await closePayment(deps, order, {}).catch((error: unknown) => error)
  return { world, deps, result, calls: wechat.calls.map(([name]) => name) }
}

describe('closing a payment', () => {
  it('records CLOSED only after WeChat has closed', async () => {
    const { world, result, calls } = await closing({ closeOrder: async () => {} })
    expect(calls).toEqual(['closeOrder'])
    expect(result).toMatchObject({
      order: { status: 'CLOSED' },
      fact: { state: 'CLOSED', source: 'close', received_at: NOW },
    })
    expect(world.dispatched).toEqual([`payment#${MCHID}#ORDER-0001#CLOSED`])
  })

  it('records the payment that won against it', async () => {
    const { world, result } = await closing({ closeOrder: refusal, queryOrder: async () => paid })
    expect(result).toMatchObject({ order: { status: 'PAID' }, fact: { state: 'SUCCESS', source: 'query' } })
    expect(world.dispatched).toEqual([`payment#${MCHID}#ORDER-0001#SUCCESS`])
  })

  it.each([
    ['an unknown outcome', 'timeout', {}],
    ['a signature that WeChat refused', 'refused', { certain: true, httpStatus: 401 }],
    ['an order that WeChat does not know', 'not_found', { certain: true }],
  ] as const)('asks nothing and records nothing after %s', async (_, code, details) => {
    const { world, result, calls } = await closing({ closeOrder: failing(code, details) })
    expect([result, calls, world.dispatched]).toMatchObject([{ code }, ['closeOrder'], []])
  })

  it('gives the refusal when a query brings nothing final, and what stopped the query', async () => {
    const quiet = await closing({ closeOrder: refusal, queryOrder: async () => notPaid })
    expect(quiet.result).toMatchObject({ code: 'refused', wechatCode: 'RULE_LIMIT' })
    const down = await closing({ closeOrder: refusal, queryOrder: failing('timeout') })
    expect([down.result, down.world.dispatched]).toMatchObject([{ code: 'timeout' }, []])
    const own = async () => Promise.reject(new TypeError('own'))
    expect((await closing({ closeOrder: own })).result).toBeInstanceOf(TypeError)
  })
})

describe('an order that WeChat turns out not to know', () => {
  it.each([
    ['from the close', { closeOrder: unknown }],
    ['from the query after a refusal', { closeOrder: refusal, queryOrder: unknown }],
  ])('is told as not placed, learned %s', async (_, answers) => {
    const { deps } = await closing(answers)
    await expect(createClose(deps)('ORDER-0001', {})).rejects.toMatchObject({
      code: 'order_not_placed',
      cause: { code: 'not_found' },
    })
  })
})

describe('an order of the sweep whose time is over', () => {
  const late = due({ status: 'CREATED', time_expire: '2026-03-01T11:55:00+08:00' })

  it('is known to be placed before the close, which may fail', async () => {
    const answers = { queryOrder: async () => notPaid, closeOrder: failing('timeout') }
    const { world, sweep, order } = await setUp(answers, late)
    await sweep()
    expect([(await order()).status, world.dispatched]).toEqual(['AWAITING_PAYMENT', []])
  })

  it('is closed at WeChat, which has the last word, whatever our books say', async () => {
    const { world, wechat, sweep } = await setUp(
      { queryOrder: async () => notPaid, closeOrder: async () => {} },
      due({ time_expire: '2026-03-01T11:55:00+08:00' }),
    )
    const reads: string[] = []
    const get = world.orders.get.bind(world.orders)
    world.orders.get = async (key) => (reads.push(key), get(key))
    await sweep()
    expect(wechat.calls.map(([name]) => name)).toEqual(['queryOrder', 'closeOrder'])
    // The claim brings the order along, and what WeChat did is recorded in it; the next look reads it again.
    expect(reads).toHaveLength(1)
  })

  it.each(['queryOrder', 'closeOrder'] as const)(
    'fails in the words of our own API, whichever call it was (%s)',
    async (method) => {
      const answers = {
        queryOrder: async () => notPaid,
        closeOrder: async () => {},
        [method]: failing('timeout'),
      }
      const { world, sweep } = await setUp(answers, late)
      await sweep()
      expect(world.logged.find(({ code }) => code === 'ORDER_NOT_DRIVEN')).toMatchObject({
        fields: { error_code: 'wechat_unavailable' },
      })
    },
  )
})
