import { Template } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { OPERATIONS } from '#infra/operations/operations.ts'
import { releaseWay } from '#infra/constructs/releases.ts'
import { appOf, listOf, readable, resourcesOf, templateOf, type TemplateJson } from './template.ts'

const template = templateOf({ canaryMinutes: 15 })
const aliases = resourcesOf(template, 'AWS::Lambda::Alias')
const groups = resourcesOf(template, 'AWS::CodeDeploy::DeploymentGroup')
const roles = resourcesOf(template, 'AWS::IAM::Role')

interface GroupProperties {
  readonly DeploymentGroupName: string
  readonly AlarmConfiguration: {
    readonly Enabled: boolean
    readonly Alarms: ReadonlyArray<{ Name: unknown }>
  }
}
const groupOf = (operation: string): GroupProperties =>
  Object.values(groups)
    .map(({ Properties }) => Properties as unknown as GroupProperties)
    .find(({ DeploymentGroupName }) => DeploymentGroupName === operation)!
const alarmsOf = (operation: string): string[] =>
  groupOf(operation).AlarmConfiguration.Alarms.map(({ Name }) =>
    readable(Name).replace(/^ObservabilityAlarms/, ''),
  )

interface Update {
  readonly CodeDeployLambdaAliasUpdate: {
    readonly DeploymentGroupName: unknown
    readonly BeforeAllowTrafficHook?: unknown
  }
}

interface AlarmProperties {
  readonly EvaluationPeriods: number
  readonly Period?: number
  readonly Metrics?: ReadonlyArray<{ readonly MetricStat?: { readonly Period: number } }>
}

/** How far back an alarm looks; CloudWatch gets the data about a minute later. */
function windowMinutes({ EvaluationPeriods, Period, Metrics = [] }: AlarmProperties): number {
  const periods = Metrics.flatMap(({ MetricStat: stat }) => (stat === undefined ? [] : [stat.Period]))
  return (Math.max(Period ?? 0, ...periods) * EvaluationPeriods) / 60
}

function rightsOf(role: string): string[] {
  const { Policies } = roles[role]!.Properties as {
    Policies: Array<{ PolicyDocument: { Statement: Array<{ Action: unknown; Resource: unknown }> } }>
  }
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).flatMap(({ Action, Resource }) =>
    listOf(Resource).flatMap((resource) =>
      listOf(Action).map((action) => `${readable(resource)} ${String(action)}`),
    ),
  )
}

describe('a release', () => {
  it('moves the alias `live` of every operation, a tenth first', () => {
    for (const operation of OPERATIONS) {
      expect(groupOf(operation)).toMatchObject({
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent15Minutes',
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
      })
    }
    const moved = Object.values(aliases).flatMap(({ UpdatePolicy }) =>
      UpdatePolicy === undefined ? [] : [(UpdatePolicy as Update).CodeDeployLambdaAliasUpdate],
    )
    expect(moved.map(({ DeploymentGroupName }) => readable(DeploymentGroupName)).sort()).toEqual(
      Object.keys(groups).sort(),
    )
    expect(moved).toHaveLength(OPERATIONS.length)
  })

  it('is turned back by the errors of its own function, and by what it does to callers', () => {
    for (const operation of OPERATIONS) {
      expect(groupOf(operation).AlarmConfiguration.Enabled).toBe(true)
      expect(alarmsOf(operation)).toContain(`FunctionErrors${operation.replace('-', '')}`)
    }
    expect(alarmsOf('notify').sort()).toEqual([
      'ForeignNotifications',
      'FunctionErrorsnotify',
      'NotifyLatency',
      'ServerErrors',
      'SignatureFailures',
      'Undecryptable',
    ])
    // Not by its dead letters: five tries take longer than a canary.
    expect(alarmsOf('settle').sort()).toEqual(['FactFailed', 'FunctionErrorssettle'])
    expect(alarmsOf('prepay').sort()).toEqual(['FunctionErrorsprepay', 'ServerErrors'])
  })

  it('is turned back in time: its alarms look at three minutes at most, and the shortest canary has five', () => {
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm')
    const turning = new Set(OPERATIONS.flatMap(alarmsOf))
    for (const name of turning) {
      const { Properties } = alarms[`ObservabilityAlarms${name}`]!
      expect([name, windowMinutes(Properties as unknown as AlarmProperties)]).toEqual([
        name,
        expect.toSatisfy((minutes: number) => minutes <= 3),
      ])
    }
  })

  it('of settle is turned back by one minute in which a single message failed', () => {
    const { Properties } = resourcesOf(template, 'AWS::CloudWatch::Alarm')['ObservabilityAlarmsFactFailed']!
    expect(Properties).toMatchObject({
      MetricName: 'FactFailed',
      Threshold: 1,
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    })
  })

  it('moves three aliases at a time: CodeDeploy refuses what comes all at once', () => {
    const ids = Object.entries(template.Resources).flatMap(([id, { UpdatePolicy }]) =>
      UpdatePolicy === undefined ? [] : [id],
    )
    const waitsFor = (id: string): string[] =>
      listOf(template.Resources[id]!.DependsOn)
        .map(String)
        .filter((other) => ids.includes(other))
    const first = ids.filter((id) => waitsFor(id).length === 0)
    expect(first).toHaveLength(3)
    for (const id of ids) expect(waitsFor(id).length).toBeLessThanOrEqual(1)
    expect(new Set(ids.flatMap(waitsFor)).size).toBe(OPERATIONS.length - 3)
  })

  it('of notify is checked before its first call, of no other', () => {
    const hooks = Object.entries(aliases).flatMap(([name, { UpdatePolicy }]) => {
      const hook = (UpdatePolicy as Update | undefined)?.CodeDeployLambdaAliasUpdate.BeforeAllowTrafficHook
      return hook === undefined ? [] : [`${name} ${readable(hook)}`]
    })
    expect(hooks).toEqual(['NotifyFunctionAliaslive ReleaseCheckFunction'])
  })

  it('keeps versions, so that an alias can be turned back by hand', () => {
    for (const version of Object.values(resourcesOf(template, 'AWS::Lambda::Version'))) {
      expect(version).toMatchObject({ DeletionPolicy: 'Retain' })
    }
  })

  it('takes all calls at once where the stage says so', () => {
    const plain = templateOf({ canaryMinutes: 0 })
    expect(Object.values(plain.Resources).filter(({ Type }) => Type.startsWith('AWS::CodeDeploy'))).toEqual(
      [],
    )
    expect(Object.values(plain.Resources).filter(({ UpdatePolicy }) => UpdatePolicy !== undefined)).toEqual(
      [],
    )
    expect(Object.keys(resourcesOf(plain, 'AWS::Lambda::Alias'))).toHaveLength(OPERATIONS.length)
  })
})

