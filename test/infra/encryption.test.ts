import { describe, expect, it } from 'vitest'
import { listOf, readable, resourcesOf, stackOf, templateOf, type TemplateJson } from './template.ts'

interface Statement {
  readonly Sid: string
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Principal: { readonly AWS?: unknown; readonly Service?: unknown }
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const OPERATOR = 'arn:aws:iam::123456789012:role/ops/payments'
const template = templateOf({ operatorRoleArns: [OPERATOR] })
const key = resourcesOf(template, 'AWS::KMS::Key')['StackKey']!
const statements = (key.Properties['KeyPolicy'] as { Statement: readonly Statement[] }).Statement
const statement = (sid: string): Statement => statements.find(({ Sid }) => Sid === sid)!

describe('the key of the stack', () => {
  it('rotates and outlives the stack', () => {
    expect(key).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' })
    expect(key.Properties['EnableKeyRotation']).toBe(true)
  })

  it('can always be administered by the account, which cannot use it by that', () => {
    const { Action, Principal, Condition } = statement('Administration')
    expect(readable(Principal.AWS)).toBe('arn:aws:iam::AWS::AccountId:root')
    expect(Condition).toBeUndefined()
    expect(Action).toEqual(expect.arrayContaining(['kms:PutKeyPolicy', 'kms:CreateAlias', 'kms:DeleteAlias']))
    expect(listOf(Action).filter((action) => /crypt|DataKey|\*|CreateGrant/.test(String(action)))).toEqual([])
  })

  it('is used through Secrets Manager and SNS of this region and account alone', () => {
    const { Action, Principal, Condition } = statement('UseThroughServices')
    expect(readable(Principal.AWS)).toBe('arn:aws:iam::AWS::AccountId:root')
    expect(Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey'])
    const { 'kms:ViaService': via, 'kms:CallerAccount': account } = Condition!['StringEquals']!
    expect(listOf(via).map(readable)).toEqual([
      'secretsmanager.AWS::Region.AWS::URLSuffix',
      'sns.AWS::Region.AWS::URLSuffix',
    ])
    expect(readable(account)).toBe('AWS::AccountId')
  })

  it('lets CloudWatch, and no other service, publish alarms to an encrypted topic', () => {
    expect(statements.map(({ Sid }) => Sid)).toEqual(['Administration', 'UseThroughServices', 'Alarms'])
    expect(readable(statement('Alarms').Principal.Service)).toBe('cloudwatch.AWS::URLSuffix')
  })

  it('encrypts the secrets and both topics', () => {
    const used = (type: string, property: string): unknown[] =>
      Object.values(resourcesOf(template, type)).map(({ Properties }) => readable(Properties[property]))
    expect(used('AWS::SecretsManager::Secret', 'KmsKeyId')).toEqual(Array(4).fill('StackKey.Arn'))
    expect(used('AWS::SNS::Topic', 'KmsMasterKeyId')).toEqual(Array(2).fill('StackKey.Arn'))
  })
})

describe('the topic of alarms', () => {
  it('takes alarms of this account only, and only over TLS', () => {
    const policy = resourcesOf(template, 'AWS::SNS::TopicPolicy')['ObservabilityAlarmTopicAlarmsPolicy']!
    const { Statement: all } = policy.Properties['PolicyDocument'] as { Statement: readonly Statement[] }
    expect(all.filter(({ Effect }) => Effect === 'Allow')).toHaveLength(1)
    const allowed = all.find(({ Effect }) => Effect === 'Allow')!
    expect(readable(allowed.Principal.Service)).toBe('cloudwatch.AWS::URLSuffix')
    expect(allowed.Action).toBe('sns:Publish')
    expect(readable(allowed.Condition!['StringEquals']!['aws:SourceAccount'])).toBe('AWS::AccountId')
    expect(all.find(({ Effect }) => Effect === 'Deny')!.Condition).toEqual({
      Bool: { 'aws:SecureTransport': 'false' },
    })
  })
})

describe('the policy of a secret', () => {
  const policies = resourcesOf(template, 'AWS::SecretsManager::ResourcePolicy')
  const readersOf = (secret: string): string[] => {
    const [policy] = Object.values(policies).filter(
      ({ Properties }) => readable(Properties['SecretId']) === secret,
    )
    expect(policy!.Properties['BlockPublicPolicy']).toBe(true)
    const { Statement: all } = policy!.Properties['ResourcePolicy'] as { Statement: readonly Statement[] }
    expect(all).toHaveLength(1)
    expect(all[0]).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      // Nothing but reading: whoever fills or deletes the secret, or mends this policy, is never locked out.
      Action: 'secretsmanager:GetSecretValue',
    })
    return listOf(all[0]!.Condition!['ArnNotEquals']!['aws:PrincipalArn']).map(readable)
  }

  it.each([
    [
      'SecretsMerchantSigning',
      ['Prepay', 'Query', 'Close', 'Refund', 'NotifyV2', 'RotateCerts', 'Sweep', 'Reconcile'],
    ],
    ['SecretsApiV3Key', ['Notify', 'RotateCerts']],
    ['SecretsApiV2Key', ['NotifyV2']],
    [
      'SecretsPlatformKeys',
      ['Prepay', 'Query', 'Close', 'Refund', 'Notify', 'NotifyV2', 'RotateCerts', 'Sweep', 'Reconcile'],
    ],
  ])('%s lets %j and the operator read it', (secret, functions) => {
    expect(readersOf(secret)).toEqual([...functions.map((name) => `${name}Role.Arn`), OPERATOR])
    expect(Object.keys(policies)).toHaveLength(4)
  })
})

