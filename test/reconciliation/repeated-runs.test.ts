import { describe, expect, it } from 'vitest'
import { createHold } from '#functions/hold/hold.ts'
import { aDay, billText, NOON, paid, paidOrderOf, refunded, reportIn, soldOrder } from './day-world.ts'

const trade = (...lines: Parameters<typeof billText>[0]) => ({ trade: billText(lines) })

describe('around midnight', () => {
  const last = { success_time: '2026-11-24T23:55:00+08:00' }

  it('a payment of the last minutes is left to the next bill, and held when that has not got it', async () => {
    const day = await aDay([paidOrderOf(1, last)])
    const told = { orders: { 'ORDER-1': last } }
    const first = reportIn(await day.reconcile(told))
    expect(first).toMatchObject({ findings: [], neighbours: { missing: ['1900000109#ORDER-1'] } })
    const next = { day: '2026-11-25', before: first.neighbours }
    const found = reportIn(await day.reconcile({ ...told, bills: trade(paid(1, 1000)) }, next))
    expect(found.findings).toEqual([])
    const lost = reportIn(await day.reconcile(told, next))
    expect(lost.findings).toMatchObject([{ difference: 'only_with_us', outcome: 'held' }])
  })

  it('a payment that the bill of the day before had is not missed in this one', async () => {
    const ours = paidOrderOf(1, { success_time: '2026-11-24T00:00:01+08:00' })
    const day = await aDay([ours])
    const line = paid(1, 1000, { '2026-11-24 08:35:41': '2026-11-23 23:59:59' })
    const before = reportIn(await day.reconcile({ bills: trade(line) }, { day: '2026-11-23' }))
    expect(before.neighbours.extra).toEqual(['1900000109#ORDER-1'])
    const result = reportIn(await day.reconcile({}, { before: before.neighbours }))
    expect(result.findings).toEqual([])
    expect(day.asked).toEqual([])
  })
})

describe('a run after a run', () => {
  it('gives the same report and changes nothing, though a person released what was held', async () => {
    const day = await aDay([soldOrder(1), paidOrderOf(2), paidOrderOf(3), soldOrder(4)])
    const told = {
      bills: trade(paid(1, 1000), paid(3, 900), refunded(3, 300), paid(5, 1000)),
      orders: { 'ORDER-2': {}, 'ORDER-4': { trade_state: 'NOTPAY' } },
      refunds: { 'REFUND-3': {} },
    } as const
    const first = reportIn(await day.reconcile(told))
    const [hold = ''] = Object.keys((await day.order(2))?.holds ?? {})
    const release = { decision: 'dismiss', hold, by: 'anna', note: 'seen' } as const
    await createHold(day).release('ORDER-2', release)
    await day.settle()
    const numbers = [1, 2, 3, 4, 5]
    const books = async () => Promise.all(numbers.map(async (number) => (await day.order(number))?.books))
    const before = await books()
    const published = day.published.length
    const second = reportIn(await day.reconcile(told, { earlier: first }))
    expect(second).toEqual(first)
    expect(await books()).toEqual(before)
    expect(day.published).toHaveLength(published)
    expect(first.outcomes).toEqual({ healed: 1, held: 4, confirmed: 0, open: 0 })
  })

  it('goes on where the time of the one before was over', async () => {
    const day = await aDay([soldOrder(1), soldOrder(2)])
    const told = { bills: trade(paid(1, 1000), paid(2, 1000)) }
    const kept: number[] = []
    const first = await day.reconcile(told, {
      until: { compare: Number.POSITIVE_INFINITY, judge: NOON },
      keep: async ({ findings }) => void kept.push(findings.length),
    })
    expect(first).toMatchObject({ state: 'partial', position: { line: 1 }, report: { complete: false } })
    expect(kept).toEqual([2])
    const position = first.state === 'partial' ? first.position : undefined
    const second = await day.reconcile(told, { earlier: reportIn(first), position })
    expect(second.state).toBe('complete')
    expect(reportIn(second).outcomes.healed).toBe(2)
  })

  it('asks again what WeChat did not answer', async () => {
    const day = await aDay([paidOrderOf(7)])
    const bills = trade(paid(7, 1000), refunded(7, 300))
    const first = await day.reconcile({ bills, refunds: { 'REFUND-7': 'down' } })
    expect(first).toMatchObject({ state: 'partial', position: { line: 2 } })
    expect(reportIn(first).findings).toMatchObject([{ outcome: 'open' }])
    const position = first.state === 'partial' ? first.position : undefined
    const work = { earlier: reportIn(first), position }
    const second = await day.reconcile({ bills, refunds: { 'REFUND-7': {} } }, work)
    expect(reportIn(second)).toMatchObject({ complete: true, matched: 1, findings: [{ outcome: 'healed' }] })
  })

  it('tells of what a run healed that died before it could say so', async () => {
    const day = await aDay([soldOrder(1)])
    const bills = trade(paid(1, 1000))
    let left: ReturnType<typeof reportIn> | undefined
    await day.reconcile({ bills }, { keep: async (report) => void (left = report) })
    const second = reportIn(await day.reconcile({ bills }, { earlier: left }))
    expect(second.findings).toMatchObject([{ difference: 'only_at_wechat', outcome: 'healed' }])
  })

  it('acts upon nothing of a bill that is not what WeChat announced', async () => {
    const day = await aDay([soldOrder(1)])
    const text = billText([paid(1, 1000)])
    await expect(day.reconcile({ bills: { trade: text.slice(0, text.length / 2) } })).rejects.toThrow(
      /cut_short|not_readable|malformed/,
    )
    expect((await day.order(1))?.status).toBe('AWAITING_PAYMENT')
  })
})
