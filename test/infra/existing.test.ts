/** A stage over tables, secrets, a key, queues and a bucket that are there already: restored, or left by an earlier stack. */
import { describe, expect, it } from 'vitest'
import type { StageInput } from '#infra/stage/stage-settings.ts'
import { problemsOf, VALID } from './given-settings.ts'
import { listOf, readable, resourcesOf, templateOf, type TemplateJson } from './template.ts'

const HERE = 'us-east-1:123456789012'
const EXISTING = {
  ordersTable: `arn:aws:dynamodb:${HERE}:table/orders-restored`,
  factsTable: `arn:aws:dynamodb:${HERE}:table/facts-restored`,
  key: `arn:aws:kms:${HERE}:key/0a1b2c3d-0000-4000-8000-000000000000`,
  merchantSigningSecret: `arn:aws:secretsmanager:${HERE}:secret:signing-AbCdEf`,
  apiV2KeySecret: `arn:aws:secretsmanager:${HERE}:secret:apiv2-AbCdEf`,
  apiV3KeySecret: `arn:aws:secretsmanager:${HERE}:secret:apiv3-AbCdEf`,
  platformKeysSecret: `arn:aws:secretsmanager:${HERE}:secret:platform-AbCdEf`,
  alipaySigningSecret: `arn:aws:secretsmanager:${HERE}:secret:alipay-signing-AbCdEf`,
  alipayKeysSecret: `arn:aws:secretsmanager:${HERE}:secret:alipay-keys-AbCdEf`,
  factQueue: `arn:aws:sqs:${HERE}:facts`,
  factDeadLetterQueue: `arn:aws:sqs:${HERE}:facts-dead`,
  keyRefreshQueue: `arn:aws:sqs:${HERE}:keys.fifo`,
  reportsBucket: 'arn:aws:s3:::reports-left',
} as const satisfies StageInput['existing']

const ALIPAY = { appId: '2021001161683774' }
const template = templateOf({ existing: EXISTING, alipay: ALIPAY, canaryMinutes: 5 })
const MADE = [
  'AWS::DynamoDB::Table',
  'AWS::SecretsManager::Secret',
  'AWS::KMS::Key',
  'AWS::SQS::Queue',
  'AWS::S3::Bucket',
]
const madeIn = (of: TemplateJson): string[] => MADE.flatMap((type) => Object.keys(resourcesOf(of, type)))

interface Statement {
  readonly Action: unknown
  readonly Resource: unknown
}

/** Resources that a function may use, its own log apart. */
function usedBy(of: TemplateJson, name: string): string[] {
  const { Policies } = resourcesOf(of, 'AWS::IAM::Role')[`${name}Role`]!.Properties as {
    Policies: Array<{ PolicyDocument: { Statement: Statement[] } }>
  }
  const used = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).flatMap(({ Resource }) =>
    listOf(Resource).map(readable),
  )
  return [...new Set(used)].filter((resource) => !resource.endsWith('Log.Arn')).sort()
}

