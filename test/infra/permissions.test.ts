import { describe, expect, it } from 'vitest'
import { listOf, readable, resourcesOf, templateOf } from './template.ts'

interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource?: unknown
  readonly Principal?: unknown
  readonly Condition?: unknown
}

interface RoleProperties {
  readonly AssumeRolePolicyDocument: { readonly Statement: readonly Statement[] }
  readonly Policies: ReadonlyArray<{ readonly PolicyDocument: { readonly Statement: readonly Statement[] } }>
  readonly ManagedPolicyArns?: unknown
}

const SIGNING = 'SecretsMerchantSigning secretsmanager:GetSecretValue'
const PLATFORM = 'SecretsPlatformKeys secretsmanager:GetSecretValue'
const APIV3 = 'SecretsApiV3Key secretsmanager:GetSecretValue'
const APIV2 = 'SecretsApiV2Key secretsmanager:GetSecretValue'
const DECRYPT = 'StackKey.Arn kms:Decrypt via secretsmanager'
const READ_ORDERS = 'TablesOrders.Arn dynamodb:GetItem'
const WRITE_ORDERS = 'TablesOrders.Arn dynamodb:PutItem'
const UPDATE_ORDERS = 'TablesOrders.Arn dynamodb:UpdateItem'
const queryOf = (index: string) => `TablesOrders.Arn/index/${index} dynamodb:Query`
const READ_FACTS = 'TablesFacts.Arn dynamodb:GetItem'
const STORE_FACTS = 'TablesFacts.Arn dynamodb:PutItem'
const KEY_OF_SNS = ['Decrypt', 'GenerateDataKey'].map((use) => `StackKey.Arn kms:${use} via sns`)
const PUBLISH = ['EventTopicEvents sns:Publish', ...KEY_OF_SNS]
const DISPATCH = 'QueuesFacts.Arn sqs:SendMessage'

