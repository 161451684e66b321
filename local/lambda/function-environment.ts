/** The environment variables and Node.js flags of a function's process: what Lambda gives, and nothing of this process's own. */
import { type Credentials, type ServiceEndpoints, serviceVariables } from '#local/cloud/service-endpoints.ts'
import type { FunctionDefinition } from './function-definition.ts'

export interface EnvironmentInput {
  readonly definition: FunctionDefinition
  readonly region: string
  readonly credentials: Credentials
  readonly endpoints: ServiceEndpoints
  readonly runtimeApiAddress: string
}

/** Variables of one process. Lambda's own names win over the template's, as they are reserved. */
export function functionEnvironment(input: EnvironmentInput): Record<string, string> {
  const { definition } = input
  return {
    ...definition.environment,
    ...serviceVariables({ ...input, credentials: ownCredentials(input) }),
    // The developer's own settings in ~/.aws are none of the function's business.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_RUNTIME_API: input.runtimeApiAddress,
    LAMBDA_TASK_ROOT: definition.codeDirectory,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: definition.handler,
  }
}

/** A function has credentials of its own, as its role gives it on AWS: of every call it can be told who makes it. */
function ownCredentials({ credentials, definition }: EnvironmentInput): Credentials {
  return { ...credentials, accessKeyId: callerOf(credentials, definition.operation) }
}

export function callerOf({ accessKeyId }: Credentials, operation: string): string {
  return `${accessKeyId}-${operation}`
}

/** The managed runtime leaves a tenth of the memory to what is not the heap. */
export function nodeFlags({ memoryMb }: FunctionDefinition): readonly string[] {
  return [`--max-old-space-size=${Math.floor(memoryMb * 0.9)}`]
}
