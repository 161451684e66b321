import { describe, expect, it } from 'vitest'
import type { Order } from '#shared/orders/order.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { anOrder } from '#test/support/orders.ts'

function losing(races: number) {
  const pauses: number[] = []
  let saves = 0
  const orders = {
    get: async () => anOrder(),
    save: async () => (saves += 1) > races,
  } as never
  return { pauses, saves: () => saves, deps: { orders, pause: async (ms: number) => void pauses.push(ms) } }
}
const decide = (order: Order | undefined) => ({ save: order, result: 'done' })

describe('updateOrder', () => {
  it('decides again after each lost race, a little later each time', async () => {
    const { deps, pauses } = losing(3)
    expect(await updateOrder(deps, 'key', decide)).toBe('done')
    expect(pauses).toEqual([8, 16, 24])
  })

  it('gives up after twelve', async () => {
    const { deps, saves } = losing(11)
    expect(await updateOrder(deps, 'key', decide)).toBe('done')
    expect(saves()).toBe(12)
    const never = losing(12)
    await expect(updateOrder(never.deps, 'key', decide)).rejects.toMatchObject({ code: 'storage_conflict' })
    expect(never.saves()).toBe(12)
  })

  it('writes nothing when there is nothing to save', async () => {
    const { deps, saves } = losing(0)
    expect(await updateOrder(deps, 'key', () => ({ result: 'as it is' }))).toBe('as it is')
    expect(saves()).toBe(0)
  })
})