/** What resources have this policy of deletion. */
const typesWith = ({ Resources }: TemplateJson, policy: string): Set<string> =>
  new Set(
    Object.values(Resources)
      .filter(({ DeletionPolicy }) => DeletionPolicy === policy)
      .map(({ Type }) => Type),
  )

describe('what is thrown away with its stage', () => {
  it('is nothing, unless the stage says so', () => {
    expect(stackOf({}, ({ terminationProtection }) => terminationProtection)).toBe(true)
    expect(typesWith(template, 'Retain')).toEqual(new Set(['AWS::DynamoDB::Table', 'AWS::Lambda::Version']))
  })

  it('is all but the tables, which are protected, when the first deployment of a stack failed', () => {
    expect(typesWith(template, 'RetainExceptOnCreate')).toEqual(
      new Set([
        'AWS::KMS::Key',
        'AWS::SecretsManager::Secret',
        'AWS::SecretsManager::ResourcePolicy',
        'AWS::Logs::LogGroup',
        'AWS::S3::Bucket',
        'AWS::S3::BucketPolicy',
      ]),
    )
  })

  it('is everything when it says so, the versions of functions that are gone with them excepted', () => {
    const settings = { retainData: false, terminationProtection: false, recoveryDays: 7 }
    const trial = templateOf(settings)
    expect(typesWith(trial, 'Retain')).toEqual(new Set(['AWS::Lambda::Version']))
    expect(typesWith(trial, 'RetainExceptOnCreate')).toEqual(new Set())
    for (const { Properties } of Object.values(resourcesOf(trial, 'AWS::DynamoDB::Table'))) {
      expect(Properties).toMatchObject({
        DeletionProtectionEnabled: false,
        PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 7 },
      })
    }
    expect(stackOf(settings, ({ terminationProtection }) => terminationProtection)).toBe(false)
  })
})

describe('traces', () => {
  const modesIn = (settings: Parameters<typeof templateOf>[0]): unknown[] => [
    ...new Set(
      Object.values(resourcesOf(templateOf(settings), 'AWS::Lambda::Function')).map(
        ({ Properties }) => (Properties['TracingConfig'] as { Mode: string } | undefined)?.Mode,
      ),
    ),
  ]

  it('are taken only where the stage says so', () => {
    expect(modesIn({})).toEqual([undefined])
    expect(modesIn({ tracing: true })).toEqual(['Active'])
  })

  it('are rights of no function where there are none', () => {
    expect(JSON.stringify(templateOf({ canaryMinutes: 5 }))).not.toContain('xray:')
  })
})
