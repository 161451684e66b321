import { describe, expect, it } from 'vitest'
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import { orderOf } from '#shared/orders/order-picture.ts'
import { failing } from '#test/support/fake-wechat.ts'
import { MCHID, NOW, paidOrder } from '#test/support/orders.ts'
import { MINUTE, setUp, due, notPaid, paid, told, refunding } from '#test/support/sweeping.ts'

describe('an unpaid order', () => {
  it('is healed when its notification was lost', async () => {
    const { world, sweep } = await setUp({ queryOrder: async () => paid }, due())
    await sweep()
    expect(world.dispatched).toEqual([paymentFactKey(MCHID, 'ORDER-0001', 'SUCCESS')])
  })

  it('is looked at again as planned while nobody pays', async () => {
    const { world, sweep, order, calls } = await setUp(
      { queryOrder: async () => notPaid },
      due({ created_at: NOW }),
    )
    for (let minute = 0; minute <= 10; minute += 1) {
      world.time.now = NOW + minute * MINUTE
      await sweep()
    }
    expect(calls()).toHaveLength(5)
    expect((await order()).next_check_at).toBe(NOW + 30 * MINUTE)
  })

  it('belongs to one driver for as long as a run may last, however near its next look is', async () => {
    const { world, sweep, calls } = await setUp({ queryOrder: async () => notPaid }, due({ created_at: NOW }))
    await sweep()
    world.time.now = NOW + 50_000
    await sweep()
    expect(calls()).toHaveLength(1)
    world.time.now = NOW + MINUTE
    await sweep()
    expect(calls()).toHaveLength(2)
  })

  it('is not closed while WeChat may still take a payment: clocks differ, and a payer may be at the last step', async () => {
    const expired = due({ time_expire: '2026-03-01T12:00:00+08:00' })
    const answers = { queryOrder: async () => notPaid, closeOrder: async () => {} }
    for (const [late, asked] of [
      [0, ['queryOrder']],
      [5 * MINUTE - 1, ['queryOrder']],
      [5 * MINUTE, ['queryOrder', 'closeOrder']],
    ] as const) {
      const { world, sweep, calls } = await setUp(answers, expired)
      world.time.now += late
      await sweep()
      expect(calls()).toEqual(asked)
    }
  })

  it('is closed at WeChat when its time has passed, and only then recorded as closed', async () => {
    const expired = due({ time_expire: '2026-03-01T11:55:00+08:00' })
    const { world, sweep, calls } = await setUp(
      { queryOrder: async () => notPaid, closeOrder: async () => {} },
      expired,
    )
    await sweep()
    expect(calls()).toEqual(['queryOrder', 'closeOrder'])
    expect(world.dispatched).toEqual([paymentFactKey(MCHID, 'ORDER-0001', 'CLOSED')])
    const failed = await setUp({ queryOrder: async () => notPaid, closeOrder: failing('timeout') }, expired)
    await failed.sweep()
    expect(failed.world.dispatched).toEqual([])
    expect(failed.measured('OrdersNotDriven')).toEqual([1])
  })

  it('keeps a payment that wins against the close', async () => {
    const answers = [notPaid, paid]
    const { world, sweep, measured } = await setUp(
      { queryOrder: async () => answers.shift()!, closeOrder: failing('already_paid', { certain: true }) },
      due({ time_expire: '2026-03-01T11:55:00+08:00' }),
    )
    await sweep()
    expect(world.dispatched).toEqual([paymentFactKey(MCHID, 'ORDER-0001', 'SUCCESS')])
    expect(measured('OrdersNotDriven')).toEqual([0])
  })

  it('left CREATED by a crash is found at WeChat, or given up after ten minutes', async () => {
    const found = await setUp({ queryOrder: async () => notPaid }, due({ status: 'CREATED' }))
    await found.sweep()
    expect((await found.order()).status).toBe('AWAITING_PAYMENT')
    const unknown = failing('not_found', { certain: true })
    const young = await setUp(
      { queryOrder: unknown },
      due({ status: 'CREATED', created_at: NOW - 9 * MINUTE }),
    )
    await young.sweep()
    expect((await young.order()).status).toBe('CREATED')
    const old = await setUp(
      { queryOrder: unknown },
      due({ status: 'CREATED', created_at: NOW - 10 * MINUTE }),
    )
    await old.sweep()
    expect(await old.order()).toMatchObject({ status: 'REJECTED', rejected_code: 'ORDER_NOT_EXIST' })
  })

  it('whose state is not known and looks final is held, and not closed when its time has passed', async () => {
    const finished = { ...notPaid, trade_state: 'FINISHED' }
    const expired = due({ time_expire: '2026-03-01T12:00:00+08:00' })
    const { sweep, order, calls } = await setUp({ queryOrder: async () => finished }, expired)
    await sweep()
    expect(calls()).toEqual(['queryOrder'])
    expect(await order()).toHaveProperty('holds.trade_state_unknown')
  })

  it('that WeChat once had is never given up', async () => {
    const { sweep, order, world } = await setUp(
      { queryOrder: failing('not_found', { certain: true }) },
      due({ created_at: NOW - 60 * MINUTE }),
    )
    await sweep()
    expect((await order()).status).toBe('AWAITING_PAYMENT')
    expect(world.logged).toContainEqual(expect.objectContaining({ level: 'error', code: 'ORDER_VANISHED' }))
  })
})

