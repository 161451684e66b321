import { describe, expect, it } from 'vitest'
import { createHold } from '#functions/hold/hold.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { anOrder, MCHID, paymentFact } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

describe('case 20: the same acceptance three hundred times while the queue is down', () => {
  it('is one decision and one acceptance', async () => {
    const world = aWorld()
    const fact = paymentFact({ amount: { total: fen(900), currency: 'CNY' } })
    await world.given(anOrder({ holds: { [fact.fact_key]: 'amount_differs' } }))
    await world.facts.put(fact)
    const dispatched = new Set<string>()
    const dispatch = async (key: string) => {
      dispatched.add(key)
      throw new Error('the queue is down')
    }
    const operation = createHold({ ...world, dispatcher: { dispatch } })
    const decision = { hold: fact.fact_key, decision: 'accept', by: 'li', note: '审'.repeat(512) } as const
    for (let time = 0; time < 300; time += 1) {
      world.time.now += 1000
      await expect(operation.release('ORDER-0001', decision)).rejects.toThrow('the queue is down')
    }
    expect((await world.orders.get(orderKey(MCHID, 'ORDER-0001')))?.audit).toHaveLength(1)
    expect(dispatched.size).toBe(1)
  })
})
