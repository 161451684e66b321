/** A fact keeps the trace of what recorded it, and its event says so, whoever wakes settle up and however often. */
import { describe, expect, it } from 'vitest'
import { createSettle } from '#functions/settle/settle.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { currentTrace, withTrace } from '#shared/ambient-trace.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { createMemoryFactStore } from '#shared/stores/memory-fact-store.ts'
import { continueTrace, traceparentOf } from '#shared/trace.ts'
import type { Trace } from '#shared/trace.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, MCHID, paymentFact } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

const SUCCESS = paymentFactKey(MCHID, 'ORDER-0001', 'SUCCESS')
const caller = continueTrace({
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
  requestId: 'caller-7',
})

async function recorded(trace: Trace | undefined) {
  const world = aWorld()
  await world.given(anOrder())
  const record = () => recordFact(world, paymentFact())
  await (trace === undefined ? record() : withTrace(trace, record))
  return world
}

describe('the trace of a fact', () => {
  it('is that of what stored it first', async () => {
    const world = await recorded(caller)
    await withTrace(continueTrace(), () => recordFact(world, paymentFact()))
    expect((await world.facts.get(SUCCESS))?.trace).toEqual({
      traceparent: traceparentOf(caller),
      requestId: 'caller-7',
    })
  })

  it('is no part of the fact', async () => {
    const [traced, untraced] = [await recorded(caller), await recorded(undefined)]
    expect((await traced.facts.get(SUCCESS))?.fact).toEqual((await untraced.facts.get(SUCCESS))?.fact)
    expect(await untraced.facts.get(SUCCESS)).not.toHaveProperty('trace')
  })

  it('is in its event, whatever woke settle up', async () => {
    const world = await recorded(caller)
    await withTrace(continueTrace({ requestId: 'sweep' }), () => createSettle(world)(SUCCESS))
    expect(world.published).toMatchObject([
      { id: SUCCESS, traceparent: traceparentOf(caller), xrequestid: 'caller-7' },
    ])
  })

  it('is in its event when the message was lost and a run of the sweep dispatched it again', async () => {
    const world = await recorded(caller)
    world.dispatched.length = 0
    world.time.now += 10 * 60_000
    await withTrace(continueTrace(), () =>
      createSweep({ ...world, channels: { wechat: fakeWechat({}) } })({}),
    )
    expect(world.dispatched).toEqual([SUCCESS])
    await withTrace(continueTrace(), () => createSettle(world)(SUCCESS))
    expect(world.published).toMatchObject([{ traceparent: traceparentOf(caller), xrequestid: 'caller-7' }])
  })

  it('is the same in a repeat after a crash', async () => {
    const world = await recorded(caller)
    const markSettled = async () => Promise.reject(new Error('crash'))
    await expect(createSettle({ ...world, facts: { ...world.facts, markSettled } })(SUCCESS)).rejects.toThrow(
      'crash',
    )
    await withTrace(continueTrace(), () => createSettle(world)(SUCCESS))
    expect(world.published).toHaveLength(2)
    expect(world.published[1]).toEqual(world.published[0])
  })

  it('is gone on with while the fact is settled', async () => {
    const world = await recorded(caller)
    const seen: Array<Trace | undefined> = []
    const publisher = { publish: async () => void seen.push(currentTrace()) }
    await withTrace(continueTrace(), () => createSettle({ ...world, publisher })(SUCCESS))
    expect(seen).toMatchObject([{ traceId: caller.traceId, sampled: false, requestId: 'caller-7' }])
    expect(seen[0]?.spanId).not.toBe(caller.spanId)
  })

  it('is missing where an earlier release stored the fact, and nothing else is', async () => {
    const world = await recorded(undefined)
    await withTrace(continueTrace(), () => createSettle(world)(SUCCESS))
    expect(world.published).toHaveLength(1)
    expect(world.published[0]).not.toHaveProperty('traceparent')
    expect(world.published[0]).not.toHaveProperty('xrequestid')
  })
})

it('two facts that are stored side by side keep their own', async () => {
  const facts = createMemoryFactStore()
  const traces = Array.from({ length: 10 }, () => continueTrace())
  await Promise.all(
    traces.map((trace, index) =>
      withTrace(trace, () => facts.put({ ...paymentFact(), fact_key: `payment#1#${index}#SUCCESS` })),
    ),
  )
  const stored = await Promise.all(traces.map((_, index) => facts.get(`payment#1#${index}#SUCCESS`)))
  expect(stored.map((fact) => fact?.trace?.traceparent)).toEqual(traces.map(traceparentOf))
})
