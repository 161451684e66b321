/** The function that CodeDeploy asks before a new version of notify gets its first call. */
import { Aws } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import type { ReleaseVariable } from '#shared/operations.ts'
import { RELEASE_CHECK_TIMEOUT_MS } from '#shared/time-limits.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'
import { OperationFunction } from './operation-function.ts'

export interface ReleaseCheckProps {
  readonly stage: SystemSettings
  readonly bundle: string
  readonly notify: OperationFunction
  /** The deployment group that it reports to. */
  readonly groupArn: string
}

export class ReleaseCheck extends Construct {
  readonly fn: OperationFunction

  constructor(scope: Construct, id: string, { stage, bundle, notify, groupArn }: ReleaseCheckProps) {
    super(scope, id)
    const environment: Record<ReleaseVariable, string> = {
      LAMBDA_URL: `https://lambda.${Aws.REGION}.${Aws.URL_SUFFIX}`,
      CODEDEPLOY_URL: `https://codedeploy.${Aws.REGION}.${Aws.URL_SUFFIX}`,
      NOTIFY_FUNCTION_NAME: notify.lambda.functionName,
      NOTIFY_VERSION: notify.version.version,
    }
    this.fn = new OperationFunction(this, 'Check', {
      settings: {
        description: 'Checks a new version of notify before its first call',
        timeoutMs: RELEASE_CHECK_TIMEOUT_MS,
        memoryMb: 256,
      },
      bundle,
      environment,
      policy: [
        // Every version: a right to the newest alone would be given seconds before it is used, and IAM takes longer.
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [`${notify.lambda.functionArn}:*`],
        }),
        new PolicyStatement({
          actions: ['codedeploy:PutLifecycleEventHookExecutionStatus'],
          resources: [groupArn],
        }),
      ],
      stage,
    })
  }
}