describe('a stage over what is there already', () => {
  it('makes none of it', () => {
    expect(madeIn(template)).toEqual([])
    expect(madeIn(templateOf())).toHaveLength(11)
  })

  it('lets its functions use what is named, its indexes and its key, and nothing else', () => {
    expect(usedBy(template, 'Sweep')).toEqual(
      [
        EXISTING.ordersTable,
        `${EXISTING.ordersTable}/index/due`,
        EXISTING.factsTable,
        `${EXISTING.factsTable}/index/pending`,
        EXISTING.key,
        EXISTING.merchantSigningSecret,
        EXISTING.platformKeysSecret,
        EXISTING.alipaySigningSecret,
        EXISTING.alipayKeysSecret,
        EXISTING.factQueue,
      ].sort(),
    )
  })

  it('lets reconcile use the reports of the bucket that is named, and nothing else in it', () => {
    expect(usedBy(template, 'Reconcile').filter((arn) => arn.startsWith('arn:aws:s3'))).toEqual([
      `${EXISTING.reportsBucket}/reports/*`,
    ])
  })

  it('tells functions and operators the names', () => {
    const { Variables } = resourcesOf(template, 'AWS::Lambda::Function')['SweepFunction']!.Properties[
      'Environment'
    ] as { Variables: Record<string, unknown> }
    expect(Variables).toMatchObject({
      ORDERS_TABLE_NAME: 'orders-restored',
      FACTS_TABLE_NAME: 'facts-restored',
      MERCHANT_SIGNING_SECRET_ID: EXISTING.merchantSigningSecret,
      ALIPAY_KEYS_SECRET_ID: EXISTING.alipayKeysSecret,
    })
    const outputs = Object.fromEntries(
      Object.entries(template.Outputs).map(([name, { Value }]) => [name, readable(Value)]),
    )
    expect(outputs).toMatchObject({
      OrdersTableName: 'orders-restored',
      FactsTableName: 'facts-restored',
      ReportsBucketName: 'reports-left',
      ApiV3KeySecretArn: EXISTING.apiV3KeySecret,
      AlipaySigningSecretArn: EXISTING.alipaySigningSecret,
      FactQueueUrl: 'https://sqs.us-east-1.AWS::URLSuffix/123456789012/facts',
      FactDeadLetterQueueUrl: 'https://sqs.us-east-1.AWS::URLSuffix/123456789012/facts-dead',
      KeyRefreshQueueUrl: 'https://sqs.us-east-1.AWS::URLSuffix/123456789012/keys.fifo',
    })
  })

  it('reads the queues, and watches all of it', () => {
    const sources = Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => Properties['EventSourceArn'],
    )
    expect(sources).toEqual([EXISTING.factQueue, EXISTING.keyRefreshQueue])
    const alarms = JSON.stringify(resourcesOf(template, 'AWS::CloudWatch::Alarm'))
    for (const name of ['orders-restored', 'facts-restored', '"facts"', '"facts-dead"'])
      expect(alarms).toContain(name)
  })

  it('lets none but its own functions read the secrets, and encrypts its topics under the key', () => {
    const policies = Object.values(resourcesOf(template, 'AWS::SecretsManager::ResourcePolicy'))
    expect(new Set(policies.map(({ Properties }) => Properties['SecretId']))).toEqual(
      new Set([
        EXISTING.merchantSigningSecret,
        EXISTING.apiV3KeySecret,
        EXISTING.apiV2KeySecret,
        EXISTING.platformKeysSecret,
        EXISTING.alipaySigningSecret,
        EXISTING.alipayKeysSecret,
      ]),
    )
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::SNS::Topic')))
      expect(Properties['KmsMasterKeyId']).toBe(EXISTING.key)
  })

  it('takes the tables alone as well, which is what a restoration needs', () => {
    const { ordersTable, factsTable } = EXISTING
    const restored = templateOf({ existing: { ordersTable, factsTable } })
    expect(madeIn(restored)).toEqual(madeIn(templateOf()).filter((name) => !name.startsWith('Tables')))
  })
})

describe('what exists is refused', () => {
  it.each([
    [{ ordersTable: 'orders' }, 'existing.ordersTable must be the ARN of a table'],
    [
      { ordersTable: EXISTING.ordersTable.replace('us-east-1', 'us-west-2') },
      'existing.ordersTable must be in us-east-1, the region of the stage',
    ],
    [
      { factsTable: EXISTING.factsTable.replace('arn:aws:', 'arn:aws-cn:') },
      'existing.factsTable must be in us-east-1, the region of the stage',
    ],
    [
      { key: EXISTING.key.replace('123456789012', '999999999999') },
      'existing.key must be in the account 123456789012',
    ],
    [
      { apiV3KeySecret: EXISTING.apiV3KeySecret },
      'existing.key must be set for secrets that exist: they are encrypted under it',
    ],
    [
      { key: EXISTING.key, apiV3KeySecret: `arn:aws:secretsmanager:${HERE}:secret:apiv3` },
      'existing.apiV3KeySecret must be the ARN of a secret, with the six characters at its end',
    ],
    [
      { factQueue: EXISTING.factQueue },
      'existing.factQueue and existing.factDeadLetterQueue belong together',
    ],
    [{ keyRefreshQueue: EXISTING.factQueue }, 'existing.keyRefreshQueue must be the ARN of a FIFO queue'],
    [{ reportsBucket: 'reports-left' }, 'existing.reportsBucket must be the ARN of a bucket'],
    [
      { reportsBucket: 'arn:aws-cn:s3:::reports-left' },
      'existing.reportsBucket must be of the partition aws, as us-east-1 is',
    ],
    [
      { key: EXISTING.key, alipayKeysSecret: EXISTING.alipayKeysSecret },
      'existing.alipayKeysSecret must not be given without alipay: only Alipay has it',
    ],
    [{ bucket: 'x' }, 'existing.bucket is not a known setting'],
  ])('%j', (existing, problem) => {
    expect(problemsOf({ ...VALID, account: '123456789012', existing })).toBe(`stage "test": ${problem}`)
  })

  it('and taken where it fits', () => {
    expect(problemsOf({ ...VALID, account: '123456789012', alipay: ALIPAY, existing: EXISTING })).toBe('')
  })
})
