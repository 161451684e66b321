import { describe, expect, it } from 'vitest'
import { createHold } from '#functions/hold/hold.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { anOrder, MCHID, paymentFact } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

describe('case 20: the same acceptance three hundred times while the queue is down', () => {
  it('is one decision and one acceptance', async () => {
    const world = aWorld()
    const fact = paymentFact({ amount: { total: fen(900), currency: 'CNY' } })
    await world.given(anOrder())
    await world.facts.put(fact)
    await createSettle(world)(fact.fact_key)
    const stored = async () => (await world.orders.get(orderKey(MCHID, 'ORDER-0001')))!
    const [hold = ''] = Object.keys((await stored()).holds)
    const dispatched: string[] = []
    const dispatch = async (key: string) => {
      dispatched.push(key)
      throw new Error('the queue is down')
    }
    const operation = createHold({ ...world, dispatcher: { dispatch } })
    const decision = { hold, decision: 'accept', by: 'li', note: '审'.repeat(512) } as const
    // It is made and stored; that the queue is down is told once, and the sweep wakes settle up.
    await expect(operation.release('ORDER-0001', decision)).rejects.toThrow('the queue is down')
    for (let time = 1; time < 300; time += 1) {
      world.time.now += 1000
      expect((await operation.release('ORDER-0001', decision)).status).toBe('PAID')
    }
    expect((await stored()).books.decided).toHaveLength(1)
    expect(dispatched).toHaveLength(1)
    expect((await world.facts.get(dispatched[0]!))?.pending).toBe(true)
  })
})
