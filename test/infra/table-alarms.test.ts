/** Alarms on metrics of DynamoDB, which counts each index by itself, and counts nothing while all is well. */
import { describe, expect, it } from 'vitest'
import { ALARMS as alarms, type AlarmProperties, RELEASED as template } from './alarms-of-template.ts'
import { readable, resourcesOf } from './template.ts'

/** The terms that the metrics of tables are added up of. */
const countedOf = (metrics: NonNullable<AlarmProperties['Metrics']>): string[] =>
  metrics.find(({ Id }) => Id === 'counted')!.Expression!.split(' + ')

describe('alarms on tables', () => {
  it('on its metrics, which are missing while all is well, have a number every minute to go by', () => {
    const onTables = alarms.filter((alarm) => JSON.stringify(alarm).includes('"AWS/DynamoDB"'))
    expect(onTables.map(({ id, Metrics = [] }) => [id, countedOf(Metrics).length])).toEqual([
      ['ObservabilityAlarmsTableThrottlesorders', 8],
      ['ObservabilityAlarmsTableThrottlesfacts', 4],
      ['ObservabilityAlarmsTableErrors', 8],
    ])
    for (const { Metrics = [] } of onTables) {
      const beat = Metrics.find(({ MetricStat: stat }) => stat?.Metric.MetricName === 'SweepHeartbeat')
      const result = Metrics.find(({ ReturnData }) => ReturnData !== false)
      expect(result!.Expression).toBe(`0 * ${beat!.Id} + counted`)
      expect(countedOf(Metrics).every((term) => /^FILL\(\w+, 0\)$/.test(term))).toBe(true)
    }
  })

  it('hear of a throttled read or write of each table, and of each index, which counts its own', () => {
    const counted = alarms
      .flatMap(({ Metrics = [] }) => Metrics)
      .flatMap(({ MetricStat: stat }) => {
        const { MetricName, Dimensions = [] } = stat?.Metric ?? {}
        if (MetricName === undefined || !MetricName.endsWith('ThrottleEvents')) return []
        return [
          [MetricName, ...Dimensions.map((each) => readable((each as { Value: unknown }).Value))].join(' '),
        ]
      })
    const there = Object.entries(resourcesOf(template, 'AWS::DynamoDB::Table')).flatMap(
      ([table, { Properties }]) => [
        table,
        ...(Properties['GlobalSecondaryIndexes'] as ReadonlyArray<{ IndexName: string }>).map(
          ({ IndexName }) => `${IndexName} ${table}`,
        ),
      ],
    )
    expect(counted.sort()).toEqual(
      there.flatMap((each) => [`ReadThrottleEvents ${each}`, `WriteThrottleEvents ${each}`]).sort(),
    )
  })
})