describe('an open refund', () => {
  it('is sent again with the same bytes only when WeChat does not know it', async () => {
    const { wechat, sweep, order } = await setUp(
      { queryRefund: failing('not_found', { certain: true }), createRefund: async () => told },
      refunding({}),
    )
    await sweep()
    expect(wechat.calls).toEqual([
      ['queryRefund', 'R1'],
      ['createRefund', 'bytes 1'],
    ])
    expect((await order()).refunds['R1']).toMatchObject({ status: 'PROCESSING', refund_id: '50' })
  })

  it.each(['REQUESTED', 'UNKNOWN', 'PROCESSING', 'ABNORMAL'] as const)(
    'that is %s learns its end from a query',
    async (status) => {
      const { world, sweep, calls } = await setUp(
        { queryRefund: async () => ({ ...told, status: 'SUCCESS' }) },
        refunding({ status }),
      )
      await sweep()
      expect(calls()).toEqual(['queryRefund'])
      expect(world.dispatched).toEqual([refundFactKey(MCHID, 'R1', 'SUCCESS')])
    },
  )

  it('is not touched while the request that made it may be at work', async () => {
    const { calls, sweep } = await setUp({}, refunding({ status: 'REQUESTED', created_at: NOW - MINUTE + 1 }))
    await sweep()
    expect(calls()).toEqual([])
  })

  it('is never sent again once WeChat had it', async () => {
    const { calls, sweep, world } = await setUp(
      { queryRefund: failing('not_found', { certain: true }) },
      refunding({ status: 'PROCESSING' }),
    )
    await sweep()
    expect(calls()).toEqual(['queryRefund'])
    expect(world.logged).toContainEqual(expect.objectContaining({ level: 'error', code: 'REFUND_VANISHED' }))
  })

  it('waits for the next minute when another one of the order was sent', async () => {
    const { wechat, sweep } = await setUp(
      {
        queryRefund: failing('not_found', { certain: true }),
        createRefund: failing('rate_limited', { certain: true }),
      },
      refunding({}, {}),
    )
    await sweep()
    expect(wechat.calls.map(([name]) => name)).toEqual(['queryRefund', 'createRefund', 'queryRefund'])
  })

  it('is counted when its outcome stays unknown for a quarter of an hour, and whenever it is sent again', async () => {
    const answers = { queryRefund: failing('not_found', { certain: true }), createRefund: failing('timeout') }
    const old = await setUp(answers, refunding({ created_at: NOW - 16 * MINUTE }))
    await old.sweep()
    expect([old.measured('RefundsUnknown'), old.measured('RefundsSentAgain')]).toEqual([[1], [1]])
    const young = await setUp(answers, refunding({ created_at: NOW - 14 * MINUTE }))
    await young.sweep()
    expect([young.measured('RefundsUnknown'), young.measured('RefundsSentAgain')]).toEqual([[], [1]])
  })

  it('gives its amount back when WeChat refuses it after all, twice and half an hour apart', async () => {
    const { world, sweep, order } = await setUp(
      {
        queryRefund: failing('not_found', { certain: true }),
        createRefund: failing('refused', { certain: true, httpStatus: 403, wechatCode: 'NOT_ENOUGH' }),
      },
      refunding({}),
    )
    // Once may be the echo of an earlier send that arrived after all, which WeChat's query does not show yet.
    await sweep()
    expect(await order()).toMatchObject({
      refundable: 700,
      refunds: { R1: { status: 'UNKNOWN', refused_code: 'NOT_ENOUGH' } },
    })
    world.time.now = NOW + 30 * MINUTE - 1
    await sweep()
    expect((await order()).refunds['R1']?.status).toBe('UNKNOWN')
    world.time.now = (await order()).next_check_at!
    await sweep()
    expect(await order()).toMatchObject({
      refundable: 1000,
      refunds: { R1: { status: 'FAILED', failure_code: 'NOT_ENOUGH' } },
    })
  })
})

describe('a paid order that is held for a state that is not known', () => {
  it('is asked for, and so is its refund, until WeChat tells known ones', async () => {
    const order = paidOrder({ refunds: { R1: { status: 'CLOSED' } }, next_check_at: NOW })
    const words = [
      { word: 'REVERSED', at: NOW },
      { out_refund_no: 'R1', word: 'RETURNED', at: NOW },
    ]
    const { books } = order
    const unclear = orderOf({ ...order, books: { ...books, said: { ...books.said, words } } })
    expect(Object.keys(unclear.holds)).toEqual(['refund_state_unknown#R1', 'trade_state_unknown'])
    const { world, sweep, ...after } = await setUp(
      {
        queryOrder: async () => ({ ...paid, transaction_id: '4200000000000001' }),
        queryRefund: async () => ({ ...told, refund_id: '5000R1', status: 'CLOSED' }),
      },
      unclear,
    )
    world.time.now = NOW + MINUTE
    await sweep()
    expect(after.calls()).toEqual(['queryOrder', 'queryRefund'])
    expect(await after.order()).toMatchObject({ holds: {}, refundable: 1000 })
    expect(await after.order()).not.toHaveProperty('next_check_at')
  })
})
