import { describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import {
  aDay,
  billText,
  DAY,
  fundText,
  paid,
  paidOrderOf,
  refunded,
  reportIn,
  soldOrder,
} from './day-world.ts'

const REFUND = { 'REFUND-7': { status: 'PROCESSING', amount: fen(300) } } as const
const trade = (...lines: Parameters<typeof billText>[0]) => ({ trade: billText(lines) })

describe('a day that agrees', () => {
  it('is matched row by row, with its sums, and nobody is asked', async () => {
    const day = await aDay([paidOrderOf(1), paidOrderOf(7, { refunds: REFUND })], ['ORDER-7/REFUND-7'])
    const result = await day.reconcile({ bills: trade(paid(1, 1000), paid(7, 1000), refunded(7, 300)) })
    expect(result.state).toBe('complete')
    expect(reportIn(result)).toMatchObject({
      day: DAY,
      complete: true,
      matched: 3,
      payments: { rows: 2, amount: 2000 },
      refunds: { rows: 1, amount: 300 },
      findings: [],
      unsettled: 0,
    })
    expect(day.asked).toEqual([])
  })

  it('has orders of an earlier release, which no index lists', async () => {
    const day = await aDay([paidOrderOf(1, { success_time: '2026-11-23T23:59:00+08:00' })])
    const result = await day.reconcile({ bills: trade(paid(1, 1000)) })
    expect(reportIn(result)).toMatchObject({ matched: 1, findings: [] })
  })

  it('may be empty, and may have a refund that goes on for days', async () => {
    const empty = await aDay([])
    expect((await empty.reconcile({})).state).toBe('complete')
    const day = await aDay([
      paidOrderOf(7, {
        success_time: '2026-11-20T12:00:00+08:00',
        refunds: { 'REFUND-7': { status: 'SUCCESS', amount: fen(300) } },
      }),
    ])
    expect(reportIn(await day.reconcile({ bills: trade(refunded(7, 300)) })).findings).toEqual([])
  })

  it('waits while WeChat makes one of its bills', async () => {
    const day = await aDay([paidOrderOf(1)])
    for (const kind of ['trade', 'fund_flow', 'recharge_refund'] as const)
      expect((await day.reconcile({ bills: { ...trade(paid(1, 1000)), [kind]: 'creating' } })).state).toBe(
        'creating',
      )
  })

  it('does not count rows of another merchant', async () => {
    const day = await aDay([])
    const result = await day.reconcile({ bills: trade(paid(1, 1000, { '`1900000109': '`1900000110' })) })
    expect(reportIn(result)).toMatchObject({ foreign: 1, matched: 0, findings: [] })
  })
})

describe('only at WeChat', () => {
  it('a payment becomes a fact whose source is the bill, and the order is paid', async () => {
    const day = await aDay([soldOrder(1)])
    const result = await day.reconcile({ bills: trade(paid(1, 1000)) })
    expect(reportIn(result).findings).toEqual([
      {
        kind: 'payment',
        difference: 'only_at_wechat',
        outcome: 'healed',
        out_trade_no: 'ORDER-1',
        transaction_id: '42000001',
        billed: 1000,
        booked: 1000,
      },
    ])
    expect(await day.order(1)).toMatchObject({ status: 'PAID', transaction_id: '42000001', refundable: 1000 })
    expect((await day.facts.get('payment#1900000109#ORDER-1#SUCCESS'))?.fact.source).toBe('bill')
    expect(day.asked).toEqual([])
  })

  it('a payment of an order that nobody here knows is held for a person', async () => {
    const day = await aDay([])
    const result = await day.reconcile({ bills: trade(paid(1, 1000)) })
    expect(reportIn(result).findings).toMatchObject([{ difference: 'only_at_wechat', outcome: 'held' }])
    expect(await day.order(1)).toMatchObject({
      status: 'UNRECOGNIZED',
      holds: { order_unknown: 'order_unknown' },
    })
  })

  it('a second payment of an order holds it', async () => {
    const day = await aDay([paidOrderOf(1)])
    const second = paid(1, 1000, { '42000001': '42999999' })
    const result = await day.reconcile({ bills: trade(paid(1, 1000), second) })
    expect(reportIn(result).findings).toMatchObject([{ difference: 'only_at_wechat', outcome: 'held' }])
    expect((await day.order(1))?.holds).toEqual({ payment_conflict: 'payment_conflict' })
  })

  it('a refund is adopted after WeChat was asked about it, and never from the row', async () => {
    const day = await aDay([paidOrderOf(7)])
    const result = await day.reconcile({
      bills: trade(paid(7, 1000), refunded(7, 300)),
      refunds: { 'REFUND-7': {} },
    })
    expect(day.asked).toEqual(['REFUND-7'])
    expect(reportIn(result).findings).toMatchObject([
      {
        kind: 'refund',
        difference: 'only_at_wechat',
        outcome: 'healed',
        out_refund_no: 'REFUND-7',
        billed: 300,
      },
    ])
    const order = await day.order(7)
    expect([order?.refundable, order?.refunds['REFUND-7']?.status]).toEqual([700, 'SUCCESS'])
  })

  it('a refund that WeChat lists and does not know holds its order', async () => {
    const day = await aDay([paidOrderOf(7)])
    const result = await day.reconcile({ bills: trade(paid(7, 1000), refunded(7, 300)) })
    expect(reportIn(result).findings).toMatchObject([{ difference: 'only_at_wechat', outcome: 'held' }])
    expect((await day.order(7))?.holds).toMatchObject({})
    expect(Object.values((await day.order(7))?.holds ?? {})).toEqual(['placed_by_operator'])
  })
})

describe('only with us', () => {
  it('a payment that WeChat still tells of is held: its bill does not have it', async () => {
    const day = await aDay([paidOrderOf(1), paidOrderOf(2)])
    const result = await day.reconcile({ bills: trade(paid(1, 1000)), orders: { 'ORDER-2': {} } })
    expect(reportIn(result).findings).toEqual([
      {
        kind: 'payment',
        difference: 'only_with_us',
        outcome: 'held',
        out_trade_no: 'ORDER-2',
        transaction_id: '42000002',
        booked: 1000,
      },
    ])
    expect(reportIn(result).matched).toBe(1)
    expect(Object.values((await day.order(2))?.holds ?? {})).toEqual(['placed_by_operator'])
  })

  it('one that WeChat knows nothing of is held as well, also on a day without a bill', async () => {
    const day = await aDay([paidOrderOf(2)])
    const result = await day.reconcile({})
    expect(reportIn(result).findings).toMatchObject([{ difference: 'only_with_us', outcome: 'held' }])
  })

  it('an order that is not paid on either side is counted, and one that was paid since is learned', async () => {
    const day = await aDay([soldOrder(1), soldOrder(2), soldOrder(3)])
    const result = await day.reconcile({
      orders: {
        'ORDER-1': { trade_state: 'NOTPAY' },
        'ORDER-2': { success_time: '2026-11-25T00:30:00+08:00' },
      },
    })
    expect(reportIn(result)).toMatchObject({
      unsettled: 2,
      findings: [{ difference: 'state_differs', outcome: 'healed', out_trade_no: 'ORDER-2' }],
    })
    expect((await day.order(2))?.status).toBe('PAID')
  })

  it('a refund is held, unless WeChat accepted it on another day, or has not got it at all', async () => {
    const refunds = (status: 'PROCESSING' | 'UNKNOWN', number: number) => ({
      refunds: { [`REFUND-${number}`]: { status, amount: fen(300) } },
    })
    const day = await aDay(
      [
        paidOrderOf(1, refunds('PROCESSING', 1)),
        paidOrderOf(2, refunds('PROCESSING', 2)),
        paidOrderOf(3, refunds('UNKNOWN', 3)),
        paidOrderOf(4, refunds('UNKNOWN', 4)),
      ],
      ['ORDER-1/REFUND-1', 'ORDER-2/REFUND-2', 'ORDER-3/REFUND-3', 'ORDER-4/REFUND-4'],
    )
    const result = await day.reconcile({
      bills: trade(...[1, 2, 3, 4].map((number) => paid(number, 1000))),
      refunds: {
        'REFUND-1': { create_time: '2026-11-24T20:00:00+08:00' },
        'REFUND-2': { create_time: '2026-11-25T09:00:00+08:00' },
        'REFUND-4': { status: 'PROCESSING' },
      },
    })
    expect(reportIn(result)).toMatchObject({
      unsettled: 1,
      findings: [
        { kind: 'refund', difference: 'only_with_us', outcome: 'held', out_refund_no: 'REFUND-1' },
        { kind: 'refund', difference: 'state_differs', outcome: 'healed', out_refund_no: 'REFUND-4' },
      ],
    })
  })

  it('a refund out of the available balance is found where the money moved', async () => {
    const day = await aDay([paidOrderOf(7, { refunds: REFUND })], ['ORDER-7/REFUND-7'])
    const fund_flow = fundText([{ voucher: 'REFUND-7', fen: 300 }])
    const bills = { ...trade(paid(7, 1000)), fund_flow, recharge_refund: 'not_offered' } as const
    const result = await day.reconcile({ bills })
    expect(reportIn(result)).toMatchObject({ findings: [], funds: { out: { rows: 1, amount: 300 } } })
    const other = await aDay([paidOrderOf(7, { refunds: REFUND })], ['ORDER-7/REFUND-7'])
    const listed = { ...trade(paid(7, 1000)), recharge_refund: billText([refunded(7, 300)]) }
    expect(reportIn(await other.reconcile({ bills: listed })).findings).toEqual([])
    expect([day.asked, other.asked]).toEqual([[], []])
  })
})
