import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import type { IConstruct } from 'constructs'
import { describe, expect, it } from 'vitest'
import { ACKNOWLEDGEMENTS } from '#infra/library/explained-findings.ts'
import type { StageInput } from '#infra/stage/stage-settings.ts'
import { SYSTEM } from '#infra/library/wechat-pay.ts'
import { STAGES } from '#infra/stage/stages.ts'
import { OPERATIONS } from '#infra/operations/operations.ts'
import { synthesize } from '#infra/synthesize.ts'
import { PART_FILES } from '../bundles/weights.ts'
import { ALIPAY_ALONE, appOf, stackOf, templateOf } from './template.ts'

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000'
const PAY = { name: 'pay.example.com', certificateArn: CERTIFICATE }
const HOOKS = { name: 'hooks.example.com', certificateArn: CERTIFICATE }

/** Every stage that there is, and every setting that changes which resources there are, or what is in them. */
const VARIANTS: Readonly<Record<string, Partial<StageInput>>> = {
  ...STAGES,
  'us-east-1': {},
  'with-alipay': { alipay: { appId: '2021001161683774' } },
  'alipay-alone': ALIPAY_ALONE,
  'alipay-alone-cn': { ...ALIPAY_ALONE, region: 'cn-north-1' },
  'cn-north-1': { region: 'cn-north-1' },
  'to-be-thrown-away': {
    retainData: false,
    terminationProtection: false,
    tracing: true,
    customDomain: PAY,
    notifyDomain: HOOKS,
  },
  adopting: {
    existing: {
      ordersTable: 'arn:aws:dynamodb:us-east-1:123456789012:table/orders',
      factsTable: 'arn:aws:dynamodb:us-east-1:123456789012:table/facts',
      key: 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000',
      merchantSigningSecret: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:signing-AbCdEf',
      factQueue: 'arn:aws:sqs:us-east-1:123456789012:facts',
      factDeadLetterQueue: 'arn:aws:sqs:us-east-1:123456789012:dead',
      keyRefreshQueue: 'arn:aws:sqs:us-east-1:123456789012:keys.fifo',
      reportsBucket: 'arn:aws:s3:::reports',
    },
  },
  mtls: {
    merchantAuthorization: { type: 'mtls', truststoreUri: 's3://trust/ca.pem', truststoreVersion: 'v7' },
    customDomain: PAY,
    notifyDomain: HOOKS,
  },
  'jwt-and-every-number': {
    merchantAuthorization: { type: 'jwt', issuer: 'https://login.example.com', audience: ['pay'] },
    customDomain: PAY,
    alarmTopicArn: 'arn:aws:sns:us-east-1:123456789012:on-call',
    operatorRoleArns: ['arn:aws:iam::123456789012:role/ops/payments'],
    notifyBaseUrl: 'https://pay.example.com',
    subscriberAccounts: ['210987654321'],
    reserveSweep: true,
    reserveNotify: 100,
    architecture: 'x86_64',
    settleConcurrency: 7,
    logRetentionDays: RetentionDays.THREE_MONTHS,
    recoveryDays: 7,
    thresholds: { pendingFactSeconds: 600, notifyLatencyMs: 1500 },
  },
}

const released: typeof VARIANTS = Object.fromEntries(
  Object.entries(VARIANTS).map(([name, settings]) => [name, { canaryMinutes: 5, ...settings }] as const),
)

function findingsOf(scope: IConstruct): string[] {
  return [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap((pack) =>
    pack
      .validateScope(scope)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
      ),
  )
}

const pathsIn = (system: IConstruct): string[] =>
  system.node.findAll().map(({ node }) => node.path.slice(system.node.path.length + 1))

/** Of each variant: what cdk-nag finds, and what there is. */
const variants = appOf(released, (stacks) =>
  Object.entries(stacks).map(([name, stack]) => ({
    name,
    findings: findingsOf(stack),
    paths: pathsIn(stack.pay.node.findChild(SYSTEM)),
  })),
)

describe('cdk-nag', () => {
  it.each(variants)('finds nothing that is not explained in a stage $name', ({ findings }) => {
    expect(findings).toEqual([])
  })

  it('finds what is not acknowledged', () => {
    const found = stackOf({}, (stack) => {
      const queue = new Queue(stack, 'Another')
      return new AwsSolutionsChecks().validateScope(queue).violations.map(({ ruleName }) => ruleName)
    })
    expect(found.sort()).toEqual(['AwsSolutions-SQS3', 'AwsSolutions-SQS4'])
  })
})

describe('CloudFormation’s own rules', () => {
  const problemOf = (stages: typeof released, plant: (scope: IConstruct) => void): string =>
    appOf(
      stages,
      (stacks, app) => {
        plant(stacks['us-east-1']!)
        try {
          app.synth()
          return ''
        } catch (error) {
          return String(error)
        }
      },
      { validated: true },
    )

  it('refuse nothing in any stage', { timeout: 180_000 }, () => {
    expect(problemOf(released, () => {})).toBe('')
  })

  it('are asked when a stage is synthesized, which writes its template and its bundles alone', () => {
    const directory = mkdtempSync(join(tmpdir(), 'wxpay-nag-'))
    try {
      const assembly = synthesize({ outdir: directory, stage: 'dev-cn' })
      expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual(['wxpay-dev-cn'])
      const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'))
      expect(report).toMatchObject({ title: 'Validation Report', pluginReports: [] })
      const template = JSON.parse(readFileSync(join(directory, 'wxpay-dev-cn.template.json'), 'utf8')) as {
        Resources: Record<string, { Type: string; Properties: { Code: { S3Key: string } } }>
      }
      const functions = Object.values(template.Resources).filter(
        ({ Type }) => Type === 'AWS::Lambda::Function',
      )
      expect(functions).toHaveLength(OPERATIONS.length)
      for (const { Properties } of functions) {
        const asset = join(directory, `asset.${Properties.Code.S3Key.replace(/\.zip$/, '')}`)
        const files = readdirSync(asset).filter((file) => !PART_FILES.has(file))
        expect(files.sort()).toEqual(['index.js', 'package.json'])
      }
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })

  it('refuse a table without a key', () => {
    const found = problemOf(
      { 'us-east-1': {} },
      (scope) => void new CfnTable(scope, 'Bad', { keySchema: [] }),
    )
    expect(found).toContain('ERROR KeySchema: expected minimum item count: 1, found: 0')
  })
})

describe('the template', () => {
  it('stays well below the 500 resources that CloudFormation takes', () => {
    const { Resources } = templateOf(released['mtls'])
    expect(Object.keys(Resources).length).toBeLessThan(300)
  })
})

describe('acknowledgements', () => {
  it('say why in a sentence each', () => {
    for (const { reason } of ACKNOWLEDGEMENTS) expect(reason).toMatch(/^\S.{40,}\.$/)
  })

  it('are about resources that there are', () => {
    const paths = variants.flatMap((variant) => variant.paths)
    for (const { at } of ACKNOWLEDGEMENTS) expect(paths.some((path) => at.test(path))).toBe(true)
  })
})
