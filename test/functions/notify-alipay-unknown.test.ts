/** What Alipay tells and nobody here understands, or cannot ask for: it is stored before the answer that ends the repetitions. */
import { describe, expect, it } from 'vitest'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import {
  ACCOUNT,
  inState,
  KEY,
  named,
  NOTICE,
  payment,
  PAYMENT,
  read,
  said,
  setUp,
} from '#test/support/notifying-alipay.ts'
import { aRefund, NOW, paidOrder } from '#test/support/orders.ts'
import { paid, told as refund } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

describe('what nobody here knows', () => {
  it.each([
    ['a type', { ...said, type: 'dut_user_sign', told: [] }, { event_type: 'dut_user_sign' }],
    [
      'a state that looks like no end',
      read(inState('TRADE_WAITING')),
      { event_type: 'trade_status_sync', out_trade_no: 'ORDER-0001', trade_state: 'TRADE_WAITING' },
    ],
    [
      'a state that is no word',
      read(inState('<b>')),
      { event_type: 'trade_status_sync', out_trade_no: 'ORDER-0001', trade_state: '?' },
    ],
  ] as const)('%s is stored, published once and touches no order', async (_, notification, about) => {
    const { world, deliver, settleAll, order } = setUp(notification)
    expect(await deliver()).toBe('accepted')
    expect(world.dispatched).toEqual([NOTICE])
    expect((await world.facts.get(NOTICE))?.fact).toMatchObject({
      notice: { fields: { a: '1' }, left_out: ['b'] },
    })
    await settleAll()
    expect(await deliver()).toBe('accepted')
    await settleAll()
    expect(world.published).toMatchObject([
      {
        type: 'notification.received',
        data: { mchid: ACCOUNT, provider: 'alipay', notification_id: 'n-1', ...about },
      },
    ])
    expect(JSON.stringify(world.published)).not.toMatch(/fields|left_out/)
    expect(await order()).toBeUndefined()
  })

  it('a form that is not as documented is kept, held for a person, and touches no order', async () => {
    const fields = { out_trade_no: 'ORDER-0001', trade_no: '4200', total_amount: 'x' }
    const { world, deliver, settleAll, order, counted } = setUp({
      ...said,
      told: [],
      fields,
      malformed: 'total_amount',
    })
    expect(await deliver()).toBe('accepted')
    await settleAll()
    expect(world.published).toMatchObject([
      {
        type: 'notification.received',
        data: { held: 'malformed', orders: [{ out_trade_no: 'ORDER-0001', transaction_id: '4200' }] },
      },
    ])
    expect([counted().includes('NotificationHeld'), await order()]).toEqual([true, undefined])
  })

  it.each([{}, { out_trade_no: 'a#b', trade_no: 'x'.repeat(65) }])(
    'and names no order where the form does not: %j',
    async (fields) => {
      const { id: _, ...nameless } = { ...said, fields, malformed: 'out_trade_no', told: [] }
      const { world, deliver, settleAll } = setUp(nameless)
      expect(await deliver()).toBe('accepted')
      await settleAll()
      expect(world.published).toMatchObject([{ data: { held: 'malformed', orders: [{ out_trade_no: '' }] } }])
    },
  )

  it.each([
    ['by its name', inState('TRADE_REVERSED')],
    ['by the time of its payment', inState('TRADE_FROZEN', { success_time: paid.success_time })],
  ])('a state that looks like an end %s holds its order, and is kept whole', async (_, told) => {
    const { world, deliver, settleAll, order, counted } = setUp(read(told))
    expect(await deliver()).toBe('accepted')
    await settleAll()
    expect((await order()).holds).toHaveProperty('trade_state_unknown')
    expect(world.published.map(({ type }) => type)).toEqual(['order.held', 'notification.received'])
    expect(counted()).toContain('WechatStateUnknown')
  })

  it('a state that holds no more is not told anew by a replay, whenever it comes', async () => {
    const { world, deliver, settleAll, order } = setUp(read(inState('TRADE_REVERSED')))
    await deliver()
    await settleAll()
    world.time.now += 60_000
    await setUp(read(payment), {}, world).deliver()
    await settleAll()
    const { holds, version } = await order()
    expect(holds).not.toHaveProperty('trade_state_unknown')
    world.time.now += 60_000
    expect(await deliver()).toBe('accepted')
    await settleAll()
    expect((await order()).version).toBe(version)
  })

  it('a state of the refund that it names, which looks like an end, holds as well', async () => {
    const { deliver, settleAll, order } = setUp(read(payment, named), {
      queryRefund: async () => ({ ...refund, transaction_id: '4200', status: 'REFUND_REVERSED' }),
    })
    await deliver()
    await settleAll()
    expect((await order()).holds).toHaveProperty('refund_state_unknown#R1')
  })
})

