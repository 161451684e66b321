import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
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

  describe('with the order as it was known', () => {
    const stored = { ...anOrder(), version: 7 }
    const known = { ...anOrder(), version: 6 }
    const reading = (races: number) => {
      const { deps, ...rest } = losing(races)
      const gets: string[] = []
      const get = async (key: string) => (gets.push(key), stored)
      return { ...rest, gets, deps: { ...deps, orders: { ...(deps.orders as object), get } as never } }
    }
    const versionOf = (order: Order | undefined) => ({ save: order, result: order?.version })

    it('builds upon it, and reads nothing', async () => {
      const { deps, gets, saves } = reading(0)
      expect(await updateOrder(deps, 'key', versionOf, known)).toBe(6)
      expect([gets, saves()]).toEqual([[], 1])
    })

    it('decides by what is stored when somebody else has written since', async () => {
      const { deps, gets, saves, pauses } = reading(1)
      expect(await updateOrder(deps, 'key', versionOf, known)).toBe(7)
      expect([gets, saves(), pauses]).toEqual([['key'], 2, []])
    })

    it('leaves and refuses nothing by an older reading', async () => {
      const idle = reading(0)
      const leave = (order: Order | undefined) => ({ result: order?.version })
      expect(await updateOrder(idle.deps, 'key', leave, known)).toBe(7)
      const refused = reading(0)
      const refuse = (order: Order | undefined) => {
        if (order?.version === 6) throw new AppError('order_held')
        return versionOf(order)
      }
      expect(await updateOrder(refused.deps, 'key', refuse, known)).toBe(7)
      const broken = () => {
        throw new TypeError('a fault of ours')
      }
      await expect(updateOrder(reading(0).deps, 'key', broken, known)).rejects.toThrow(TypeError)
    })

    it('makes one that is thought not to be there without a read, and decides by what is stored where it is', async () => {
      const make = (order: Order | undefined) =>
        order === undefined ? { save: anOrder(), result: 1 } : { result: order.version }
      const free = reading(0)
      expect(await updateOrder(free.deps, 'key', make, 'absent')).toBe(1)
      expect([free.gets, free.saves()]).toEqual([[], 1])
      const taken = reading(1)
      expect(await updateOrder(taken.deps, 'key', make, 'absent')).toBe(7)
      expect([taken.gets, taken.saves(), taken.pauses]).toEqual([['key'], 1, []])
    })
  })
})