/** All that each function may do, as `resource action`. A new line here is a decision, not a detail. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  Prepay: [READ_ORDERS, WRITE_ORDERS, READ_FACTS, SIGNING, PLATFORM, DECRYPT],
  Query: [READ_ORDERS, WRITE_ORDERS, READ_FACTS, STORE_FACTS, DISPATCH, SIGNING, PLATFORM, DECRYPT],
  List: [queryOf('day'), queryOf('held'), queryOf('due'), READ_ORDERS, READ_FACTS],
  Hold: [READ_ORDERS, WRITE_ORDERS, READ_FACTS, STORE_FACTS, DISPATCH],
  Close: [READ_ORDERS, WRITE_ORDERS, READ_FACTS, STORE_FACTS, DISPATCH, SIGNING, PLATFORM, DECRYPT],
  Refund: [
    READ_ORDERS,
    WRITE_ORDERS,
    UPDATE_ORDERS,
    READ_FACTS,
    STORE_FACTS,
    DISPATCH,
    ...PUBLISH,
    SIGNING,
    PLATFORM,
    DECRYPT,
  ],
  Notify: [STORE_FACTS, DISPATCH, 'QueuesKeyRefresh.Arn sqs:SendMessage', APIV3, PLATFORM, DECRYPT],
  NotifyV2: [STORE_FACTS, DISPATCH, SIGNING, PLATFORM, APIV2, DECRYPT],
  Settle: [
    READ_ORDERS,
    WRITE_ORDERS,
    UPDATE_ORDERS,
    READ_FACTS,
    'TablesFacts.Arn dynamodb:UpdateItem',
    ...PUBLISH,
    'QueuesFacts.Arn sqs:ReceiveMessage',
    'QueuesFacts.Arn sqs:DeleteMessage',
    'QueuesFacts.Arn sqs:GetQueueAttributes',
  ],
  RotateCerts: [
    SIGNING,
    APIV3,
    PLATFORM,
    'SecretsPlatformKeys secretsmanager:PutSecretValue',
    'SecretsPlatformKeys secretsmanager:UpdateSecretVersionStage',
    DECRYPT,
    'StackKey.Arn kms:GenerateDataKey via secretsmanager',
    'QueuesKeyRefresh.Arn sqs:ReceiveMessage',
    'QueuesKeyRefresh.Arn sqs:DeleteMessage',
    'QueuesKeyRefresh.Arn sqs:GetQueueAttributes',
  ],
  Sweep: [
    'TablesFacts.Arn/index/pending dynamodb:Query',
    'TablesFacts.Arn dynamodb:UpdateItem',
    'TablesOrders.Arn/index/due dynamodb:Query',
    'TablesOrders.Arn dynamodb:UpdateItem',
    READ_ORDERS,
    WRITE_ORDERS,
    READ_FACTS,
    STORE_FACTS,
    DISPATCH,
    SIGNING,
    PLATFORM,
    DECRYPT,
  ],
  Reconcile: [
    'TablesOrders.Arn/index/day dynamodb:Query',
    'TablesOrders.Arn dynamodb:UpdateItem',
    READ_ORDERS,
    WRITE_ORDERS,
    READ_FACTS,
    STORE_FACTS,
    DISPATCH,
    SIGNING,
    PLATFORM,
    DECRYPT,
    'ReportsBucket.Arn/reports/* s3:GetObject',
    'ReportsBucket.Arn/reports/* s3:PutObject',
    ...PUBLISH,
  ],
}

const template = templateOf()
const roles = resourcesOf(template, 'AWS::IAM::Role')
const propertiesOf = (name: string): RoleProperties =>
  roles[`${name}Role`]!.Properties as unknown as RoleProperties
const statementsOf = (name: string): readonly Statement[] =>
  propertiesOf(name).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)

function permissionsOf(name: string): string[] {
  return statementsOf(name).flatMap((statement) => {
    expect(statement.Effect).toBe('Allow')
    return listOf(statement.Resource).flatMap((resource) =>
      listOf(statement.Action).map(
        (action) => `${readable(resource)} ${String(action)}${conditionOf(statement)}`,
      ),
    )
  })
}

/** ` via sns` of a statement that holds through a service only. */
function conditionOf({ Condition }: Statement): string {
  if (Condition === undefined) return ''
  const { 'kms:ViaService': via, 'kms:CallerAccount': account } = (
    Condition as { StringEquals: Record<string, unknown> }
  ).StringEquals
  expect(readable(account)).toBe('AWS::AccountId')
  const [service, ...rest] = listOf(via).map(readable)
  expect([service, rest]).toEqual([expect.stringMatching(/^[a-z]+\.AWS::Region\.AWS::URLSuffix$/), []])
  return ` via ${service!.split('.')[0]!}`
}

describe('permissions of the functions', () => {
  it.each(Object.keys(ALLOWED))('%s may do exactly what is listed, besides writing its own log', (name) => {
    const own = [`${name}Log.Arn logs:CreateLogStream`, `${name}Log.Arn logs:PutLogEvents`]
    expect(permissionsOf(name).sort()).toEqual([...ALLOWED[name]!, ...own].sort())
  })

  it('are held by one role a function, and by nothing else', () => {
    expect(Object.keys(roles).sort()).toEqual(
      Object.keys(ALLOWED)
        .map((name) => `${name}Role`)
        .sort(),
    )
    for (const [name, { Properties }] of Object.entries(resourcesOf(template, 'AWS::Lambda::Function'))) {
      expect(readable(Properties['Role'])).toBe(`${name.replace(/Function$/, '')}Role.Arn`)
    }
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']) {
      expect(resourcesOf(template, type)).toEqual({})
    }
  })

  it('include no managed policy and can be assumed by Lambda alone', () => {
    for (const name of Object.keys(ALLOWED)) {
      const { AssumeRolePolicyDocument, ManagedPolicyArns } = propertiesOf(name)
      expect(ManagedPolicyArns).toBeUndefined()
      const principals = AssumeRolePolicyDocument.Statement.map(({ Principal }) =>
        readable((Principal as { Service: unknown }).Service),
      )
      expect(principals).toEqual(['lambda.AWS::URLSuffix'])
    }
  })

  it('let neither notify sign requests or touch orders, nor settle read a secret, nor any caller of WeChat decrypt', () => {
    const touches = (name: string, resource: string): boolean =>
      permissionsOf(name).some((permission) => permission.startsWith(resource))
    expect(touches('Notify', 'SecretsMerchantSigning')).toBe(false)
    expect(touches('Notify', 'TablesOrders')).toBe(false)
    expect(touches('Settle', 'Secrets')).toBe(false)
    for (const name of ['Prepay', 'Query', 'Close', 'Refund', 'Sweep', 'Reconcile']) {
      expect(touches(name, 'SecretsApiV3Key')).toBe(false)
    }
  })
})

