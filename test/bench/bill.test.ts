import { describe, expect, it } from 'vitest'
import { readTemplates, templateCosts } from '../../bench/template-costs.ts'
import { billOf, fixedBill, tracesOf } from '../../bench/bill.ts'
import { alipaySection, aMillionByAlipay } from '../../bench/alipay-page.ts'
import type { Counts } from '../../bench/counts.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'

const counts: Counts = {
  httpApi: 3_000_000,
  dynamoReads: 0,
  dynamoSteps: {},
  dynamoWrites: 0,
  sqsSends: 0,
  sqsPolls: 0,
  snsPublishes: 0,
  secretReads: 0,
  logBytes: 2_000_000_000,
  invocations: { notify: 1_000_000, settle: 500_000 },
  gbSeconds: {},
  processorMs: {},
  delayedMs: {},
}

describe('what the template costs', () => {
  it('is counted by resource: each metric of an alarm, each secret of a function, a line of the access log', () => {
    const format = '{"request_id":"$context.requestId","status":"$context.status","error":"$context.error.x"}'
    expect(
      templateCosts([
        { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
        {
          Type: 'AWS::CloudWatch::Alarm',
          Properties: { Metrics: [{}, { MetricStat: {} }, { MetricStat: {} }] },
        },
        {
          Type: 'AWS::Lambda::Function',
          Properties: { Environment: { Variables: { A_SECRET_ID: 'x', TABLE: 'y', B_SECRET_ID: 'z' } } },
        },
        { Type: 'AWS::ApiGatewayV2::Stage', Properties: { AccessLogSettings: { Format: format } } },
      ]),
    ).toEqual({
      resources: { 'AWS::CloudWatch::Alarm': 2, 'AWS::Lambda::Function': 1, 'AWS::ApiGatewayV2::Stage': 1 },
      alarmMetrics: 3,
      cachedSecrets: 2,
      accessLogBytes: '{"request_id":"JKJaXmPLvHcESHA=","status":"204","error":"-"}'.length + 26,
    })
  })

  it('is more than an alarm costs, for the stage that is deployed', async () => {
    const costs = templateCosts(readTemplates(await givenAssembly()))
    expect(costs.alarmMetrics).toBeGreaterThan(costs.resources['AWS::CloudWatch::Alarm']!)
    expect(costs.accessLogBytes).toBeGreaterThan(150)
  })
})

describe('a bill', () => {
  const usdOf = (bill: ReturnType<typeof billOf>, service: string, what: RegExp) =>
    bill.find((line) => line.service === service && what.test(line.what))?.usd

  it('of payments by Alipay is that of a million, whatever was played, and names the function that takes them', () => {
    const fixed = { resources: {}, alarmMetrics: 0, cachedSecrets: 0, accessLogBytes: 400, metrics: 0 }
    const played = { ...counts, httpApi: 60, invocations: { 'notify-alipay': 20 } }
    const alipay = { counts: played, payments: 20, fixed, memory: {} }
    expect(usdOf(aMillionByAlipay(alipay), 'API Gateway', /HTTP/)).toBeCloseTo(3)
    expect(alipaySection(alipay)).toContain('| notify-alipay | 1.00 |')
  })

  it('has the access log beside the logs of the functions', () => {
    const bill = billOf(counts, { accessLogBytes: 400 })
    expect(usdOf(bill, 'CloudWatch', /functions/)).toBeCloseTo(1)
    expect(usdOf(bill, 'CloudWatch', /access/)).toBeCloseTo(0.6)
  })

  it('of a month has alarms by metric, and the uses of the key', () => {
    const none: Counts = { ...counts, logBytes: 0, invocations: {} }
    const bill = fixedBill({
      sweep: none,
      rotation: none,
      reconciliation: none,
      resources: { 'AWS::CloudWatch::Alarm': 40, 'AWS::KMS::Key': 1 },
      metrics: 0,
      alarmMetrics: 70,
      cachedSecrets: 15,
      accessLogBytes: 400,
    })
    expect(bill.find(({ what }) => what === 'metrics of 40 alarms')).toMatchObject({ units: 70, usd: 7 })
    expect(usdOf(bill, 'KMS', /uses/)).toBeCloseTo(0.24, 2)
  })

  it('of traces is between what X-Ray keeps of a steady month and all of them', () => {
    const { all, sampled } = tracesOf(counts)
    expect(all).toBeCloseTo(7.5)
    // 0.57 a second: mostly alone in their second, and then recorded.
    expect(sampled).toBeGreaterThan(0.7 * all)
    expect(sampled).toBeLessThan(all)
  })
})
