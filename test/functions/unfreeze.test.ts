/** Giving free what profit sharing keeps back: once an order, by its own number, and never forgotten half-way. */
import { describe, expect, it } from 'vitest'
import { createUnfreeze } from '#functions/close/unfreeze.ts'
import { createHold } from '#functions/hold/hold.ts'
import { createQuery } from '#functions/query/query.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { orderView } from '#shared/api/order-view.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, MCHID, paidOrder } from '#test/support/orders.ts'
import { MINUTE } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const asked = { out_order_no: 'UNFREEZE-1', description: 'nothing to share' }
const finished = async () => ({ order_id: '3008', state: 'FINISHED' }) as const
const nothingLeft = async () => fen(0)

async function setUp(answers: Partial<PaymentChannel>, order = paidOrder()) {
  const world = aWorld()
  await world.given(order)
  const wechat = fakeWechat(answers)
  const deps = { ...world, channel: wechat }
  const [unfreeze, sweep] = [createUnfreeze(deps), createSweep({ ...deps, channels: { wechat } })]
  return {
    world,
    unfreeze: (request = asked) => unfreeze('ORDER-0001', request, {}),
    query: createQuery(deps),
    shown: async () => orderView((await world.orders.get(orderKey(MCHID, 'ORDER-0001')))!).profit_sharing,
    sent: () => wechat.calls.filter(([name]) => name === 'unfreeze').map(([, body]) => body),
    later: async (minutes: number) => {
      world.time.now += minutes * MINUTE
      await sweep({})
    },
  }
}

describe('unfreeze', () => {
  it('remembers the request, sends it, and shows what is left', async () => {
    let during: unknown
    const { world, unfreeze, shown, sent } = await setUp({
      unfreeze: async () => ((during = await world.orders.get(orderKey(MCHID, 'ORDER-0001'))), finished()),
      unsplitAmount: nothingLeft,
    })
    await unfreeze()
    expect(during).toMatchObject({ books: { ours: { unfreeze: { ...asked, state: 'REQUESTED' } } } })
    expect(await shown()).toMatchObject({
      unsplit_amount: 0,
      unfreeze: { out_order_no: 'UNFREEZE-1', status: 'FINISHED', order_id: '3008' },
    })
    expect(sent()).toEqual([JSON.stringify({ transaction_id: '4200000000000001', ...asked })])
    await unfreeze()
    expect(sent()).toHaveLength(1)
  })

  it('is sent again by nobody while the order is held, and again once it is released', async () => {
    let answer: Required<PaymentChannel>['unfreeze'] = failing('timeout')
    const { world, unfreeze, sent, later } = await setUp({
      unfreeze: (body) => answer(body),
      unsplitAmount: nothingLeft,
    })
    await unfreeze()
    const { place, release } = createHold(world)
    const [hold = ''] = Object.keys((await place('ORDER-0001', { by: 'ann', note: 'odd' })).holds)
    answer = finished
    await unfreeze()
    await later(5)
    expect(sent()).toHaveLength(1)
    await release('ORDER-0001', { by: 'ann', note: 'fine', hold, decision: 'dismiss' })
    await later(40)
    expect(sent()).toHaveLength(2)
  })

  it('refuses another number, an order that is not paid, and one that is held', async () => {
    const { world, unfreeze } = await setUp({ unfreeze: finished, unsplitAmount: nothingLeft })
    await unfreeze()
    await expect(unfreeze({ ...asked, out_order_no: 'UNFREEZE-2' })).rejects.toMatchObject({
      code: 'unfreeze_number_used',
    })
    await expect(unfreeze({ ...asked, description: 'other' })).rejects.toMatchObject({
      code: 'unfreeze_number_used',
    })
    const unpaid = await setUp({}, anOrder())
    await expect(unpaid.unfreeze()).rejects.toMatchObject({ code: 'order_not_paid' })
    const held = await setUp({})
    await createHold(held.world).place('ORDER-0001', { by: 'ann', note: 'odd' })
    await expect(held.unfreeze()).rejects.toMatchObject({ code: 'order_held' })
    expect(world.dispatched).toEqual([])
  })

  it('can be asked again after a refusal', async () => {
    const early = failing('refused', { certain: true, httpStatus: 400, wechatCode: 'INVALID_REQUEST' })
    let tries = 0
    const { unfreeze, shown } = await setUp({
      unfreeze: () => ((tries += 1) === 1 ? early() : finished()),
      unsplitAmount: nothingLeft,
    })
    expect((await unfreeze()).error).toMatchObject({ code: 'wechat_refused' })
    expect((await shown())?.unfreeze).toMatchObject({ status: 'FAILED', failure_code: 'INVALID_REQUEST' })
    expect((await unfreeze()).error).toBeUndefined()
    expect((await shown())?.unfreeze).toMatchObject({ status: 'FINISHED' })
  })

  it.each([
    ['told', finished, 1000, 'FINISHED'],
    ['the echo of the first', failing('refused', { certain: true, httpStatus: 400 }), 0, 'FINISHED'],
    ['refused after all', failing('refused', { certain: true, httpStatus: 400 }), 1000, 'FAILED'],
  ] as const)(
    'of unknown outcome is sent again by the sweep under the same number: %s',
    async (_, second, left, status) => {
      let tries = 0
      const { unfreeze, shown, sent, later } = await setUp({
        unfreeze: () => ((tries += 1) === 1 ? failing('timeout')() : second()),
        unsplitAmount: async () => fen(left),
      })
      await unfreeze()
      expect((await shown())?.unfreeze).toMatchObject({ status: 'UNKNOWN' })
      await later(2)
      expect((await shown())?.unfreeze).toMatchObject({ status })
      await later(60)
      expect(new Set(sent()).size).toBe(1)
      expect(sent()).toHaveLength(2)
    },
  )

  it('is not needed to see what is kept back: a query that refreshes shows it', async () => {
    const order = paidOrder()
    const { ours } = order.books
    const sharing = {
      ...order,
      books: { ...order.books, ours: { ...ours, asked: { ...ours.asked!, profit_sharing: true } } },
    }
    const { query, shown } = await setUp(
      {
        queryOrder: failing('not_found', { certain: true, httpStatus: 404 }),
        unsplitAmount: async () => fen(1000),
      },
      sharing,
    )
    expect(await shown()).toEqual({})
    await query.byOutTradeNo('ORDER-0001', { refresh: true })
    expect(await shown()).toMatchObject({ unsplit_amount: 1000 })
  })
})
