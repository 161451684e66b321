/** The sweep when everything is due at once, or WeChat is away, or items cannot be read. */
import { describe, expect, it } from 'vitest'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import type { LookClass } from '#shared/ledger/look-plan.ts'
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Item } from '#shared/stores/dynamo.ts'
import { orderToItem } from '#shared/stores/order-item.ts'
import { badDay, itemsLike, MINUTE } from '#test/support/backlogs.ts'
import { failing } from '#test/support/fake-wechat.ts'
import { anOrder, MCHID, NOW } from '#test/support/orders.ts'
import { notPaid, paid, refunding, told } from '#test/support/sweeping.ts'

const HOUR = 60 * MINUTE
const unknownToWechat = failing('not_found', { certain: true, httpStatus: 404 })

const abandoned = anOrder({
  out_trade_no: 'OLD',
  created_at: NOW - 30 * HOUR,
  next_check_at: NOW,
  next_check_class: 'late',
})
const young = (number: string, now: number) =>
  anOrder({
    order_key: orderKey(MCHID, number),
    out_trade_no: number,
    created_at: now,
    next_check_at: now + 5000,
    next_check_class: 'unpaid_young',
  })
const processing = {
  ...refunding({ status: 'PROCESSING', created_at: NOW - 3 * HOUR }),
  out_trade_no: 'BACK',
  next_check_class: 'refund_open',
} as const
const { next_check_class: _, ...unclassed } = processing

describe('ledger case 21: WeChat answers 5xx for an hour, 600 orders are due', () => {
  it('pushes none of them beyond minutes, and asks for each within minutes when WeChat is back', async () => {
    let back = false
    const queryOrder = async () => (back ? notPaid : failing('server_error', { httpStatus: 500 })())
    const items = itemsLike(abandoned, 600, (index) => NOW - index)
    const day = badDay({ items, answers: { queryOrder } })
    for (let minute = 0; minute < 60; minute += 1) await day.minute()
    const orders = await Promise.all(items.map((item) => day.world.orders.get(item['order_key']!.S!)))
    const pushed = orders.map((order) => order!.next_check_at! - day.world.time.now)
    expect(Math.max(...pushed)).toBeLessThanOrEqual(8 * MINUTE)
    back = true
    day.asked.length = 0
    for (let minute = 0; minute < 10; minute += 1) await day.minute()
    expect(new Set(day.asked.map(({ number }) => number)).size).toBe(600)
  })
})

describe('ledger case 22: 100 orders that cannot be read, at the head of a shard', () => {
  it('do not keep the readable one behind them from being asked about in the first run; each is told with its number', async () => {
    const items = itemsLike(abandoned, 20_000, (index) => NOW - 100_000 + index)
      .filter(({ due_shard: shard }) => shard?.S === String(DUE_SHARDS.late[3]))
      .slice(0, 101)
    const unreadable: Item[] = items.slice(0, 100).map((item) => ({ ...item, status: { S: 'LIMBO' } }))
    const day = badDay({ items: [...unreadable, items[100]!], answers: { queryOrder: async () => notPaid } })
    await day.minute()
    expect(day.asked.map(({ number }) => number)).toEqual([items[100]!['out_trade_no']!.S])
    expect([
      day.last('OrdersUnreadable'),
      day.last('OrdersDriven'),
      day.last('OldestDueLateSeconds'),
    ]).toEqual([100, 1, 0])
    const logged = day.world.logged.filter(({ code }) => code === 'ORDER_UNREADABLE')
    expect(new Set(logged.map(({ fields }) => (fields as Record<string, string>)['out_trade_no']))).toEqual(
      new Set(unreadable.map((item) => item['out_trade_no']!.S)),
    )
    expect(logged[0]).toMatchObject({
      level: 'error',
      fields: { error_code: 'internal_error', reason: 'the stored order cannot be read: status' },
    })
    for (let minute = 1; minute < 15; minute += 1) await day.minute()
    expect(day.last('OrdersUnreadable')).toBe(0)
    await day.minute()
    expect(day.last('OrdersUnreadable')).toBe(100)
  })
})

