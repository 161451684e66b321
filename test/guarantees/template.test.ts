import { describe, expect, it } from 'vitest'
import { resourcesOf, templateOf } from '#test/infra/template.ts'

const template = templateOf()

describe('the template', () => {
  it('no table forgets anything by itself, but facts that say when', () => {
    const tables = Object.values(resourcesOf(template, 'AWS::DynamoDB::Table'))
    const forgets = { AttributeName: 'expires_at', Enabled: true }
    expect(
      tables.map(({ Properties }) => [Properties['KeySchema'], Properties['TimeToLiveSpecification']]),
    ).toEqual([
      [[expect.objectContaining({ AttributeName: 'order_key' })], undefined],
      [[expect.objectContaining({ AttributeName: 'fact_key' })], forgets],
    ])
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