describe('a refund that a notification names', () => {
  const answers = {
    'no answer': failing('timeout'),
    'no such refund': failing('not_found', { certain: true }),
    'no keys': failing('not_sent'),
    'an answer that never comes': (_: string, { signal }: { readonly signal?: AbortSignal } = {}) =>
      new Promise<never>((_resolve, reject) => {
        signal?.addEventListener('abort', () =>
          reject(new ChannelError('timeout', 'late', { certain: true })),
        )
      }),
  }

  it.each(Object.entries(answers))(
    'and of which Alipay gives %s is kept, and holds',
    async (_, queryRefund) => {
      const { world, deliver, settleAll, order, counted } = setUp(read(payment, named), { queryRefund })
      expect(await deliver()).toBe('accepted')
      expect(counted()).toContain('RefundNoticeUnread')
      expect(world.dispatched).toEqual([PAYMENT, expect.stringMatching(/^state#/)])
      await settleAll()
      expect((await order()).holds).toHaveProperty('refunds_unknown')
    },
  )

  it('is asked for by the sweep, and holds no more once its amount is known', async () => {
    const world = aWorld()
    await world.given(paidOrder({ mchid: ACCOUNT, order_key: KEY, transaction_id: '4200' }))
    const { deliver, settleAll, order } = setUp(read(named), { queryRefund: failing('timeout') }, world)
    await deliver()
    await settleAll()
    const held = await order()
    expect([held.holds, held.next_check_class]).toEqual([
      { refunds_unknown: 'refunds_unknown' },
      'refund_unknown',
    ])
    world.time.now = held.next_check_at!
    const alipay = fakeWechat({
      queryRefund: async () => ({ ...refund, transaction_id: '4200', status: 'SUCCESS' }),
    })
    await createSweep({ ...world, channels: { alipay } })({})
    await settleAll()
    expect(alipay.calls).toEqual([['queryRefund', 'R1']])
    expect(await order()).toMatchObject({
      holds: {},
      refundable: 700,
      refunds: { R1: { status: 'SUCCESS' } },
    })
    expect(world.published.map(({ type }) => type)).toEqual([
      'order.held',
      'refund.succeeded',
      'order.released',
    ])
  })

  it('is asked for at once by whoever knows its number', async () => {
    const world = aWorld()
    await world.given(paidOrder({ mchid: ACCOUNT, order_key: KEY, transaction_id: '4200' }))
    const { deliver, settleAll } = setUp(read(named), { queryRefund: failing('timeout') }, world)
    await deliver()
    await settleAll()
    const channel = fakeWechat({
      queryRefund: async (_, { outTradeNo } = {}) =>
        outTradeNo === undefined
          ? failing('not_found')()
          : { ...refund, transaction_id: '4200', status: 'SUCCESS' },
    })
    const ask = createQueryRefund({ ...world, mchid: ACCOUNT, channel })
    expect(await ask('R1', { refresh: false })).toMatchObject({
      order: { holds: {}, refundable: 700 },
      refund: { status: 'SUCCESS' },
    })
  })

  it('is asked for ever less often while Alipay does not know it', async () => {
    const world = aWorld()
    await world.given(paidOrder({ mchid: ACCOUNT, order_key: KEY }))
    const unknown = { queryRefund: failing('not_found', { certain: true }) }
    const { deliver, settleAll, order } = setUp(read(named), unknown, world)
    await deliver()
    await settleAll()
    const looks: number[] = []
    for (let time = 0; time < 4; time += 1) {
      const { next_check_at: next = 0 } = await order()
      looks.push((next - NOW) / 1000)
      world.time.now = next
      await createSweep({ ...world, channels: { alipay: fakeWechat(unknown) } })({})
    }
    expect(looks).toEqual([1, 60, 300, 1800])
  })

  it('and that is ours, on its way, holds nothing', async () => {
    const world = aWorld()
    const ours = aRefund({ out_refund_no: 'R1', status: 'UNKNOWN' })
    await world.given(paidOrder({ mchid: ACCOUNT, order_key: KEY, refunds: { R1: ours } }))
    const { deliver, settleAll, order } = setUp(read(named), { queryRefund: failing('timeout') }, world)
    await deliver()
    await settleAll()
    expect((await order()).holds).toEqual({})
  })

  it('without a name holds the order until one is learned', async () => {
    const { deliver, settleAll, order } = setUp(read(inState('REFUND', paid)))
    await deliver()
    await settleAll()
    expect((await order()).holds).toHaveProperty('refunds_unknown')
  })
})
