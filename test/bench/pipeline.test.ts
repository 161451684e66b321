import { expect, it } from 'vitest'
import { machineMs, processorMs } from '../../bench/pipeline/processor-time.ts'
import { pipelineSection } from '../../bench/pipeline/section.ts'
import { timed } from '../../bench/pipeline/timed.ts'
import { meets } from '../../bench/suite/figure.ts'

it('processor time is that of this process as Node.js counts it, and nothing of one that is gone', () => {
  const { user, system } = process.cpuUsage()
  const counted = processorMs([process.pid])
  // Threads that have ended are in what Node.js says alone.
  expect(counted).toBeGreaterThan(0)
  expect(counted).toBeLessThan((user + system) / 1000 + 50)
  expect(processorMs([])).toBe(0)
  expect(processorMs([2 ** 30])).toBe(0)
})

it('the time of the machine is at least that of this process', async () => {
  const [before, own] = [machineMs(), process.cpuUsage()]
  for (let until = performance.now() + 60; performance.now() < until;) machineMs()
  const { user, system } = process.cpuUsage(own)
  // Counted in ticks of 10 ms.
  expect(machineMs() - before).toBeGreaterThan((user + system) / 1000 - 20)
})

it('a round tells for one notification what it took, and how many were settled at once', async () => {
  let batches = 7
  const { result, taken } = await timed({
    notifications: 10,
    pids: () => ({ taking: [], settling: [] }),
    batches: () => batches,
    run: async () => {
      batches += 4
      return 'done'
    },
  })
  expect(result).toBe('done')
  expect(taken).toMatchObject({ batch: 2.5, processorMsOf: { taking: 0, settling: 0 } })
  // As exactly as a division twice over is.
  expect(taken.msLeft).toBeLessThanOrEqual((1000 / taken.perSecond) * (1 + 4 * Number.EPSILON))
})

it('a round is held against its own round of bare calls, and the wait for an event is told as shares of all', () => {
  const taken = (processorMsEach: number, perSecond: number) => ({
    msLeft: 1000 / perSecond,
    others: 0,
    batch: 2,
    processorMsOf: { taking: processorMsEach - 3, settling: 2, beside: 1 },
    perSecond,
  })
  const section = pipelineSection({
    through: [taken(10, 50), taken(20, 25), taken(10, 50)],
    alone: [taken(9, 100), taken(10, 100), taken(5, 100)],
    after: Array.from({ length: 100 }, (_, index) => 100 - index),
  })
  const figure = (name: string) => section.figures.find((one) => one.name.startsWith(name))!
  expect(figure('of the bare calls, by processor time')).toMatchObject({ min: 0.5, median: 0.5, max: 0.9 })
  expect(meets(figure('of the bare calls, by processor time'))).toBe(false)
  expect(figure('of the bare calls, by the clock')).toMatchObject({ min: 0.25, median: 0.5, max: 0.5 })
  expect(figure('of it notify')).toMatchObject({ min: 7, median: 7, max: 17 })
  expect(figure('from the 2xx to the event, half').median).toBe(50)
  expect(figure('from the 2xx to the event, 99').median).toBe(99)
})
