import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { parseFactMessage } from '#functions/settle/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { queueHandler } from '#shared/lambda/queue-frame.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { MINUTE, setUp } from '#test/support/sweeping.ts'
import { anOrder, MCHID, paymentFact, refundFact } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'
import type { World } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')
const HOUR = 60 * MINUTE

/** The settle function over in-memory ports, fed like its event source feeds it. */
function consumer(world: World) {
  const settle = createSettle(world)
  const handler = queueHandler({
    logger: world.logger,
    metrics: () => world.metrics,
    handle: async (body) => {
      const factKey = parseFactMessage(body)
      if (factKey === undefined) throw new Error('not ours')
      await settle(factKey)
    },
  })
  return async (...bodies: readonly string[]) => {
    const Records = bodies.map((body, index) => ({ messageId: `m${index}`, body }))
    const { batchItemFailures } = await handler({ Records }, lambdaContext())
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
  }
}

const messageFor = (factKey: string) => JSON.stringify({ fact_key: factKey })

describe('the fact queue', () => {
  it('gets back only the message that failed; the rest of its batch is settled', async () => {
    const world = aWorld()
    await world.given(anOrder())
    await recordFact(world, paymentFact())
    await recordFact(world, refundFact('R1', 'SUCCESS'))
    const { fact_key: broken } = refundFact('R1', 'SUCCESS')
    const facts = {
      ...world.facts,
      get: async (key: string) =>
        key === broken ? Promise.reject(new Error('throttled')) : world.facts.get(key),
    }
    const failed = await consumer({ ...world, facts })(
      messageFor(broken),
      messageFor(paymentFact().fact_key),
      'no JSON at all',
    )
    expect(failed).toEqual(['m0', 'm2'])
    expect((await world.orders.get(KEY))?.status).toBe('PAID')
    expect((await world.facts.get(paymentFact().fact_key))?.pending).toBe(false)
    expect((await world.facts.get(broken))?.pending).toBe(true)
  })

  it('may hand over its dead letters twice, in any order, and nothing changes twice', async () => {
    const world = aWorld()
    await world.given(anOrder())
    for (const fact of [paymentFact(), refundFact('R1', 'SUCCESS'), refundFact('R2', 'CLOSED')])
      await recordFact(world, fact)
    const deadLetters = world.dispatched.map(messageFor)
    const consume = consumer(world)
    await consume(...deadLetters)
    const settled = await world.orders.get(KEY)
    await consume(...deadLetters.toReversed(), ...deadLetters)
    expect(await world.orders.get(KEY)).toEqual(settled)
    expect(settled).toMatchObject({ status: 'PAID', refundable: 700 })
    expect(world.published.map(({ id }) => id).toSorted()).toEqual(world.dispatched.toSorted())
  })

  it('may be down for 25 hours: what was stored meanwhile is settled once it is back', async () => {
    const { world, sweep } = await setUp({}, anOrder())
    const down = { dispatch: async () => Promise.reject(new Error('queue')) }
    await expect(recordFact({ ...world, dispatcher: down }, paymentFact())).rejects.toThrow('queue')
    expect(world.dispatched).toEqual([])
    world.time.now += 25 * HOUR
    await sweep()
    expect(await consumer(world)(...world.dispatched.map(messageFor))).toEqual([])
    expect((await world.orders.get(KEY))?.status).toBe('PAID')
    expect(world.published).toHaveLength(1)
  })
})
