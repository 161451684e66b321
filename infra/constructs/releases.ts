/** Releases by CodeDeploy: a tenth of the calls first, back to the version before as soon as an alarm fires. */
import { ArnFormat, Stack } from 'aws-cdk-lib'
import { CfnApplication, CfnDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy'
import { PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import { CfnAlias, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { LIVE } from '#infra/operations/operations.ts'
import type { Operation } from '#shared/operations.ts'
import type { OperationFunction } from './operation-function.ts'
import { servicePrincipal } from './service-principal.ts'

/**
 * `canary`: by CodeDeploy. `at-once`: this one deployment moves the aliases itself, from wherever they are, and asks no alarm: for a
 * fix while an alarm fires, and after somebody has moved an alias by hand, which CodeDeploy refuses to go on from.
 */
export type ReleaseWay = 'canary' | 'at-once'

/** @throws Error naming what there is. */
export function releaseWay(given: unknown): ReleaseWay {
  if (given === undefined || given === 'canary') return 'canary'
  if (given === 'at-once') return given
  throw new Error('release must be canary or at-once')
}

export interface ReleasesProps {
  readonly canaryMinutes: 5 | 10 | 15 | 30
  readonly way: ReleaseWay
}

export interface Release {
  readonly fn: OperationFunction
  /** Names of the alarms that turn the release back. */
  readonly alarmNames: readonly string[]
  /** Called before the first call goes to the new version; the release waits for its verdict. @default none */
  readonly check?: LambdaFunction | undefined
}

/** A deployment of each operation in the same second meets the request limits of CodeDeploy, and one refused fails the whole release. */
const AT_A_TIME = 3

export class Releases extends Construct {
  readonly #application: CfnApplication
  readonly #canaryMinutes: number
  readonly #way: ReleaseWay
  readonly #role: Role
  /** What CodeDeploy may do, in place of the managed policy that lets it invoke and update any function. */
  readonly #rights: PolicyDocument
  readonly #released: CfnAlias[] = []

  constructor(scope: Construct, id: string, { canaryMinutes, way }: ReleasesProps) {
    super(scope, id)
    this.#canaryMinutes = canaryMinutes
    this.#way = way
    this.#application = new CfnApplication(this, 'Application', { computePlatform: 'Lambda' })
    // CloudWatch lists alarms for whoever may list all of them.
    const seeAlarms = new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] })
    this.#rights = new PolicyDocument({ statements: [seeAlarms] })
    this.#role = new Role(this, 'Role', {
      assumedBy: servicePrincipal('codedeploy'),
      inlinePolicies: { Releases: this.#rights },
    })
  }

  /** ARN of the deployment group of an operation, also before it is there: the check that reports to it comes first. */
  groupArn(operation: Operation): string {
    return Stack.of(this).formatArn({
      service: 'codedeploy',
      resource: 'deploymentgroup',
      resourceName: `${this.#application.ref}/${operation}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
  }

  /** From now on CloudFormation leaves the alias to CodeDeploy; its groups stay also where one deployment goes without. */
  release(operation: Operation, { fn, alarmNames, check }: Release): void {
    this.#allow(fn.lambda, check)
    const group = new CfnDeploymentGroup(this, operation, {
      applicationName: this.#application.ref,
      deploymentGroupName: operation,
      serviceRoleArn: this.#role.roleArn,
      deploymentConfigName: `CodeDeployDefault.LambdaCanary10Percent${this.#canaryMinutes}Minutes`,
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      alarmConfiguration: { enabled: true, alarms: alarmNames.map((name) => ({ name })) },
      autoRollbackConfiguration: {
        enabled: true,
        events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
    })
    const { defaultChild: alias } = fn.live.node
    if (!CfnAlias.isCfnAlias(alias)) throw new Error(`${fn.live.node.path} has no alias of CloudFormation`)
    // What an update policy names is no dependency of its own.
    alias.node.addDependency(group)
    const before = this.#released.at(-AT_A_TIME)
    if (before !== undefined) alias.node.addDependency(before)
    this.#released.push(alias)
    if (this.#way === 'at-once') return
    alias.cfnOptions.updatePolicy = {
      codeDeployLambdaAliasUpdate: {
        applicationName: this.#application.ref,
        deploymentGroupName: group.ref,
        ...(check === undefined ? {} : { beforeAllowTrafficHook: check.functionName }),
      },
    }
  }

  #allow(lambda: LambdaFunction, check: LambdaFunction | undefined): void {
    this.#rights.addStatements(
      new PolicyStatement({
        actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
        resources: [lambda.functionArn, `${lambda.functionArn}:${LIVE}`],
      }),
    )
    if (check === undefined) return
    this.#rights.addStatements(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [check.functionArn] }),
    )
  }
}
