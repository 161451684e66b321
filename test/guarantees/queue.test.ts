import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { parseFactMessage } from '#functions/settle/schema.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { queueHandler } from '#shared/lambda/queue-frame.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { MINUTE, setUp } from '#test/support/sweeping.ts'
import { anOrder, MCHID, paymentFact, refundFact } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'
import type { World } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')

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

  it('settles what it is told of while no sweep runs', async () => {
    const world = aWorld()
    await world.given(anOrder())
    await recordFact(world, paymentFact())
    expect(await consumer(world)(...world.dispatched.map(messageFor))).toEqual([])
    expect(await world.orders.get(KEY)).toMatchObject({ status: 'PAID' })
    expect(world.published).toHaveLength(1)
  })

  it('may be down for 25 hours of sweeps and repeats: within half an hour of its return all is settled', async () => {
    const { world, wechat } = await setUp({}, anOrder())
    let down = true
    const dispatcher = {
      dispatch: async (key: string) =>
        down ? Promise.reject(new Error('queue')) : world.dispatcher.dispatch(key),
    }
    const sweep = createSweep({ ...world, dispatcher, channels: { wechat } })
    const refusals: unknown[] = []
    for (let minute = 0; minute < 25 * 60; minute += 1) {
      // WeChat comes again, and is told to do so once more.
      if (minute % 60 === 0)
        await recordFact({ ...world, dispatcher }, paymentFact()).catch((error) => refusals.push(error))
      world.time.now += MINUTE
      // A run that meets a queue which is down fails in the end, and is followed by the next.
      await sweep({}).catch(() => undefined)
    }
    expect(refusals).toHaveLength(25)
    expect([world.dispatched, (await world.orders.get(KEY))?.status]).toEqual([[], 'AWAITING_PAYMENT'])
    down = false
    for (let minute = 0; minute < 30; minute += 1) {
      world.time.now += MINUTE
      await sweep({})
    }
    expect(await consumer(world)(...world.dispatched.map(messageFor))).toEqual([])
    expect((await world.orders.get(KEY))?.status).toBe('PAID')
    expect(world.published).toHaveLength(1)
  })
})
