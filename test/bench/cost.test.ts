import { describe, expect, it } from 'vitest'
import { savedBy, SETTINGS } from '../../bench/cheapest.ts'
import { comparedTable } from '../../bench/cost-tables.ts'
import { verdict } from '../../bench/cost-targets.ts'
import { type Counts, NOTHING } from '../../bench/counts.ts'
import { metricNames } from '../../bench/metric-names.ts'
import { createSettledFacts } from '../../bench/settled-facts.ts'
import type { Run } from '../../bench/cost-runs.ts'
import { delayedMs } from '../../bench/pipeline/processor-time.ts'

/** One payment and one refund, which are all HTTP: a dollar each for a million requests. */
function aRun(httpApi: number): Run {
  const counts: Counts = { ...NOTHING, httpApi }
  const played = { scenario: { payments: 1, refunds: 1 }, payments: counts, refunds: counts }
  return { played, fixed: { accessLogBytes: 0 } } as never
}

describe('the targets', () => {
  it('are for the settings that cost least, and say what it costs as it comes', () => {
    const { lines, met } = verdict({ asItComes: aRun(15), cheapest: aRun(12) })
    expect(met).toBe(true)
    expect(lines[0]).toBe('a million payments: 15.00 as it comes, 12.00 at least: the target of 12 is met')
  })

  it('are missed when one is', () => {
    const { lines, met } = verdict({ asItComes: aRun(10), cheapest: aRun(12.5) })
    expect(met).toBe(false)
    expect(lines.map((line) => line.endsWith('MISSED'))).toEqual([true, false])
  })
})

describe('a setting', () => {
  it('saves what it changes, and nothing of what only differs from run to run', () => {
    const million = 1_000_000
    const usual = { ...NOTHING, httpApi: million, sqsPolls: million, invocations: { settle: million } }
    const least = { ...NOTHING, gbSeconds: { prepay: million } }
    const saved = SETTINGS.map((setting) => savedBy(setting, { usual, least, accessLogBytes: 200 }))
    expect(saved.map((usd) => Number(usd.toFixed(2)))).toEqual([1.1, 0.6, 0])
  })

  it('stands beside what it costs without', () => {
    const line = { service: 'SQS', what: 'sends', price: 'sqsRequest' } as const
    const table = comparedTable([{ ...line, units: 200, usd: 2 }], [{ ...line, units: 100, usd: 1 }])
    expect(table).toContain('| SQS | sends | 200 | 2.00 | 100 | 1.00 |')
    expect(table).toContain('| **together** | | | **2.00** | | **1.00** |')
  })
})

describe('what is counted', () => {
  it('has the time for which a process had no processor, and none of one that is gone', () => {
    expect(delayedMs([process.pid])).toBeGreaterThan(0)
    expect(delayedMs([2 ** 22 + 1])).toBe(0)
  })

  it('has each metric once for its dimensions', () => {
    const line = (name: string) =>
      `{"_aws":{"CloudWatchMetrics":[{"Namespace":"N","Dimensions":[["stage"]],"Metrics":[{"Name":"${name}"}]}]},"stage":"dev"}`
    expect([...metricNames([line('A'), line('A'), line('B'), '{"code":"C"}'])]).toEqual([
      'N|A|stage=dev',
      'N|B|stage=dev',
    ])
  })

  it('goes on when a fact is settled, before or after it is waited for', async () => {
    const facts = createSettledFacts()
    const update = (key: string) =>
      JSON.stringify({ Key: { fact_key: { S: key } }, UpdateExpression: 'SET settled_at = :at' })
    facts.observe('UpdateItem', update('before'), 200)
    await facts.settled('before')
    const later = facts.settled('later')
    facts.observe('UpdateItem', update('later'), 400)
    facts.observe('UpdateItem', update('later'), 200)
    await expect(later).resolves.toBeUndefined()
  })
})
