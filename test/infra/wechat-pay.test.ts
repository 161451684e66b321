/** `WechatPay` in a stack of somebody else's: what it makes, gives out and grants, alone, twice, and over what is there already. */
import { App, Aws, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { AttributeType, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { acknowledgeFindings } from '#infra/library/acknowledgements.ts'
import { ROUTES } from '#infra/operations/routes.ts'
import { WechatPay } from '#infra/library/wechat-pay.ts'
import type { WechatPayProps } from '#infra/library/wechat-pay-props.ts'
import { readable, resourcesOf, templateOf, type TemplateJson } from './template.ts'

const bundles = { directoryOf: () => import.meta.dirname }
const MERCHANT: WechatPayProps = { mchid: '1900000109', appids: ['wxd678efh567hg6787'], bundles }

/** Of an app that sets no feature flag, in a stack that may be deployed anywhere. */
function built<Made>(make: (stack: Stack) => Made) {
  const app = new App({ builtinCloudFormationValidation: false })
  const stack = new Stack(app, 'shop')
  const made = make(stack)
  return { made, stack, template: Template.fromStack(stack).toJSON() as unknown as TemplateJson }
}

const countsOf = ({ Resources }: TemplateJson): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(Object.values(Resources), ({ Type }) => Type)].map(([type, all]) => [type, all.length]),
  )

const two = built((stack) => {
  const first = new WechatPay(stack, 'Pay', { ...MERCHANT, canaryMinutes: 0 })
  const second = new WechatPay(stack, 'Second', { ...MERCHANT, mchid: '1900000110', canaryMinutes: 0 })
  const [till, support, desk] = ['Till', 'Support', 'Desk'].map(
    (id) => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
  )
  first.grantPay(till!)
  first.grantRefund(support!)
  first.grantOperate(desk!)
  return { first, second }
})

