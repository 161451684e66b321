/** A stage with Alipay and without WeChat Pay, in the partition with the stranger rules. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeOutputs } from '#cli/stack/deployed-stack.ts'
import { callersOf } from '#infra/channels/channels.ts'
import { idOf, operationsOf } from '#infra/operations/operations.ts'
import { WECHAT_VARIABLES } from '#shared/channel-variables.ts'
import { stageAccount } from '#shared/lambda/accounts.ts'
import { readEnvironment } from '#shared/lambda/environment.ts'
import type { Operation } from '#shared/operations.ts'
import { problemsOf, VALID } from './given-settings.ts'
import { ALIPAY_ALONE, listOf, readable, resourcesOf, templateOf, type TemplateJson } from './template.ts'

const template = templateOf({ ...ALIPAY_ALONE, region: 'cn-north-1', canaryMinutes: 5 })
const of = (type: string) => resourcesOf(template, type)
const text = JSON.stringify(template)
const OWN = operationsOf(['alipay'])

interface Policy {
  readonly PolicyDocument: { readonly Statement: ReadonlyArray<{ Action: unknown; Resource: unknown }> }
}

/** What an operation may do, as `action on resource`. */
function rightsOf(within: TemplateJson, operation: Operation): readonly string[] {
  const { Policies } = resourcesOf(within, 'AWS::IAM::Role')[`${idOf(operation)}Role`]!.Properties as {
    Policies: readonly Policy[]
  }
  const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
  const pairs = statements.flatMap(({ Action, Resource }) =>
    listOf(Action).flatMap((action) =>
      listOf(Resource).map((resource) => `${String(action)} on ${readable(resource)}`),
    ),
  )
  return [...new Set(pairs)].sort()
}

describe('a stage with Alipay alone', () => {
  it('has the functions of every stage and the one that takes its notifications', () => {
    expect(OWN).toEqual([
      'prepay',
      'query',
      'list',
      'close',
      'refund',
      'hold',
      'notify-alipay',
      'settle',
      'sweep',
      'reconcile',
    ])
    const functions = Object.keys(of('AWS::Lambda::Function'))
    expect(functions.sort()).toEqual(OWN.map((operation) => `${idOf(operation)}Function`).sort())
  })

  it('has no route, secret, queue, variable, output or dashboard line of WeChat Pay', () => {
    for (const word of [
      ...WECHAT_VARIABLES,
      '/wechatpay/',
      'MerchantSigning',
      'ApiV3Key',
      'PlatformKey',
      'KeyRefresh',
      'Mchid',
      'WechatApiUrl',
      'rotate-certs',
      'notify-v2',
      '"notify"',
      'api.mch.weixin.qq.com',
      'WeChat',
    ])
      expect(text).not.toContain(word)
    expect(Object.keys(of('AWS::SecretsManager::Secret'))).toEqual([
      'AlipaySecretsSigning',
      'AlipaySecretsKeys',
    ])
    expect(Object.keys(of('AWS::Events::Rule'))).toHaveLength(2)
    expect(Object.keys(of('AWS::SQS::Queue'))).toEqual(['QueuesFactsDeadLetter', 'QueuesFacts'])
  })

  it('says what the command line has to know of Alipay', () => {
    const outputs = new Map(Object.keys(template.Outputs).map((name) => [name, name]))
    const stack = describeOutputs('wxpay-alone', { region: 'cn-north-1', outputs })
    expect(stack).toMatchObject({
      alipay: {
        appId: 'AlipayAppId',
        gatewayUrl: 'AlipayGatewayUrl',
        notifyUrl: 'NotifyAlipayUrl',
        secrets: { signing: 'AlipaySigningSecretArn', keys: 'AlipayKeysSecretArn' },
      },
    })
    expect(stack).not.toHaveProperty('wechat')
    expect(stack.functionNames).toContain('FunctionSweep')
    expect(readable(template.Outputs['NotifyAlipayUrl']!.Value)).toMatch(/\/alipay\/notify$/)
  })

  it('lets each function do what it may beside WeChat Pay, but for what is of WeChat Pay', () => {
    const both = templateOf({ alipay: ALIPAY_ALONE.alipay })
    const ofWechat = / on (?:Secrets|QueuesKeyRefresh)/
    for (const operation of OWN) {
      const rights = rightsOf(template, operation)
      expect(rights).toEqual(rightsOf(both, operation).filter((right) => !ofWechat.test(right)))
      const reads = rights.some((right) => /GetSecretValue on AlipaySecrets/.test(right))
      expect(reads).toBe(callersOf('alipay').includes(operation))
    }
  })

  it.each(OWN)('tells %s all that it reads, and whose orders there are', (operation) => {
    const { Environment } = of('AWS::Lambda::Function')[`${idOf(operation)}Function`]!.Properties as {
      Environment: { Variables: Record<string, unknown> }
    }
    const told = Object.entries(Environment.Variables).map(([name, value]) => {
      const known = name === 'WXPAY_NOTIFY_BASE_URL' ? 'https://pay.example.com' : 'known at deployment'
      return [name, typeof value === 'string' ? value : known]
    })
    const env = readEnvironment(Object.fromEntries(told), operation)
    expect(env.wechat).toBeUndefined()
    expect(stageAccount({ wechat: undefined, told: env.told })).toBe('alipay:2021001161683774')
  })

  it('watches the function that takes notifications as it watches notify elsewhere', () => {
    const alarms = of('AWS::CloudWatch::Alarm')
    const silent = JSON.stringify(alarms['ObservabilityAlarmsNotificationsSilent'])
    expect(silent).toContain('"notify-alipay"')
    expect(JSON.stringify(alarms['ObservabilityAlarmsAlipayLatency'])).toContain('NotifyAlipayFunction')
    for (const name of [
      'SignatureFailures',
      'KeyRefreshSilent',
      'MerchantCertificateExpiry',
      'NotifyLatency',
    ])
      expect(alarms).not.toHaveProperty(`ObservabilityAlarms${name}`)
    expect(text).toContain('what Alipay says of it does not fit it')
  })

  it('turns releases back by alarms, without the check that speaks to notify', () => {
    expect(Object.keys(of('AWS::CodeDeploy::DeploymentGroup'))).toHaveLength(OWN.length)
    expect(text).not.toMatch(/BeforeAllowTrafficHook|ReleaseCheck/)
  })
})