describe('a release at once', () => {
  const atOnce = appOf(
    { test: { canaryMinutes: 15 } },
    ({ test }) => Template.fromStack(test!).toJSON() as unknown as TemplateJson,
    { release: 'at-once' },
  )

  it('moves the aliases without CodeDeploy, which would ask its alarms and from where they are', () => {
    expect(Object.values(atOnce.Resources).filter(({ UpdatePolicy }) => UpdatePolicy !== undefined)).toEqual(
      [],
    )
  })

  it('leaves all else as it is for the release after it', () => {
    const withoutWay = ({ Resources }: TemplateJson) =>
      Object.entries(Resources).map(([id, resource]) => [id, { ...resource, UpdatePolicy: undefined }])
    expect(withoutWay(atOnce)).toEqual(withoutWay(template))
  })

  it('is asked for in so many words', () => {
    expect([undefined, 'canary', 'at-once'].map(releaseWay)).toEqual(['canary', 'canary', 'at-once'])
    for (const word of ['now', true, ''])
      expect(() => releaseWay(word)).toThrow('release must be canary or at-once')
  })
})

describe('CodeDeploy', () => {
  it('may move the aliases of the operations, ask the check and see alarms', () => {
    const moves = Object.keys(resourcesOf(template, 'AWS::Lambda::Function'))
      .filter((name) => name !== 'ReleaseCheckFunction')
      .flatMap((name) =>
        [`${name}.Arn`, `${name}.Arn:live`].flatMap((resource) =>
          ['GetAlias', 'UpdateAlias', 'GetProvisionedConcurrencyConfig'].map(
            (action) => `${resource} lambda:${action}`,
          ),
        ),
      )
    expect([...new Set(rightsOf('ReleasesRole'))].sort()).toEqual(
      [...moves, '* cloudwatch:DescribeAlarms', 'ReleaseCheckFunction.Arn lambda:InvokeFunction'].sort(),
    )
  })
})

describe('the check before a release', () => {
  const check = resourcesOf(template, 'AWS::Lambda::Function')['ReleaseCheckFunction']!

  it('gets the version that is about to go live', () => {
    const { Variables } = check.Properties['Environment'] as { Variables: Record<string, unknown> }
    expect(readable(Variables['NOTIFY_FUNCTION_NAME'])).toBe('NotifyFunction')
    expect(readable(Variables['NOTIFY_VERSION'])).toMatch(/^NotifyFunctionCurrentVersion.*\.Version$/)
    expect(readable(Variables['LAMBDA_URL'])).toBe('https://lambda.AWS::Region.AWS::URLSuffix')
    expect(readable(Variables['CODEDEPLOY_URL'])).toBe('https://codedeploy.AWS::Region.AWS::URLSuffix')
  })

  it('may invoke versions of notify, report its verdict on notify, and touch no secret, table or queue', () => {
    expect(rightsOf('ReleaseCheckRole').sort()).toEqual([
      'NotifyFunction.Arn:* lambda:InvokeFunction',
      'ReleaseCheckLog.Arn logs:CreateLogStream',
      'ReleaseCheckLog.Arn logs:PutLogEvents',
      'arn:aws:codedeploy:us-east-1:AWS::AccountId:deploymentgroup:ReleasesApplication/notify codedeploy:PutLifecycleEventHookExecutionStatus',
    ])
  })
})