const existing = built((stack) => {
  // CDK's own classes are no ITable and no IBucket where optional members are held to be exact.
  const table = (id: string) =>
    new Table(stack, id, { partitionKey: { name: 'key', type: AttributeType.STRING } }) as object as ITable
  const key = new Key(stack, 'Key')
  const eventTopic = new Topic(stack, 'Topic', { masterKey: new Key(stack, 'TopicKey') })
  const certificateArn = new Certificate(stack, 'Certificate', { domainName: 'pay.example.com' })
    .certificateArn
  return new WechatPay(stack, 'Pay', {
    ...MERCHANT,
    key,
    eventTopic,
    ordersTable: table('Orders'),
    factsTable: table('Facts'),
    reportsBucket: new Bucket(stack, 'Reports') as object as IBucket,
    alarmTopic: Topic.fromTopicArn(stack, 'OnCall', 'arn:aws:sns:us-east-1:123456789012:on-call'),
    customDomain: { name: 'pay.example.com', certificateArn },
    operatorRoleArns: [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/ops`],
    outputs: false,
  })
})

describe('two in one stack, whose app sets no feature flag', () => {
  it('are twice what a stage of ours has', () => {
    const once = countsOf(templateOf())
    const twice = countsOf(two.template)
    for (const [type, count] of Object.entries(once)) {
      const extra = type === 'AWS::IAM::Role' ? 3 : 0
      expect([type, twice[type]]).toEqual([type, 2 * count + extra])
    }
  })

  it('share no name: of logs, of metrics, of outputs', () => {
    const logs = Object.values(resourcesOf(two.template, 'AWS::Logs::LogGroup')).flatMap(({ Properties }) => {
      const name = Properties['LogGroupName']
      return name === undefined ? [] : [JSON.stringify(name)]
    })
    expect(logs.map((name) => /shop\/([A-Za-z-]+)\//.exec(name)?.[1])).toEqual(['Pay-Http', 'Second-Http'])
    const { first, second } = two.made
    expect(first.stage).toMatch(/^shop-[a-z0-9-]+$/)
    expect(second.stage).not.toBe(first.stage)
    expect(Object.keys(two.template.Outputs)).toEqual(
      expect.arrayContaining(['PayApiUrl', 'SecondApiUrl', 'PayMerchantSigningSecretArn', 'SecondMchid']),
    )
  })

  it('give out what an app builds on', () => {
    const { first } = two.made
    const of = (value: unknown) => two.stack.resolve(value) as unknown
    expect(of(first.apiUrl)).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^PayHttpApi/), 'ApiEndpoint'],
    })
    expect(JSON.stringify(of(first.notifyUrl))).toContain('/wechatpay/notify/payment')
    expect(of(first.events.topicArn)).toEqual({ Ref: expect.stringMatching(/^PayEventTopicEvents/) })
    expect(of(first.alarmTopic.topicArn)).toEqual({ Ref: expect.stringMatching(/^PayObservabilityAlarm/) })
    expect(of(first.deadLetterQueue.queueArn)).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^PayQueuesFactsDeadLetter/), 'Arn'],
    })
    expect(of(first.tables.orders.tableName)).toEqual({ Ref: expect.stringMatching(/^PayTablesOrders/) })
    expect(of(first.secrets.apiV3Key?.secretArn)).toEqual({
      Ref: expect.stringMatching(/^PaySecretsApiV3Key/),
    })
    expect(Object.keys(first.functions)).toContain('notify')
    expect(first.alarms.length).toBeGreaterThan(30)
  })

  it('counts under its own name, as asked for', () => {
    const { first } = two.made
    const holds = first.metricHolds({ statistic: 'Maximum' }).toMetricConfig().metricStat
    expect(holds).toMatchObject({ namespace: 'WxPay', metricName: 'FactHeld', statistic: 'Maximum' })
    expect(holds?.dimensions).toContainEqual({ name: 'stage', value: first.stage })
    const plain = [
      first.metricPayments(),
      first.metricRefunds(),
      first.metricNotifications(),
      first.metricNotificationsRefused(),
      first.metricNotifyDuration(),
      first.metricEvents(),
      first.metricRefundsUnknown(),
      first.metricOldestPendingFact(),
      first.metricDeadLetters(),
    ].map((metric) => metric.toMetricConfig().metricStat?.metricName)
    expect(plain).toEqual([
      'Invocations',
      'Invocations',
      'NotificationAccepted',
      'NotificationUnverified',
      'Duration',
      'EventPublished',
      'RefundsUnknown',
      'OldestPendingFactSeconds',
      'ApproximateNumberOfMessagesVisible',
    ])
    expect(first.metricServerErrors().toMetricConfig().mathExpression).toBeDefined()
  })
})

describe('cdk-nag', () => {
  it.each([
    ['without flags', () => two.made.second],
    ['over what is there already', () => existing.made],
  ])('finds nothing that is not explained once the findings are acknowledged, %s', (_, pay) => {
    const found = () =>
      [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap((pack) =>
        pack.validateScope(pay()).violations.map(({ ruleName }) => ruleName),
      )
    expect(found()).toContain('AwsSolutions-APIG4')
    acknowledgeFindings(pay())
    expect(found()).toEqual([])
  })
})

describe('rights', () => {
  const routesOf = (role: string): string[] => {
    const { Properties } = resourcesOf(two.template, 'AWS::IAM::Policy')[`${role}DefaultPolicy`]!
    const { Statement } = Properties['PolicyDocument'] as {
      Statement: Array<{ Action: string; Resource: unknown[] }>
    }
    return Statement.flatMap(({ Action, Resource }) => {
      expect(Action).toBe('execute-api:Invoke')
      return Resource.map((arn) => readable(arn).replace(/^.*\$default\//, ''))
    }).sort()
  }

  it('to pay are none to refund, and to refund are none to pay', () => {
    expect(routesOf('Till')).toEqual([
      'GET/v1/payments/*',
      'GET/v1/payments/transaction/*',
      'POST/v1/payments',
      'POST/v1/payments/*/close',
    ])
    expect(routesOf('Support')).toEqual([
      'GET/v1/payments/*',
      'GET/v1/payments/transaction/*',
      'GET/v1/refunds/*',
      'POST/v1/payments/*/refunds',
    ])
  })

  it('are together all routes of merchants', () => {
    const granted = new Set([...routesOf('Till'), ...routesOf('Support'), ...routesOf('Desk')])
    const merchants = ROUTES.filter(({ audience }) => audience === 'merchant')
    expect(granted).toEqual(
      new Set(merchants.map(({ method, path }) => `${method}${path.replaceAll(/\{[^}]+\}/g, '*')}`)),
    )
  })

  it('are refused where callers bring tokens', () => {
    const jwt = { type: 'jwt', issuer: 'https://login.example.com', audience: ['shop'] } as const
    expect(() =>
      built((stack) => {
        const pay = new WechatPay(stack, 'Pay', { ...MERCHANT, merchantAuthorization: jwt })
        pay.grantPay(new Role(stack, 'Till', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }))
      }),
    ).toThrow('WechatPay at shop/Pay: merchantAuthorization is jwt')
  })
})

describe('over what the app has already', () => {
  it('makes neither tables, key nor topics of its own, and no outputs', () => {
    const names = (type: string) => Object.keys(resourcesOf(existing.template, type))
    expect(names('AWS::DynamoDB::Table')).toEqual(['Orders', 'Facts'])
    expect(names('AWS::KMS::Key')).toEqual(['Key', 'TopicKey'])
    expect(names('AWS::SNS::Topic')).toEqual(['Topic'])
    expect(existing.template.Outputs).toBeUndefined()
  })

  it('lets settle publish under the key of the topic, and the others use that of the secrets', () => {
    const keysOf = (name: string) =>
      (
        resourcesOf(existing.template, 'AWS::IAM::Role')[`Pay${name}Role`]!.Properties['Policies'] as Array<{
          PolicyDocument: { Statement: Array<{ Action: unknown; Resource: unknown }> }
        }>
      ).flatMap(({ PolicyDocument }) =>
        PolicyDocument.Statement.filter(({ Action }) => JSON.stringify(Action).includes('kms:')).map(
          ({ Resource }) => readable(Resource),
        ),
      )
    expect(keysOf('Settle')).toEqual(['TopicKey.Arn'])
    expect(keysOf('Notify')).toEqual(['Key.Arn'])
  })
})

describe('the key', () => {
  const viaOf = (template: TemplateJson, id: string) => {
    const { KeyPolicy } = resourcesOf(template, 'AWS::KMS::Key')[id]!.Properties as {
      KeyPolicy: { Statement: Array<{ Condition?: Record<string, Record<string, unknown>> }> }
    }
    return KeyPolicy.Statement.flatMap(
      ({ Condition }) => Condition?.['StringEquals']?.['kms:ViaService'] ?? [],
    )
  }

  it('is used through services by the names of both partitions where the region is not known yet', () => {
    expect(viaOf(two.template, 'PayStackKey').map(readable)).toEqual([
      'secretsmanager.AWS::Region.AWS::URLSuffix',
      'secretsmanager.AWS::Region.AWS::URLSuffix.cn',
      'sns.AWS::Region.AWS::URLSuffix',
      'sns.AWS::Region.AWS::URLSuffix.cn',
    ])
    expect(viaOf(templateOf(), 'StackKey')).toHaveLength(2)
  })
})
