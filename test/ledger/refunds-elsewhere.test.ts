/** WeChat calls an order refunded and no refund of it is known: somebody made one elsewhere. */
import { describe, expect, it } from 'vitest'
import { createQuery } from '#functions/query/query.ts'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { fen } from '#shared/money.ts'
import type { ToldWord } from '#shared/ledger/books.ts'
import { fold } from '#shared/ledger/fold.ts'
import { nextLook } from '#shared/ledger/look-plan.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { MCHID, paidOrder } from '#test/support/orders.ts'
import { paid, told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'
import { dismissing, everyOrder } from './deciding.ts'
import { asked, holdsOf, HOUR, NOW, payment, refund, reserved, tell } from './tellings.ts'

describe('the fold', () => {
  it('holds the order, whatever was told first, and no number changes', () => {
    const books = everyOrder(asked(), payment(), 'refunded')
    expect(holdsOf(books)).toEqual(['refunds_unknown'])
    expect(fold(books)).toMatchObject({ status: 'PAID', refundable: 1000 })
  })

  it.each(['PROCESSING', 'SUCCESS', 'ABNORMAL', 'CLOSED'] as const)(
    'holds it no more once a refund is told %s, whatever comes first',
    (state) => {
      expect(holdsOf(everyOrder(asked(), payment(), 'refunded', refund('C1', state, 600)))).toEqual([])
    },
  )

  it.each([
    ['REQUESTED', []],
    ['UNKNOWN', []],
    ['FAILED', ['refunds_unknown']],
  ] as const)('takes a refund of ours that is %s for what it is', (sending, holds) => {
    expect(holdsOf(tell(reserved(asked(), 'R1', 300, sending), payment(), 'refunded'))).toEqual(holds)
  })

  it('does not take a refund of ours for it that still waits for people', () => {
    const approval = { rules: ['singleAbove'], names: 1, remind_at: NOW, pause_at: NOW }
    const sent = reserved(asked(), 'R1', 300)
    const waiting = { ...sent, ours: { ...sent.ours, refunds: [{ ...sent.ours.refunds[0]!, approval }] } }
    expect(holdsOf(everyOrder(waiting, payment(), 'refunded'))).toEqual(['refunds_unknown'])
  })

  it('lets it pass once a person has seen it, for good', () => {
    const books = dismissing(tell(asked(), payment(), 'refunded'), 'refunds_unknown')
    expect([holdsOf(books), holdsOf(tell(books, 'refunded'))]).toEqual([[], []])
  })
})

describe('a refund that was named, and no more told of it', () => {
  const named = (number: string, minute = 1): ToldWord => ({
    out_refund_no: number,
    at: NOW + minute * 60_000,
  })

  it('holds the order until it is told, whatever comes first', () => {
    expect(holdsOf(everyOrder(asked(), payment(), named('C1')))).toEqual(['refunds_unknown'])
    expect(holdsOf(everyOrder(asked(), payment(), named('C1'), refund('C1', 'SUCCESS', 600)))).toEqual([])
  })

  it('is not explained by another one', () => {
    const books = everyOrder(asked(), payment(), named('C1'), refund('C2', 'SUCCESS', 600))
    expect(holdsOf(books)).toEqual(['refunds_unknown'])
  })

  it.each([
    ['REQUESTED', []],
    ['UNKNOWN', []],
    ['FAILED', ['refunds_unknown']],
  ] as const)('and is one of ours that is %s is taken for what it is', (sending, holds) => {
    expect(holdsOf(tell(reserved(asked(), 'R1', 300, sending), payment(), named('R1')))).toEqual(holds)
  })

  it('is asked for while it holds, and for hours yet where a person let it pass; another one is news', () => {
    const books = tell(asked(), payment(), named('C1', 0))
    const look = (known: typeof books, now = NOW) => nextLook({ ...known, created_at: NOW }, fold(known), now)
    expect(look(books)).toEqual({ class: 'refund_unknown', at: NOW + 1000 })
    const passed = dismissing(books, 'refunds_unknown')
    expect([holdsOf(passed), look(passed)]).toEqual([[], look(books)])
    expect(look(books, NOW + 7 * HOUR)?.at).toBe(NOW + 30 * HOUR)
    expect(look(passed, NOW + 7 * HOUR)).toBeUndefined()
    expect(holdsOf(tell(passed, named('C2')))).toEqual(['refunds_unknown'])
  })
})

const refunded = { ...paid, trade_state: 'REFUND' }
const elsewhere: ChannelRefund = { ...told, out_refund_no: 'C1', transaction_id: '4200', status: 'SUCCESS' }
const request = parseRefundRequest({ out_refund_no: 'R1', amount: { refund: 600 } })

type Answers = Parameters<typeof fakeWechat>[0]

async function stage(answers: Answers = {}, order = paidOrder({ transaction_id: '4200' })) {
  const world = aWorld()
  await world.given(order)
  const wechat = fakeWechat({
    queryOrder: async () => refunded,
    queryRefund: async (number) => (number === 'C1' ? elsewhere : failing('not_found')()),
    ...answers,
  })
  const deps = { ...world, channel: wechat, notifyUrl: 'https://pay.example/n' }
  return {
    world,
    sent: () => wechat.calls.map(([name]) => name),
    query: () => createQuery(deps).byOutTradeNo('ORDER-0001', { refresh: true }),
    refund: (asked = request) => createRefund(deps)('ORDER-0001', asked, {}),
    queryRefund: () => createQueryRefund(deps)('C1', { refresh: true }),
    settleAll: async () => {
      for (const key of world.dispatched.splice(0)) await createSettle(world)(key)
    },
  }
}

describe('an order that WeChat calls refunded', () => {
  it('takes no refund until the one that was made elsewhere is learned by its number', async () => {
    const { world, query, refund: ask, queryRefund, settleAll } = await stage()
    expect(await query()).toMatchObject({ status: 'PAID', holds: { refunds_unknown: 'refunds_unknown' } })
    await expect(ask()).rejects.toMatchObject({ code: 'order_held' })
    await settleAll()
    expect(world.measured.map(([name]) => name)).toContain('RefundsElsewhere')
    expect(await queryRefund()).toMatchObject({
      refund: { status: 'SUCCESS' },
      order: { holds: {}, refundable: 700 },
    })
    await settleAll()
    expect(world.published.map(({ type, data }) => [type, data['opened'] ?? data['released']])).toEqual([
      ['order.held', ['refunds_unknown']],
      ['refund.succeeded', undefined],
      ['order.released', ['refunds_unknown']],
    ])
    expect(await world.orders.findByRefundNumber(MCHID, 'C1')).toBe(orderKey(MCHID, 'ORDER-0001'))
  })

  it('is told once, however often it is asked for', async () => {
    const { world, query } = await stage()
    await query()
    await query()
    expect(world.dispatched).toHaveLength(1)
  })

  it('is told the same way when its event is made again, the memory of it lost', async () => {
    const { world, query, settleAll } = await stage()
    const order = await query()
    await world.orders.save({ ...order, version: order.version + 1, handled: {} })
    await settleAll()
    expect(world.published.map(({ type, data }) => [type, data['opened']])).toEqual([
      ['order.held', ['refunds_unknown']],
    ])
  })

  it('is not held where a refund of ours explains it', async () => {
    const { world, query, queryRefund } = await stage()
    await queryRefund()
    world.dispatched.splice(0)
    expect((await query()).holds).toEqual({})
    expect(world.dispatched).toEqual([])
  })

  it('is held at last when the refund of ours that might have explained it failed', async () => {
    const refused = failing('refused', { certain: true, httpStatus: 400, wechatCode: 'INVALID_REQUEST' })
    const { query, refund: ask } = await stage({ createRefund: refused })
    let during: unknown
    const asking = await stage({
      createRefund: async () => {
        during = (await asking.query()).holds
        return refused()
      },
    })
    await asking.refund()
    expect([during, (await asking.query()).holds]).toEqual([{}, { refunds_unknown: 'refunds_unknown' }])
    await ask()
    expect((await query()).holds).toEqual({ refunds_unknown: 'refunds_unknown' })
  })

  const again = parseRefundRequest({ out_refund_no: 'C1', amount: { refund: 300 } })

  it('answers the very refund that is asked for, though the books of ours are lost, and sends nothing', async () => {
    const { query, refund: ask, sent } = await stage()
    await query()
    expect(await ask(again)).toMatchObject({ refund: { status: 'SUCCESS' }, order: { refundable: 700 } })
    expect(await ask(again)).toMatchObject({ refund: { status: 'SUCCESS' } })
    expect(sent()).toEqual(['queryOrder', 'queryRefund'])
  })

  it.each<[string, Answers & { readonly asked?: typeof again }, string]>([
    [
      'another amount',
      { asked: { ...again, amount: { ...again.amount, refund: fen(299) } } },
      'refund_number_used',
    ],
    [
      'another order',
      { queryRefund: async () => ({ ...elsewhere, out_trade_no: 'OTHER-1' }) },
      'refund_number_used',
    ],
    ['no answer', { queryRefund: failing('timeout') }, 'wechat_unavailable'],
  ])('refuses it where WeChat has %s under its number', async (_, { asked = again, ...answers }, code) => {
    const { query, refund: ask, sent } = await stage(answers)
    await query()
    await expect(ask(asked)).rejects.toMatchObject({ code })
    expect(sent()).toEqual(['queryOrder', 'queryRefund'])
  })

  it('belongs to nobody here when WeChat names an order that is not ours', async () => {
    const { queryRefund } = await stage({
      queryRefund: async () => ({ ...elsewhere, out_trade_no: 'OTHER-1' }),
    })
    await expect(queryRefund()).rejects.toMatchObject({ code: 'refund_not_found' })
  })
})