describe('ledger case 26: 60,000 refunds that WeChat is at work on, and 20 new unpaid orders a minute', () => {
  it.each([
    ['in their class', processing],
    ['as a release without classes left them', unclassed],
  ])(
    'asks about each of the new ones within three minutes, and about refunds as well (%s)',
    async (_, sample) => {
      const day = badDay({
        items: itemsLike(sample, 60_000, (index) => NOW - 60_000 + index),
        answers: {
          queryOrder: async () => notPaid,
          queryRefund: async (number) => ({ ...told, out_refund_no: number }),
        },
      })
      const made: ReturnType<typeof young>[] = []
      for (let minute = 0; minute < 5; minute += 1) {
        for (let each = 0; each < 20; each += 1)
          made.push(young(`NEW-${minute}-${each}`, NOW + minute * MINUTE - each * 1000))
        for (const order of made.slice(-20)) await day.world.orders.save(order)
        await day.minute()
      }
      const firstAsked = (number: string) =>
        day.asked.find((asked) => asked.number === number)?.at ?? Infinity
      const waits = made.map(({ out_trade_no, created_at }) => firstAsked(out_trade_no) - created_at)
      // Those of the last minute that were not due in its run have their turn in the next.
      expect(Math.max(...waits.slice(0, 80))).toBeLessThan(3 * MINUTE)
      expect(day.asked.filter(({ number }) => number === 'R1').length).toBeGreaterThan(5 * 500)
    },
  )
})

describe('ledger case 27: 30,000 orders that WeChat does not know, and one that was paid without a notification', () => {
  const paidOne = young('PAID', NOW - 30_000)
  const queryOrder = async (number: string) =>
    number === 'PAID' ? { ...paid, out_trade_no: 'PAID' } : unknownToWechat()

  it('asks about that one within three minutes', async () => {
    const day = badDay({
      items: [
        ...itemsLike(abandoned, 30_000, (index) => NOW - 60_000 + index),
        orderToItem(paidOne, { writeId: 'sample', form: 1 }),
      ],
      answers: { queryOrder },
    })
    for (let minute = 0; minute < 3; minute += 1) await day.minute()
    expect(day.asked.find(({ number }) => number === 'PAID')?.at).toBeLessThan(NOW + 3 * MINUTE)
    expect(day.world.dispatched).toContain(paymentFactKey(MCHID, 'PAID', 'SUCCESS'))
    // That WeChat does not know an order is an answer, and costs no more than another one.
    expect(day.asked.length).toBeGreaterThan(3 * 500)
    expect(day.last('WechatCircuitOpen')).toBeUndefined()
  })

  it('knows them by their first look, however young they are', async () => {
    const day = badDay({
      items: itemsLike(young('YOUNG', NOW - 30_000), 1, () => NOW),
      answers: { queryOrder },
    })
    await day.minute()
    const order = await day.world.orders.get(orderKey(MCHID, 'YOUNG-0'))
    expect(order).toMatchObject({ next_check_class: 'late', next_check_at: NOW + 30_000 })
  })
})

describe('ledger case 28: 100,000 orders are due', () => {
  it('tells the exact age of the oldest that is left, class by class', async () => {
    const day = badDay({
      items: [
        ...itemsLike(abandoned, 60_000, (index) => NOW - HOUR + index),
        ...itemsLike(processing, 40_000, (index) => NOW - 2 * HOUR + index),
      ],
      answers: {
        queryOrder: async () => notPaid,
        queryRefund: async (number) => ({ ...told, out_refund_no: number }),
      },
    })
    await day.minute()
    const left = async (lookClass: LookClass) => {
      const pages = DUE_SHARDS[lookClass].map((shard) =>
        day.world.orders.listDue(shard, { now: day.world.time.now, limit: 100_000 }),
      )
      return (await Promise.all(pages)).flatMap(({ due }) => due.map(({ dueAt }) => dueAt))
    }
    for (const [lookClass, metric] of [
      ['late', 'OldestDueLateSeconds'],
      ['refund_open', 'OldestDueRefundOpenSeconds'],
    ] as const) {
      const times = await left(lookClass)
      expect(times.length).toBeGreaterThan(38_000)
      const oldest = times.reduce((first, time) => Math.min(first, time))
      expect(day.last(metric)).toBe(Math.floor((day.world.time.now - oldest) / 1000))
    }
    expect([day.last('OldestDueRefundUnknownSeconds'), day.last('OldestDueUnpaidYoungSeconds')]).toEqual([
      0, 0,
    ])
  })
})

describe('what a release without classes left in the index', () => {
  it('is asked about in the first run, and stands in its class afterwards', async () => {
    const { next_check_class: _, ...unpaid } = abandoned
    const day = badDay({
      items: [
        ...itemsLike({ ...unclassed, out_trade_no: 'BEFORE' }, 40, () => NOW),
        ...itemsLike(unpaid, 40, () => NOW),
      ],
      answers: {
        queryOrder: async () => notPaid,
        queryRefund: async (number) => ({ ...told, out_refund_no: number }),
      },
    })
    await day.minute()
    expect(day.asked).toHaveLength(80)
    const classOf = async (number: string) =>
      (await day.world.orders.get(orderKey(MCHID, number)))?.next_check_class
    expect([await classOf('BEFORE-7'), await classOf('OLD-7')]).toEqual(['refund_open', 'late'])
  })
})
