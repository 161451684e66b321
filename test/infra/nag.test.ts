import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import type { IConstruct } from 'constructs'
import { describe, expect, it } from 'vitest'
import { ACKNOWLEDGEMENTS } from '#infra/acknowledgements.ts'
import type { StageInput } from '#infra/stage/stage-settings.ts'
import { appOf, stackOf, templateOf } from './template.ts'

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000'
const PAY = { name: 'pay.example.com', certificateArn: CERTIFICATE }
const HOOKS = { name: 'hooks.example.com', certificateArn: CERTIFICATE }

/** Every setting that changes which resources there are, or what is in them. */
const VARIANTS = {
  'us-east-1': {},
  'cn-north-1': { region: 'cn-north-1' },
  'cn-northwest-1': { region: 'cn-northwest-1' },
  'with-tracing': { tracing: true },
  'without-canary': { canaryMinutes: 0 },
  'to-be-thrown-away': { retainData: false, terminationProtection: false },
  'jwt-and-domain': {
    merchantAuthorization: { type: 'jwt', issuer: 'https://login.example.com', audience: ['pay'] },
    customDomain: PAY,
  },
  'two-domains': { customDomain: PAY, notifyDomain: HOOKS },
  adopting: {
    existing: {
      ordersTable: 'arn:aws:dynamodb:us-east-1:123456789012:table/orders',
      factsTable: 'arn:aws:dynamodb:us-east-1:123456789012:table/facts',
      key: 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000',
      merchantSigningSecret: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:signing-AbCdEf',
      factQueue: 'arn:aws:sqs:us-east-1:123456789012:facts',
      factDeadLetterQueue: 'arn:aws:sqs:us-east-1:123456789012:dead',
      keyRefreshQueue: 'arn:aws:sqs:us-east-1:123456789012:keys.fifo',
    },
  },
  mtls: {
    merchantAuthorization: { type: 'mtls', truststoreUri: 's3://trust/ca.pem', truststoreVersion: 'v7' },
    customDomain: PAY,
    notifyDomain: HOOKS,
  },
  'every-number': {
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
} as const satisfies Readonly<Record<string, Partial<StageInput>>>

const released: Readonly<Record<string, Partial<StageInput>>> = Object.fromEntries(
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

/** Of each variant: what cdk-nag finds, and what there is. */
const variants = appOf(released, (stacks) =>
  Object.entries(stacks).map(([name, stack]) => ({
    name,
    findings: findingsOf(stack),
    paths: stack.system.node.findAll().map(({ node }) => node.path.slice(stack.system.node.path.length + 1)),
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
