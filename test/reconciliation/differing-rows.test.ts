import { describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import { needsSomebody } from '#shared/reconciliation/report.ts'
import { aDay, billText, paid, paidOrderOf, refunded, reportIn, soldOrder } from './day-world.ts'

const REFUND = { 'REFUND-7': { status: 'PROCESSING', amount: fen(300) } } as const
const trade = (...lines: Parameters<typeof billText>[0]) => ({ trade: billText(lines) })

describe('what both have otherwise', () => {
  it('a payment of another amount holds the order, and nothing is refundable by that', async () => {
    const day = await aDay([soldOrder(1), paidOrderOf(2)])
    const result = await day.reconcile({ bills: trade(paid(1, 900), paid(2, 900)) })
    expect(reportIn(result).findings).toMatchObject([
      { difference: 'amount_differs', outcome: 'held', out_trade_no: 'ORDER-1', billed: 900, booked: 1000 },
      { difference: 'amount_differs', outcome: 'held', out_trade_no: 'ORDER-2', billed: 900, booked: 1000 },
    ])
    expect(Object.values((await day.order(1))?.holds ?? {})).toEqual(['amount_differs'])
  })

  it('a refund of another amount holds the order, whichever of the two WeChat tells', async () => {
    for (const told of [300, 200]) {
      const day = await aDay([paidOrderOf(7, { refunds: REFUND })], ['ORDER-7/REFUND-7'])
      const result = await day.reconcile({
        bills: trade(paid(7, 1000), refunded(7, 200)),
        refunds: { 'REFUND-7': { amount: { total: fen(1000), refund: fen(told) } } },
      })
      expect(reportIn(result).findings).toMatchObject([{ difference: 'amount_differs', outcome: 'held' }])
      expect((await day.order(7))?.refundable).toBe(700)
    }
  })

  it('a refund that stands otherwise is asked for', async () => {
    const day = await aDay([paidOrderOf(7, { refunds: REFUND })], ['ORDER-7/REFUND-7'])
    const result = await day.reconcile({
      bills: trade(paid(7, 1000), refunded(7, 300, { '`PROCESSING': '`SUCCESS' })),
      refunds: { 'REFUND-7': {} },
    })
    expect(reportIn(result).findings).toMatchObject([{ difference: 'state_differs', outcome: 'healed' }])
    expect((await day.order(7))?.refunds['REFUND-7']?.status).toBe('SUCCESS')
  })

  it('a payment that was reversed is asked for, and held unless WeChat still tells of it', async () => {
    const reversed = (number: number) => ({ ...paid(number, 1000, { '`SUCCESS': '`REVOKED' }) })
    const day = await aDay([paidOrderOf(1), paidOrderOf(2)])
    const result = await day.reconcile({
      bills: trade(reversed(1), reversed(2)),
      orders: { 'ORDER-1': { trade_state: 'REVOKED' }, 'ORDER-2': {} },
    })
    expect(reportIn(result).findings).toMatchObject([
      { difference: 'state_differs', outcome: 'held', out_trade_no: 'ORDER-1' },
      { difference: 'state_differs', outcome: 'confirmed', out_trade_no: 'ORDER-2' },
    ])
    expect(needsSomebody(reportIn(result))).toBe(1)
  })
})
