import { describe, expect, it } from 'vitest'
import { resourcesOf, templateOf } from '#test/infra/template.ts'

const template = templateOf()

describe('the template', () => {
  it('no table forgets anything by itself', () => {
    const tables = Object.values(resourcesOf(template, 'AWS::DynamoDB::Table'))
    expect(tables).toHaveLength(2)
    for (const { Properties } of tables) expect(Properties).not.toHaveProperty('TimeToLiveSpecification')
  })

  it('a sweep that does not run and facts that wait set off alarms', () => {
    const alarmOn = (metric: string) =>
      Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).find(({ Properties }) =>
        JSON.stringify(Properties).includes(`"MetricName":"${metric}"`),
      )?.Properties
    expect(alarmOn('SweepHeartbeat')).toMatchObject({ Threshold: 1, TreatMissingData: 'breaching' })
    expect(alarmOn('OldestPendingFactSeconds')).toMatchObject({
      Threshold: 300,
      TreatMissingData: 'breaching',
    })
  })
})
