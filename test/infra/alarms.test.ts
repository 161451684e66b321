import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { describe, expect, it } from 'vitest'
import { alipayAlarms } from '#infra/watch/alarms-of-alipay.ts'
import { OPERATIONS } from '#infra/operations/operations.ts'
import { METRIC_NAMESPACE } from '#shared/metrics.ts'
import {
  alarmNamed,
  ALARMS as alarms,
  type AlarmProperties,
  RELEASED as template,
} from './alarms-of-template.ts'
import { readable, resourcesOf, templateOf } from './template.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** Chapters that are about no alarm. */
const ABOUT_NO_ALARM = [
  'before-you-need-it',
  'turn-a-release-back',
  'restore-the-tables',
  're-create-after-destroy',
  'region-loss',
]

const anchorOf = ({ AlarmDescription }: AlarmProperties): string =>
  /docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription)?.[1] ?? `none in "${AlarmDescription}"`

/** Anchors of the chapters, as GitHub makes them. */
function chaptersOf(path: string): string[] {
  const headings = readFileSync(join(ROOT, path), 'utf8').matchAll(/^## (.+)$/gm)
  return [...headings].map(([, heading]) => {
    const explicit = /<a id="([a-z-]+)">/.exec(heading!)?.[1]
    return explicit ?? heading!.toLowerCase().replaceAll(' ', '-')
  })
}

/** Namespace and name of every metric that an alarm reads. */
const read = alarms.flatMap(({ Namespace, MetricName, Metrics = [] }) => [
  ...(MetricName === undefined ? [] : [`${Namespace} ${MetricName}`]),
  ...Metrics.flatMap(({ MetricStat: stat }) =>
    stat === undefined ? [] : [`${stat.Metric.Namespace} ${stat.Metric.MetricName}`],
  ),
])

function sourcesIn(directory: string): string {
  return readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
}

describe('alarms', () => {
  it('say what is at stake and what to do, and tell somebody when they begin and end', () => {
    for (const { AlarmDescription, AlarmActions, OKActions } of alarms) {
      expect(AlarmDescription).toMatch(/^[A-Z].+\. [A-Z].+\. Runbook: docs\/runbook\.md#[a-z-]+$/)
      expect(AlarmActions.map(readable)).toEqual(['ObservabilityAlarmTopicAlarms'])
      expect(OKActions).toEqual(AlarmActions)
    }
  })

  it('watch metrics of our own that the functions do put', () => {
    const put = sourcesIn('functions') + sourcesIn('shared')
    const own = read.filter((metric) => metric.startsWith(METRIC_NAMESPACE))
    expect(own.length).toBeGreaterThan(15)
    for (const metric of own) expect(put).toContain(`'${metric.slice(METRIC_NAMESPACE.length + 1)}'`)
  })

  it('watch the stage that they belong to, and the version that is live', () => {
    const dimensions = alarms.flatMap(({ Namespace, Dimensions = [] }) =>
      Namespace === METRIC_NAMESPACE
        ? [Dimensions.map(({ Name, Value }) => `${Name}=${readable(Value)}`)]
        : [],
    )
    for (const each of dimensions) expect(each).toContain('stage=test')
    const errors = alarmNamed('FunctionErrorssettle')
    expect(errors.Dimensions!.map(({ Name, Value }) => `${Name}=${readable(Value)}`)).toEqual([
      'FunctionName=SettleFunction',
      'Resource=SettleFunction:live',
    ])
  })

  it('hear of an unknown state from every function that is told one', () => {
    const counted = alarmNamed('WechatStateUnknown').Metrics!.flatMap(({ MetricStat: stat }) =>
      stat === undefined ? [] : [stat.Metric.Dimensions?.map((each) => (each as { Value: string }).Value)],
    )
    expect(counted.map((values) => values?.find((value) => value !== 'test'))).toEqual([
      'notify',
      'query',
      'close',
      'refund',
      'sweep',
    ])
  })

  it('fire when a heartbeat is missing, and not when nothing happens', () => {
    const broken = alarms
      .filter(({ TreatMissingData }) => TreatMissingData === 'breaching')
      .map(({ id }) => id)
    expect(broken.sort()).toEqual([
      'ObservabilityAlarmsFactsPending',
      'ObservabilityAlarmsKeyRefreshSilent',
      'ObservabilityAlarmsReconciliationLate',
      'ObservabilityAlarmsSweepSilent',
    ])
  })

  it('keep to what CloudWatch takes: ten metrics in an expression, a day of data', () => {
    for (const { Metrics = [], EvaluationPeriods, Period = 60 } of alarms) {
      expect(Metrics.filter(({ MetricStat: stat }) => stat !== undefined).length).toBeLessThanOrEqual(10)
      expect(EvaluationPeriods * Period).toBeLessThanOrEqual(86_400)
    }
  })

  it('give a refresh of the keys the time to end after the quarter of an hour that asked for it', () => {
    const { EvaluationPeriods, Metrics } = alarmNamed('UnknownSerial')
    expect(EvaluationPeriods).toBe(2)
    expect(Metrics!.flatMap(({ MetricStat: stat }) => stat?.Metric.MetricName ?? [])).toEqual([
      'NotificationUnknownSerial',
      'RotationCompleted',
    ])
  })

  it('hear of every function that is throttled, in two alarms that have room for more', () => {
    const counted = ['FunctionThrottleshttp', 'FunctionThrottlesbackground'].map((name) =>
      alarmNamed(name).Metrics!.flatMap(({ MetricStat: stat }) =>
        stat === undefined ? [] : [readable((stat.Metric.Dimensions![0] as { Value: unknown }).Value)],
      ),
    )
    expect(counted.map((names) => names.length)).toEqual([8, 4])
    expect(new Set(counted.flat()).size).toBe(OPERATIONS.length)
  })

  it('fire at the thresholds of the stage', () => {
    const own = templateOf({ thresholds: { pendingFactSeconds: 600, notifyLatencyMs: 1500 } })
    const made = resourcesOf(own, 'AWS::CloudWatch::Alarm')
    expect(made['ObservabilityAlarmsFactsPending']!.Properties['Threshold']).toBe(600)
    expect(made['ObservabilityAlarmsNotifyLatency']!.Properties['Threshold']).toBe(1500)
    expect(alarmNamed('FactsPending').Threshold).toBe(300)
  })

  it('go to the topic that the stage names, without a topic of their own', () => {
    const topicArn = 'arn:aws:sns:us-east-1:123456789012:on-call'
    const own = templateOf({ alarmTopicArn: topicArn })
    expect(Object.keys(resourcesOf(own, 'AWS::SNS::Topic'))).toEqual(['EventTopicEvents'])
    for (const { Properties } of Object.values(resourcesOf(own, 'AWS::CloudWatch::Alarm'))) {
      expect(Properties['AlarmActions']).toEqual([topicArn])
    }
    expect(own.Outputs['AlarmTopicArn']!.Value).toBe(topicArn)
  })
})

const own = (metricName: string, namespace: string) => new Metric({ namespace, metricName })
const ofAlipay = alipayAlarms({ own, lambda: own } as never, { unverifiedPerMinute: 5 } as never)

describe('alarms of Alipay', () => {
  it('hear of refunds that were named and could not be asked for', () => {
    expect(ofAlipay.find(({ id }) => id === 'AlipayRefundsUnread')).toMatchObject({
      runbook: 'alipay-refunds-unread',
      metric: { namespace: 'notify-alipay', metricName: 'RefundNoticeUnread' },
      threshold: 3,
    })
  })
})

describe.each(['docs/runbook.md', 'docs/zh-CN/runbook.md'])('%s', (path) => {
  const chapters = chaptersOf(path)

  it('has a chapter for every alarm, and an alarm for every chapter', () => {
    const known = [...alarms.map(anchorOf), ...ofAlipay.map(({ runbook }) => runbook)]
    const anchors = [...new Set(known)].sort()
    expect(chapters.filter((chapter) => !ABOUT_NO_ALARM.includes(chapter)).sort()).toEqual(anchors)
  })

  it('has the chapters of the other language in the same order', () => {
    expect(chapters).toEqual(chaptersOf('docs/runbook.md'))
  })

  it('says in each chapter what it means, where to look first and when it is over', () => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    const [, ...bodies] = text.split(/^## /m)
    for (const body of bodies.filter((_, index) => !ABOUT_NO_ALARM.includes(chapters[index]!)))
      expect(body).toMatch(
        /\*\*(?:Meaning|含义)[\s\S]+\*\*(?:First look|先看)[\s\S]+\*\*(?:Over when|结束标志)/,
      )
  })

  it('links to chapters that there are', () => {
    const links = [...readFileSync(join(ROOT, path), 'utf8').matchAll(/\]\(#([a-z-]+)\)/g)]
    for (const [, anchor] of links) expect(chapters).toContain(anchor)
  })
})

describe('dashboard', () => {
  const [dashboard] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'))
  const body = JSON.stringify(dashboard!.Properties['DashboardBody'])

  it('has the way of a notification, from received to published', () => {
    for (const step of ['received', 'verified', 'stored', 'dispatched', 'settled', 'published']) {
      expect(body).toContain(`\\\\\\"label\\\\\\":\\\\\\"${step}`.replaceAll('\\\\\\', '\\'))
    }
  })

  it('has latency, refunds, days to expiry and what costs', () => {
    for (const name of [
      'p99',
      'RefundAbnormal',
      'RefundClosed',
      'PlatformKeyDaysToExpiry',
      'MerchantCertificateDaysToExpiry',
      'Invocations',
    ]) {
      expect(body).toContain(name)
    }
  })
})
