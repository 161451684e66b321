/** What the sweep asks of the order store: what is due, claims, and putting off. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LOOK_CLASSES } from '#shared/ledger/look-plan.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import type { DueOrder } from '#shared/orders/order-store.ts'
import type { Order } from '#shared/orders/order.ts'
import { shardOf } from '#shared/stores/shard.ts'
import type { Stores } from './engines.ts'
import { STORE_ENGINES } from './engines.ts'
import { MCHID, NOW, sampleOrder, sampleRefund } from './samples.ts'

const MINUTE = 60_000

describe('the shards of the due index', () => {
  it('are sixteen a class, and no class shares one', () => {
    const all = LOOK_CLASSES.flatMap((lookClass) => DUE_SHARDS[lookClass])
    expect(all).toHaveLength(64)
    expect(new Set(all)).toEqual(new Set(Array.from({ length: 64 }, (_, index) => index)))
  })
})

describe.each(STORE_ENGINES)('the order store on %s', (_name, start) => {
  let stores: Stores
  beforeAll(async () => {
    stores = await start()
  })
  afterAll(() => stores.stop())

  const saved = async (order: Order): Promise<DueOrder> => {
    await stores.orders.save(order)
    return { orderKey: order.order_key, dueAt: order.next_check_at! }
  }
  const list = async (shard: number, now = NOW, after?: DueOrder) =>
    (await stores.orders.listDue(shard, { now, limit: 10, after })).due
  const shardsThatShow = async ({ orderKey: key }: DueOrder) => {
    const shards = LOOK_CLASSES.flatMap((lookClass) => DUE_SHARDS[lookClass])
    const lists = await Promise.all(shards.map((shard) => list(shard)))
    return shards.filter((_, index) => lists[index]!.some((due) => due.orderKey === key))
  }

  it('lists the orders of a shard that are due, earliest first and bounded', async () => {
    const numbers = numbersOfShard('due', { shard: 3, count: 4 })
    const times = [NOW + 30, NOW + 10, NOW + 20, NOW + 40]
    const due: DueOrder[] = []
    for (const [index, number] of numbers.entries())
      due.push(await saved(sampleOrder(number, { next_check_at: times[index]! })))
    const page = (now: number, limit: number) => stores.orders.listDue(3, { now, limit })
    expect(await page(NOW + 30, 10)).toEqual({ due: [due[1], due[2], due[0]], more: false })
    expect(await page(NOW + 30, 3)).toEqual({ due: [due[1], due[2], due[0]], more: false })
    expect(await page(NOW + 30, 2)).toEqual({ due: [due[1], due[2]], more: true })
    expect(await page(NOW + 9, 10)).toEqual({ due: [], more: false })
    expect(await list(4, NOW + 30)).toEqual([])
  })

  it('lists on from any of them, also where others are due at the same time', async () => {
    const numbers = numbersOfShard('on', { shard: 9, count: 5 })
    for (const number of numbers) await saved(sampleOrder(number, { next_check_at: NOW - 5 }))
    const all = await list(9)
    expect(all).toHaveLength(5)
    for (const [index, after] of all.entries())
      expect(await list(9, NOW, after)).toEqual(all.slice(index + 1))
    // It may be gone by then.
    const gone = { orderKey: all[1]!.orderKey, dueAt: all[1]!.dueAt - 1 }
    expect(await list(9, NOW, gone)).toEqual(all)
  })

  it.each(LOOK_CLASSES)('lists an order in one shard of the class of its look (%s)', async (lookClass) => {
    const [number] = numbersOfShard(lookClass, { shard: 5, count: 1 })
    const due = await saved(sampleOrder(number!, { next_check_at: NOW, next_check_class: lookClass }))
    expect(await shardsThatShow(due)).toEqual([DUE_SHARDS[lookClass][5]])
  })

  it('lists what was planned without a class where a class that cannot wait is', async () => {
    const [unpaid, refunding] = numbersOfShard('old', { shard: 6, count: 2 })
    const refunds = { R1: sampleRefund('R1') }
    const dues = [
      await saved(sampleOrder(unpaid!, { next_check_at: NOW })),
      await saved(sampleOrder(refunding!, { next_check_at: NOW, refunds })),
    ]
    expect(await Promise.all(dues.map(shardsThatShow))).toEqual([[6], [16 + 6]])
  })

  it('takes an order out of the list when nothing is left to check', async () => {
    const [number] = numbersOfShard('done', { shard: 7, count: 1 })
    const order = sampleOrder(number!, { next_check_at: NOW })
    const due = await saved(order)
    expect(await list(7)).toEqual([due])
    const { next_check_at: _, ...settled } = order
    await stores.orders.save({ ...settled, version: 2 })
    expect(await list(7)).toEqual([])
    expect(await stores.orders.get(order.order_key)).not.toHaveProperty('next_check_at')
  })

  it('gives a due order to one of many drivers, until its time is over, and leaves it where it is in the list', async () => {
    const [number] = numbersOfShard('claimed', { shard: 8, count: 1 })
    const order = sampleOrder(number!, { next_check_at: NOW - 1 })
    const due = await saved(order)
    const claim = (now: number) => stores.orders.claim(due, { now, until: now + MINUTE })
    const claims = (await Promise.all(Array.from({ length: 8 }, () => claim(NOW)))).filter(Boolean)
    const claimed = { ...order, version: 2, claimed_until: NOW + MINUTE, claim_id: expect.any(String) }
    expect(claims).toEqual([{ order: claimed }])
    expect(await stores.orders.get(order.order_key)).toEqual(claimed)
    expect(await list(8)).toEqual([due])
    expect([await claim(NOW + MINUTE - 1), await claim(NOW + MINUTE)]).toEqual([
      undefined,
      { order: expect.objectContaining({ version: 3 }) },
    ])
  })

  it('gives nobody an order whose look was moved, or that is not there', async () => {
    const order = sampleOrder('moved', { next_check_at: NOW })
    const due = await saved(order)
    await stores.orders.save({ ...order, version: 2, next_check_at: NOW + 1 })
    const times = { now: NOW + 2, until: NOW + MINUTE }
    expect(await stores.orders.claim(due, times)).toBeUndefined()
    expect(await stores.orders.claim({ ...due, orderKey: `${MCHID}#nobody` }, times)).toBeUndefined()
    expect(await stores.orders.get(order.order_key)).toMatchObject({ version: 2 })
    expect(await stores.orders.get(`${MCHID}#nobody`)).toBeUndefined()
  })

  it('keeps a claim from writers that read before it, and loses none of their changes', async () => {
    const order = sampleOrder('writers', { next_check_at: NOW })
    const due = await saved(order)
    const read = (await stores.orders.get(order.order_key))!
    await stores.orders.claim(due, { now: NOW, until: NOW + MINUTE })
    expect(await stores.orders.save({ ...read, version: 2, attach: 'changed' })).toBe(false)
    const again = (await stores.orders.get(order.order_key))!
    expect(await stores.orders.save({ ...again, version: 3, attach: 'changed' })).toBe(true)
    expect(await stores.orders.get(order.order_key)).toMatchObject({
      attach: 'changed',
      claimed_until: NOW + MINUTE,
      claim_id: expect.any(String),
    })
  })

  it('puts an order off in the list, once, and changes nothing else of it', async () => {
    const [number] = numbersOfShard('later', { shard: 10, count: 1 })
    const order = sampleOrder(number!, { next_check_at: NOW })
    const due = await saved(order)
    await stores.orders.putOff(due, NOW + MINUTE)
    await stores.orders.putOff(due, NOW + 2 * MINUTE)
    expect(await stores.orders.get(order.order_key)).toEqual({ ...order, next_check_at: NOW + MINUTE })
    expect([await list(10), await list(10, NOW + MINUTE)]).toEqual([[], [{ ...due, dueAt: NOW + MINUTE }]])
    await stores.orders.putOff({ orderKey: `${MCHID}#nobody`, dueAt: NOW }, NOW)
    expect(await stores.orders.get(`${MCHID}#nobody`)).toBeUndefined()
  })
})

function numbersOfShard(
  prefix: string,
  { shard, count }: { shard: number; count: number },
): readonly string[] {
  const found: string[] = []
  for (let index = 0; found.length < count; index += 1) {
    const number = `${prefix}-${index}`
    if (shardOf(orderKey(MCHID, number), 16) === String(shard)) found.push(number)
  }
  return found
}
