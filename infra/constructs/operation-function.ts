/** The Lambda function of one operation, with an execution role and a log group of its own. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyDocument, type PolicyStatement, PolicyStatement as Statement, Role } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { OperationSettings } from '../operations.ts'
import { servicePrincipal } from './service-principal.ts'

export interface OperationFunctionProps {
  readonly settings: OperationSettings
  /** Directory of the bundle. */
  readonly bundle: string
  readonly environment: Readonly<Record<string, string>>
  /** All that it may do besides writing its own log. */
  readonly policy: readonly PolicyStatement[]
  readonly logRetention: RetentionDays
}

export class OperationFunction extends Construct {
  readonly lambda: LambdaFunction

  constructor(scope: Construct, id: string, props: OperationFunctionProps) {
    super(scope, id)
    const { settings } = props
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const writeLog = new Statement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    })
    // Inline, so that the permissions exist before anything invokes the function, and no managed policy is needed.
    const role = new Role(this, 'Role', {
      assumedBy: servicePrincipal('lambda'),
      inlinePolicies: { Operation: new PolicyDocument({ statements: [writeLog, ...props.policy] }) },
    })
    this.lambda = new LambdaFunction(this, 'Function', {
      description: settings.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.bundle),
      handler: 'index.handler',
      timeout: Duration.seconds(settings.timeoutSeconds),
      memorySize: settings.memoryMb,
      environment: { ...props.environment },
      role,
      logGroup,
    })
  }
}