describe('policies of the whole template', () => {
  const whole = templateOf({ canaryMinutes: 5, tracing: true })

  it('allow nothing by a wildcard but traces, the list of alarms, versions of notify and reports', () => {
    const wide = Object.entries(whole.Resources)
      // Within the policy of a key, * is that key.
      .filter(([, { Type }]) => Type !== 'AWS::KMS::Key')
      .map(([, resource]) => resource)
      .flatMap(({ Properties }) => statementsIn(Properties))
      .filter(({ Effect }) => Effect === 'Allow')
      .filter(({ Action, Resource, Principal }) =>
        JSON.stringify([Action, Resource, Principal]).includes('*'),
      )
      .map(({ Action, Resource }) => `${listOf(Action).join(' ')} on ${readable(Resource)}`)
    expect([...new Set(wide)].sort()).toEqual([
      'cloudwatch:DescribeAlarms on *',
      'lambda:InvokeFunction on NotifyFunction.Arn:*',
      's3:GetObject s3:PutObject on ReportsBucket.Arn/reports/*',
      'xray:PutTelemetryRecords xray:PutTraceSegments on *',
    ])
  })

  it('deny by wildcard only what does not come over TLS, and the secrets to all but their readers', () => {
    const denials = Object.entries(template.Resources)
      .filter(([, { Type }]) => Type !== 'AWS::SecretsManager::ResourcePolicy')
      .flatMap(([, { Properties }]) => statementsIn(Properties))
      .filter(({ Effect }) => Effect === 'Deny')
    expect(denials).toHaveLength(7)
    const plain = { Bool: { 'aws:SecureTransport': 'false' } }
    const old = { NumericLessThan: { 's3:TlsVersion': 1.2 } }
    for (const { Condition } of denials) expect([plain, old]).toContainEqual(Condition)
  })

  it('let API Gateway and EventBridge invoke functions for one route or rule each', () => {
    const sources = Object.values(resourcesOf(template, 'AWS::Lambda::Permission')).map(({ Properties }) => {
      expect(Properties['Action']).toBe('lambda:InvokeFunction')
      return `${readable(Properties['Principal'])} ${readable(Properties['SourceArn'])} → ${readable(Properties['FunctionName'])}`
    })
    const route = (call: string, name: string): string =>
      `apigateway.AWS::URLSuffix arn:aws:execute-api:us-east-1:AWS::AccountId:HttpApi/*/${call} → ${name}FunctionAliaslive`
    expect(sources.sort()).toEqual(
      [
        route('POST/v1/payments', 'Prepay'),
        ...['payments', 'refunds'].map((name) => route(`GET/v1/${name}`, 'List')),
        route('GET/v1/payments/*', 'Query'),
        route('GET/v1/payments/transaction/*', 'Query'),
        route('POST/v1/payments/*/close', 'Close'),
        route('POST/v1/payments/*/unfreeze', 'Close'),
        route('POST/v1/payments/*/hold', 'Hold'),
        route('POST/v1/payments/*/release', 'Hold'),
        route('POST/v1/payments/*/refunds', 'Refund'),
        route('GET/v1/refunds/*', 'Refund'),
        route('POST/v1/refunds/*/abnormal', 'Refund'),
        route('POST/wechatpay/notify/payment', 'Notify'),
        route('POST/wechatpay/notify/refund', 'Notify'),
        route('POST/wechatpay/notify/refund-v2', 'NotifyV2'),
        'events.AWS::URLSuffix TriggersEvery1minute.Arn → SweepFunctionAliaslive',
        'events.AWS::URLSuffix TriggersEveryhalfpast.Arn → ReconcileFunctionAliaslive',
        'events.AWS::URLSuffix TriggersEvery6hours.Arn → RotateCertsFunctionAliaslive',
      ].sort(),
    )
  })
})

function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'Effect' in value && 'Action' in value ? [value as unknown as Statement] : []
  return [...own, ...Object.values(value).flatMap(statementsIn)]
}
