/** The Lambda function of one operation, with an execution role, a log group and a live version of its own. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyDocument, type PolicyStatement, PolicyStatement as Statement, Role } from 'aws-cdk-lib/aws-iam'
import {
  type Alias,
  ApplicationLogLevel,
  Architecture,
  CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  type Version,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { LOG_LEVEL_VARIABLE } from '#shared/operations.ts'
import { LIVE } from '#infra/operations/operations.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'
import { removal } from './removal.ts'
import { servicePrincipal } from './service-principal.ts'

export interface OperationFunctionProps {
  readonly settings: {
    readonly description: string
    readonly timeoutMs: number
    readonly memoryMb: number
  }
  /** Directory of the bundle. */
  readonly bundle: string
  readonly environment: Readonly<Record<string, string>>
  /** All that it may do besides writing its own log and traces. */
  readonly policy: readonly PolicyStatement[]
  readonly stage: Pick<
    SystemSettings,
    'architecture' | 'logLevel' | 'logRetentionDays' | 'retainData' | 'tracing'
  >
  /** Functions at work at once, taken from what the account has. @default not limited */
  readonly reservedConcurrency?: number | undefined
}

const ARCHITECTURES = { arm64: Architecture.ARM_64, x86_64: Architecture.X86_64 } as const

/**
 * Of Lambda's own lines only those of invocations that went wrong: the others are more than a quarter of all log bytes, and time and
 * failures are metrics anyway. What functions write is JSON already and passes as it is, whatever its level: each decides itself.
 */
const OWN_LINES = {
  loggingFormat: LoggingFormat.JSON,
  systemLogLevelV2: SystemLogLevel.WARN,
  applicationLogLevelV2: ApplicationLogLevel.TRACE,
}

export class OperationFunction extends Construct {
  readonly lambda: LambdaFunction
  readonly role: Role
  /** What was synthesized now; versions before it stay, so that the alias can be turned back by hand. */
  readonly version: Version
  readonly live: Alias

  constructor(scope: Construct, id: string, props: OperationFunctionProps) {
    super(scope, id)
    const { settings, stage } = props
    const logGroup = new LogGroup(this, 'Log', {
      retention: stage.logRetentionDays,
      removalPolicy: removal(stage.retainData),
    })
    const writeLog = new Statement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    })
    const own = stage.tracing ? [writeLog, writeTraces()] : [writeLog]
    // Inline, so that the permissions exist before anything invokes the function, and no managed policy is needed.
    this.role = new Role(this, 'Role', {
      assumedBy: servicePrincipal('lambda'),
      inlinePolicies: { Operation: new PolicyDocument({ statements: [...own, ...props.policy] }) },
    })
    this.lambda = new LambdaFunction(this, 'Function', {
      description: settings.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: ARCHITECTURES[stage.architecture],
      code: Code.fromAsset(props.bundle),
      handler: 'index.handler',
      timeout: Duration.millis(settings.timeoutMs),
      memorySize: settings.memoryMb,
      environment: { [LOG_LEVEL_VARIABLE]: stage.logLevel, ...props.environment },
      role: this.role,
      logGroup,
      ...OWN_LINES,
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
    })
    if (stage.tracing) trace(this.lambda)
    this.version = this.lambda.currentVersion
    this.live = this.lambda.addAlias(LIVE)
  }
}

/** X-Ray has no resources to name. */
function writeTraces(): Statement {
  return new Statement({
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resources: ['*'],
  })
}

/** Not the property of the L2 construct, which adds a second policy to the role. */
function trace(fn: LambdaFunction): void {
  const { defaultChild } = fn.node
  if (CfnFunction.isCfnFunction(defaultChild)) defaultChild.tracingConfig = { mode: 'Active' }
}
