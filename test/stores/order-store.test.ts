import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { fen } from '#shared/money.ts'
import type { Stores } from './engines.ts'
import { STORE_ENGINES } from './engines.ts'
import { MCHID, NOW, sampleOrder, sampleRefund } from './samples.ts'

describe.each(STORE_ENGINES)('the order store on %s', (_name, start) => {
  let stores: Stores
  beforeAll(async () => {
    stores = await start()
  })
  afterAll(() => stores.stop())

  it('gives back exactly the order that was saved', async () => {
    const order = sampleOrder('full', {
      status: 'PAID',
      prepay: { prepay_id: 'wx1', code_url: 'weixin://x', obtained_at: NOW },
      transaction_id: '4200',
      success_time: '2026-02-02T10:00:00+08:00',
      payer_total: fen(0),
      refunds: { 'refund|1': sampleRefund('refund|1', 2), 'refund*2': sampleRefund('refund*2', 3) },
      outcomes: { 'payment#1#full#SUCCESS': { result: 'applied', paid_after_close: true } },
      holds: { 'operator#1': 'placed_by_operator' },
      next_check_at: NOW + 5000,
    })
    expect(await stores.orders.save(order)).toBe(true)
    expect(await stores.orders.get(order.order_key)).toEqual(order)
  })

  it('gives undefined for an order that was never saved', async () => {
    expect(await stores.orders.get(`${MCHID}#nobody`)).toBeUndefined()
  })

  it('saves a version only over the one before it', async () => {
    const order = sampleOrder('versions')
    expect(await stores.orders.save({ ...order, version: 2 })).toBe(false)
    expect(await stores.orders.save(order)).toBe(true)
    expect(await stores.orders.save({ ...order, attach: 'late' })).toBe(false)
    expect(await stores.orders.save({ ...order, version: 3 })).toBe(false)
    expect(await stores.orders.save({ ...order, version: 2, attach: 'second' })).toBe(true)
    expect(await stores.orders.save({ ...order, version: 2, attach: 'late' })).toBe(false)
    expect(await stores.orders.get(order.order_key)).toMatchObject({ version: 2, attach: 'second' })
  })

  it('lets exactly one of many parallel writers of one version win', async () => {
    for (const version of [1, 2]) {
      const writers = Array.from({ length: 30 }, (_, index) =>
        sampleOrder('race', { version, description: `writer ${index}` }),
      )
      const saved = await Promise.all(writers.map((order) => stores.orders.save(order)))
      expect(saved.filter(Boolean)).toHaveLength(1)
      const stored = await stores.orders.get(writers[0]!.order_key)
      expect(stored?.description).toBe(`writer ${saved.indexOf(true)}`)
    }
  })

  it('keeps refund numbers that are names of the language apart from what the language has under them', async () => {
    const numbers = ['__proto__', 'constructor', 'prototype', 'toString']
    const refunds = Object.fromEntries(numbers.map((number) => [number, sampleRefund(number)]))
    const order = sampleOrder('names', { refunds })
    await stores.orders.save(order)
    const stored = await stores.orders.get(order.order_key)
    expect(Object.keys(stored!.refunds)).toEqual(numbers)
    for (const number of numbers) expect(stored!.refunds[number]?.out_refund_no).toBe(number)
    expect(stored!.refunds['hasOwnProperty']).toBeUndefined()
  })

  it('holds an order with as many refunds as WeChat allows', async () => {
    const refunds = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `refund-${index}`,
        { ...sampleRefund(`refund-${index}`), request: '退'.repeat(600) },
      ]),
    )
    const order = sampleOrder('many-refunds', { refunds })
    expect(await stores.orders.save(order)).toBe(true)
    expect(await stores.orders.get(order.order_key)).toEqual(order)
  })

  it('returns copies, so that no caller changes what is stored', async () => {
    const order = sampleOrder('copies')
    await stores.orders.save(order)
    const first = await stores.orders.get(order.order_key)
    Object.assign(first!.amount, { total: 1 })
    expect((await stores.orders.get(order.order_key))?.amount.total).toBe(100)
    Object.assign(order.amount, { total: 2 })
    expect((await stores.orders.get(order.order_key))?.amount.total).toBe(100)
  })

  const [A, B] = [`${MCHID}#A`, `${MCHID}#B`]
  const holderOf = async (number: string, order: string) =>
    (await stores.orders.claimRefundNumber(MCHID, number, order)).holder

  it('gives a refund number to the first order that claims it, for good', async () => {
    expect(await stores.orders.findByRefundNumber(MCHID, 'R1')).toBeUndefined()
    expect(await holderOf('R1', A)).toBe(A)
    expect(await holderOf('R1', B)).toBe(A)
    expect(await holderOf('R1', A)).toBe(A)
    expect(await stores.orders.findByRefundNumber(MCHID, 'R1')).toBe(A)
    expect(await stores.orders.findByRefundNumber('1900000110', 'R1')).toBeUndefined()
  })

  it('frees a refund number for any order, by the claim that was last', async () => {
    const { claimId } = await stores.orders.claimRefundNumber(MCHID, 'R3', A)
    const other = await stores.orders.claimRefundNumber(MCHID, 'R3', B)
    await stores.orders.releaseRefundNumber(MCHID, 'R3', other.claimId)
    expect(await stores.orders.findByRefundNumber(MCHID, 'R3')).toBe(A)
    await stores.orders.releaseRefundNumber(MCHID, 'R3', claimId)
    expect(await stores.orders.findByRefundNumber(MCHID, 'R3')).toBeUndefined()
    expect(await holderOf('R3', B)).toBe(B)
    expect(await holderOf('R3', A)).toBe(B)
    await stores.orders.releaseRefundNumber(MCHID, 'never', claimId)
  })

  it('does not free a refund number by a claim that its own order has made anew', async () => {
    const first = await stores.orders.claimRefundNumber(MCHID, 'R4', A)
    const again = await stores.orders.claimRefundNumber(MCHID, 'R4', A)
    await stores.orders.releaseRefundNumber(MCHID, 'R4', first.claimId)
    expect(await stores.orders.findByRefundNumber(MCHID, 'R4')).toBe(A)
    await stores.orders.releaseRefundNumber(MCHID, 'R4', again.claimId)
    expect(await stores.orders.findByRefundNumber(MCHID, 'R4')).toBeUndefined()
  })

  it('gives a refund number that many orders claim at once to one of them', async () => {
    const claims = Array.from({ length: 30 }, (_, index) => holderOf('R2', orderKey(MCHID, `A${index}`)))
    const holders = new Set(await Promise.all(claims))
    expect(holders.size).toBe(1)
    expect([...holders]).toEqual([await stores.orders.findByRefundNumber(MCHID, 'R2')])
  })
})