/** Alarms, and the metrics that they read: what is paid for. */
function alarmsOf(within: TemplateJson) {
  const alarms = Object.values(resourcesOf(within, 'AWS::CloudWatch::Alarm'))
  const metrics = alarms.map(({ Properties: { Metrics } }) =>
    Array.isArray(Metrics) ? Metrics.filter((one) => 'MetricStat' in one).length : 1,
  )
  return { alarms: alarms.length, metrics: metrics.reduce((sum, some) => sum + some, 0) }
}

it.each(['docs/channels.md', 'docs/zh-CN/channels.md'])('%s counts the alarms of each kind', (path) => {
  const page = readFileSync(join(import.meta.dirname, '../..', path), 'utf8')
  const [, ...cells] = page
    .split('\n')
    .find((line) => /^\| (?:alarms a month|每月告警)/.test(line))!
    .split('|')
  const told = cells.slice(1, 4).map((cell) => [...cell.matchAll(/\d+/g)].slice(0, 2).map(Number))
  const kinds = [templateOf(), templateOf({ alipay: ALIPAY_ALONE.alipay }), template].map(alarmsOf)
  expect(told).toEqual(kinds.map(({ alarms, metrics }) => [alarms, metrics]))
})

describe('the channels of a stage', () => {
  const { mchid, appids, ...NONE } = VALID
  const { alipay } = ALIPAY_ALONE
  const ONLY_WECHAT = 'must not be given without mchid and appids: only WeChat Pay has it'

  it.each([
    [NONE, 'mchid and appids, or alipay, must be given: at least one payment channel'],
    [{ ...NONE, mchid }, 'appids must be given with mchid: WeChat Pay needs both'],
    [{ ...NONE, alipay, appids }, 'mchid must be given with appids: WeChat Pay needs both'],
    [{ ...NONE, alipay, notices: { 'COMPLAINT.': 'event' } }, `notices ${ONLY_WECHAT}`],
    [{ ...NONE, alipay, wechatApiUrl: 'https://apihk.mch.weixin.qq.com' }, `wechatApiUrl ${ONLY_WECHAT}`],
    [{ ...NONE, alipay, reserveNotify: 5 }, `reserveNotify ${ONLY_WECHAT}`],
    [{ ...NONE, alipay, thresholds: { platformKeyDays: 5 } }, `thresholds.platformKeyDays ${ONLY_WECHAT}`],
    [
      { ...NONE, alipay, existing: { keyRefreshQueue: 'arn:aws:sqs:us-east-1:123456789012:keys.fifo' } },
      `existing.keyRefreshQueue ${ONLY_WECHAT}`,
    ],
    [{ ...VALID, alipay }, ''],
    [{ ...NONE, alipay, thresholds: { silentPayments: 5 }, refundRules: { singleAbove: 1 } }, ''],
  ])('%j', (settings, problem) => {
    expect(problemsOf(settings)).toBe(problem === '' ? '' : `stage "test": ${problem}`)
  })
})
