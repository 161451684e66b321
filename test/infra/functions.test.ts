import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { describe, expect, it } from 'vitest'
import { OPERATIONS } from '#infra/operations/operations.ts'
import { LOG_LEVEL_VARIABLE, variablesOf } from '#shared/operations.ts'
import { readable, resourcesOf, templateOf } from './template.ts'

interface FunctionProperties {
  readonly Timeout: number
  readonly MemorySize: number
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> }
  readonly LoggingConfig: { readonly LogGroup: unknown }
}

/** Time-out in seconds, memory in MB. */
const EXPECTED: Readonly<Record<string, readonly [number, number]>> = {
  Prepay: [29, 256],
  Query: [29, 512],
  Close: [29, 256],
  List: [29, 256],
  Hold: [29, 256],
  Refund: [29, 256],
  Notify: [10, 512],
  NotifyV2: [10, 512],
  Settle: [15, 512],
  RotateCerts: [60, 256],
  Sweep: [55, 512],
  Reconcile: [900, 512],
}

const template = templateOf({ logRetentionDays: RetentionDays.THREE_MONTHS })
const functions = resourcesOf(template, 'AWS::Lambda::Function')
const propertiesOf = (name: string): FunctionProperties =>
  functions[`${name}Function`]!.Properties as unknown as FunctionProperties

describe('functions', () => {
  it('are one an operation', () => {
    expect(Object.keys(functions).sort()).toEqual(
      Object.keys(EXPECTED)
        .map((name) => `${name}Function`)
        .sort(),
    )
  })

  it.each(Object.keys(EXPECTED))('%s runs on Node.js 24 on arm64 with its own time and memory', (name) => {
    const [timeout, memory] = EXPECTED[name]!
    expect(functions[`${name}Function`]!.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: timeout,
      MemorySize: memory,
    })
  })

  it('run on the processor that the stage names', () => {
    const made = resourcesOf(
      templateOf({ architecture: 'x86_64', canaryMinutes: 5 }),
      'AWS::Lambda::Function',
    )
    const processors = Object.values(made).flatMap(({ Properties }) => Properties['Architectures'])
    expect(processors).toEqual(Array(OPERATIONS.length + 1).fill('x86_64'))
  })

  it.each(OPERATIONS)(
    '%s gets the variables of its row in the table of operations, and no others',
    (operation) => {
      const name = Object.keys(EXPECTED).find((each) => each.toLowerCase() === operation.replace('-', ''))!
      expect(Object.keys(propertiesOf(name).Environment.Variables).sort()).toEqual(
        [...variablesOf(operation), LOG_LEVEL_VARIABLE].sort(),
      )
    },
  )

  it('write what they write as it is, whatever its level, and Lambda beside it what went wrong alone', () => {
    const lines = { LogFormat: 'JSON', ApplicationLogLevel: 'TRACE', SystemLogLevel: 'WARN' }
    for (const name of Object.keys(EXPECTED)) expect(propertiesOf(name).LoggingConfig).toMatchObject(lines)
  })

  it('write to a log group of their own, kept for the days that the stage asks for', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup')
    for (const name of Object.keys(EXPECTED)) {
      expect(readable(propertiesOf(name).LoggingConfig.LogGroup)).toBe(`${name}Log`)
      expect(groups[`${name}Log`]!.Properties['RetentionInDays']).toBe(90)
    }
    expect(Object.keys(groups)).toHaveLength(Object.keys(EXPECTED).length + 1)
  })

  it('get names and ARNs of the very resources they may touch', () => {
    const all = Object.assign(
      {},
      ...Object.keys(EXPECTED).map((name) => propertiesOf(name).Environment.Variables),
    ) as object
    expect(Object.fromEntries(Object.entries(all).map(([name, value]) => [name, readable(value)]))).toEqual({
      WXPAY_STAGE: 'test',
      WXPAY_LOG_LEVEL: 'info',
      WXPAY_ORDER_FORM: '1',
      WXPAY_FIRST_LOOK_SECONDS: '60',
      WXPAY_REFUND_RULES: '{"hourlyPercentFrom":10,"approvals":1,"remindMinutes":30,"pauseMinutes":120}',
      WXPAY_MCHID: '1900000109',
      WXPAY_APPIDS: 'wxd678efh567hg6787,wx2421b1c4370ec43b',
      WXPAY_NOTICE_TYPES: 'none',
      WXPAY_NOTIFY_BASE_URL: 'HttpApi.ApiEndpoint',
      WXPAY_API_URL: 'https://api.mch.weixin.qq.com',
      WXPAY_API_BACKUP_URL: 'https://api2.mch.weixin.qq.com',
      ORDERS_TABLE_NAME: 'TablesOrders',
      FACTS_TABLE_NAME: 'TablesFacts',
      FACT_QUEUE_URL: 'QueuesFacts',
      KEY_REFRESH_QUEUE_URL: 'QueuesKeyRefresh',
      EVENT_TOPIC_ARN: 'EventTopicEvents',
      REPORTS_BUCKET_NAME: 'ReportsBucket',
      MERCHANT_SIGNING_SECRET_ID: 'SecretsMerchantSigning',
      APIV2_KEY_SECRET_ID: 'SecretsApiV2Key',
      APIV3_KEY_SECRET_ID: 'SecretsApiV3Key',
      PLATFORM_KEYS_SECRET_ID: 'SecretsPlatformKeys',
    })
  })

  it('are told, the check before a release as well, what the stage has them log', () => {
    const quiet = resourcesOf(templateOf({ logLevel: 'warn', canaryMinutes: 5 }), 'AWS::Lambda::Function')
    const levels = Object.values(quiet).map(
      ({ Properties }) =>
        (Properties as unknown as FunctionProperties).Environment.Variables['WXPAY_LOG_LEVEL'],
    )
    expect(levels).toEqual(Array.from({ length: Object.keys(EXPECTED).length + 1 }, () => 'warn'))
  })

  it('give WeChat the notify URL of the stage when it has one', () => {
    const own = templateOf({ notifyBaseUrl: 'https://pay.example.com' })
    const prepay = resourcesOf(own, 'AWS::Lambda::Function')['PrepayFunction']!
      .Properties as unknown as FunctionProperties
    expect(prepay.Environment.Variables['WXPAY_NOTIFY_BASE_URL']).toBe('https://pay.example.com')
    expect(own.Outputs['NotifyPaymentUrl']!.Value).toBe('https://pay.example.com/wechatpay/notify/payment')
  })
})

describe('schedules', () => {
  it('run sweep every minute and reconcile half past every hour, without repeats, and rotate-certs every six hours', () => {
    const rules = Object.values(resourcesOf(template, 'AWS::Events::Rule')).map(({ Properties }) => [
      Properties['ScheduleExpression'],
      Properties['State'],
      (Properties['Targets'] as Array<{ Arn: unknown }>).map(({ Arn }) => readable(Arn)),
    ])
    expect(rules).toEqual([
      ['rate(6 hours)', 'ENABLED', ['RotateCertsFunctionAliaslive']],
      ['rate(1 minute)', 'ENABLED', ['SweepFunctionAliaslive']],
      ['cron(30 * * * ? *)', 'ENABLED', ['ReconcileFunctionAliaslive']],
    ])
    const [config, hourly] = Object.values(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig'))
    expect(readable(config!.Properties['FunctionName'])).toBe('SweepFunction')
    expect(JSON.stringify(config!.Properties['Qualifier'])).toContain('SweepFunctionAliaslive')
    expect(config!.Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 })
    expect(hourly!.Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 3600 })
    expect(propertiesOf('Sweep').Timeout).toBeLessThan(60)
  })
})
