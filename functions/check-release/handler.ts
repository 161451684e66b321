/** Called by CodeDeploy before the first call goes to a new version of notify. */
import { functionLogger } from '#shared/lambda/function-ports.ts'
import { createRequestSigner } from '#shared/aws/request-signer.ts'
import { readVariables } from '#shared/lambda/environment.ts'
import { RELEASE_VARIABLES } from '#shared/operations.ts'
import * as v from 'valibot'
import { createAwsCall } from './aws-call.ts'
import { createCheckRelease } from './check-release.ts'

const logger = functionLogger('check-release', process.env)

const HookEvent = v.object({ DeploymentId: v.string(), LifecycleEventHookExecutionId: v.string() })

export async function handler(event: unknown): Promise<void> {
  const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId } =
    v.parse(HookEvent, event)
  const env = readVariables(process.env, RELEASE_VARIABLES)
  const sign = createRequestSigner({
    region: process.env['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: process.env['AWS_SESSION_TOKEN'] ?? '',
    },
  })
  const call = createAwsCall(sign)
  const check = createCheckRelease({
    logger,
    invokeNotify: async (request) => {
      const path = `/2015-03-31/functions/${env.NOTIFY_FUNCTION_NAME}/invocations?Qualifier=${env.NOTIFY_VERSION}`
      const { headers, text } = await call({
        service: 'lambda',
        url: new URL(path, env.LAMBDA_URL),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      })
      return { failed: headers.has('x-amz-function-error'), payload: text }
    },
    report: async (status) => {
      await call({
        service: 'codedeploy',
        url: new URL('/', env.CODEDEPLOY_URL),
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
        },
        body: JSON.stringify({ deploymentId, lifecycleEventHookExecutionId, status }),
      })
    },
  })
  await check()
}
