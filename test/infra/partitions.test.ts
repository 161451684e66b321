import { describe, expect, it } from 'vitest'
import { ALIPAY_ALONE, listOf, readable, resourcesOf, templateOf, type TemplateJson } from './template.ts'

/** The service principals of a template as CloudFormation resolves them where the URL suffix is this one. */
function principalsOf(template: TemplateJson, urlSuffix: string): Set<string> {
  const resolved = JSON.parse(
    JSON.stringify(template).replaceAll('{"Ref":"AWS::URLSuffix"}', JSON.stringify(urlSuffix)),
  ) as TemplateJson
  const trusted = Object.values(resourcesOf(resolved, 'AWS::IAM::Role')).flatMap(({ Properties }) =>
    listOf((Properties['AssumeRolePolicyDocument'] as { Statement: unknown }).Statement).map((statement) =>
      readable((statement as { Principal: { Service: unknown } }).Principal.Service),
    ),
  )
  const invokers = Object.values(resourcesOf(resolved, 'AWS::Lambda::Permission')).map(({ Properties }) =>
    readable(Properties['Principal']),
  )
  return new Set([...trusted, ...invokers])
}

/** What `kms:ViaService` may be, wherever a policy asks for it. */
function conditionsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'kms:ViaService' ? [inner] : conditionsIn(inner),
  )
}

const PRINCIPALS = new Set([
  'lambda.amazonaws.com',
  'codedeploy.amazonaws.com',
  'apigateway.amazonaws.com',
  'events.amazonaws.com',
])

describe.each([
  ['cn-north-1', 'WeChat Pay', {}],
  ['cn-northwest-1', 'WeChat Pay', {}],
  ['cn-north-1', 'Alipay', ALIPAY_ALONE],
])('template for %s with %s', (region, _, channels) => {
  const template = templateOf({ ...channels, region, canaryMinutes: 5 })
  const text = JSON.stringify(template)

  it('names nothing by ARNs or domains of another partition', () => {
    expect(text).not.toContain('arn:aws:')
    expect(text).not.toContain('amazonaws.com')
    expect(text).toContain(`arn:aws-cn:logs:${region}:`)
  })

  it('has the service principals that IAM in China knows', () => {
    expect(principalsOf(template, 'amazonaws.com.cn')).toEqual(PRINCIPALS)
  })

  it('lets the key be used through its services in both spellings of their names', () => {
    const services = ['secretsmanager', 'sns'].flatMap((service) =>
      ['amazonaws.com.cn', 'amazonaws.com'].map((suffix) => `${service}.AWS::Region.${suffix}`),
    )
    const resolved = JSON.parse(
      text.replaceAll('{"Ref":"AWS::URLSuffix"}', '"amazonaws.com.cn"'),
    ) as TemplateJson
    const conditions = [...JSON.stringify(resolved).matchAll(/"kms:ViaService":/g)]
    const named = conditionsIn(resolved).map((via) => listOf(via).map(readable))
    expect(named).toHaveLength(conditions.length)
    expect(named.length).toBeGreaterThan(8)
    expect([...new Set(named.flat())].sort()).toEqual(services.sort())
    for (const each of named) expect(each.length % 2).toBe(0)
  })

  it('uses nothing that Lambda lacks there', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping'))) {
      for (const absent of ['Tags', 'MetricsConfig', 'ProvisionedPollerConfig'])
        expect(Properties).not.toHaveProperty(absent)
    }
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Lambda::Function'))) {
      for (const absent of ['TracingConfig', 'Layers', 'KmsKeyArn'])
        expect(Properties).not.toHaveProperty(absent)
    }
    expect(resourcesOf(template, 'AWS::Lambda::Url')).toEqual({})
  })
})

describe('template for us-east-1', () => {
  it('has the same service principals', () => {
    expect(principalsOf(templateOf({ canaryMinutes: 5 }), 'amazonaws.com')).toEqual(PRINCIPALS)
  })

  it('has the same resources as the one for China', () => {
    const typesOf = (template: TemplateJson): string[] =>
      Object.entries(template.Resources).map(([id, { Type }]) => `${id.replace(/[0-9a-f]{32}$/, '')} ${Type}`)
    expect(typesOf(templateOf({ canaryMinutes: 5 }))).toEqual(
      typesOf(templateOf({ region: 'cn-north-1', canaryMinutes: 5 })),
    )
  })
})

describe('tags', () => {
  it('name the application and the stage on everything that can carry them, event sources excepted', () => {
    const untagged = Object.entries(templateOf().Resources)
      .filter(([, { Properties }]) => !JSON.stringify(Properties['Tags'] ?? '').includes('wechatpay-lambda'))
      .map(([, { Type }]) => Type)
    expect(new Set(untagged)).toEqual(
      new Set([
        'AWS::SQS::QueuePolicy',
        'AWS::SNS::TopicPolicy',
        'AWS::S3::BucketPolicy',
        'AWS::ApiGatewayV2::Integration',
        'AWS::ApiGatewayV2::Route',
        'AWS::Lambda::Permission',
        'AWS::Lambda::EventSourceMapping',
        'AWS::Lambda::EventInvokeConfig',
        'AWS::Lambda::Alias',
        'AWS::Lambda::Version',
        'AWS::SecretsManager::ResourcePolicy',
        'AWS::CloudWatch::Dashboard',
      ]),
    )
  })
})
