/** A stack to work on, local or deployed: names, addresses and clients, the same for every command. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SQSClient } from '@aws-sdk/client-sqs'
import {
  createDynamoDbClient,
  createS3Client,
  createSecretsManagerClient,
  createSqsClient,
  type ClientOptions,
} from '#shared/aws/clients.ts'
import type { GlobalOptions } from '#cli/terminal/options.ts'
import { describeDeployedStack } from './deployed-stack.ts'
import { describeLocalStack } from './local-stack.ts'
import type { AlipayOfStack, KnownStack, WechatOfStack } from './known-stack.ts'
import type { World } from '#cli/terminal/world.ts'

export interface StackAccess extends KnownStack {
  readonly dynamodb: DynamoDBClient
  readonly sqs: SQSClient
  readonly secretsManager: SecretsManagerClient
  readonly s3: S3Client
  readonly lambda: LambdaClient
  /** Ends the clients. */
  close(): void
}

/** One that takes payments of WeChat Pay. */
export type WechatStack = StackAccess & WechatOfStack

/** One that takes payments of Alipay. */
export type AlipayStack = StackAccess & { readonly alipay: AlipayOfStack }

/** Longer than in a function: an operator's line may be slow, and nobody waits 5 s for an answer. */
const ATTEMPT_MS = 30_000

/**
 * Finds the stack that the options name.
 *
 * @throws CliError `unreachable` when it does not exist, does not run, or lacks an output.
 */
export async function openStack(
  world: World,
  options: Pick<GlobalOptions, 'stack' | 'stateDir' | 'region'>,
): Promise<StackAccess> {
  const {
    stack,
    options: client,
    endpoints,
  } = options.stack === 'local'
    ? await describeLocalStack(world, options.stateDir)
    : await describeDeployedStack(options.stack, options.region)
  const withEndpoint = (endpoint: string | undefined): ClientOptions => ({
    ...client,
    attemptMs: ATTEMPT_MS,
    ...(endpoint === undefined ? {} : { endpoint }),
  })
  const clients = {
    dynamodb: createDynamoDbClient(withEndpoint(endpoints.dynamodb)),
    sqs: createSqsClient(withEndpoint(endpoints.sqs)),
    secretsManager: createSecretsManagerClient(withEndpoint(endpoints.secretsmanager)),
    s3: createS3Client(withEndpoint(endpoints.s3)),
    lambda: createLambdaClient(client, endpoints.operator),
  }
  return {
    ...stack,
    ...clients,
    close: () => {
      for (const made of Object.values(clients)) made.destroy()
    },
  }
}

/** One try: what runs for minutes must not be started again beside itself. */
function createLambdaClient(
  { region, credentials }: ClientOptions,
  endpoint: string | undefined,
): LambdaClient {
  return new LambdaClient({
    maxAttempts: 1,
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint }),
  })
}

/** Opens the stack, works on it, and closes it whatever happens. */
export async function withStack<Value>(
  world: World,
  options: Pick<GlobalOptions, 'stack' | 'stateDir' | 'region'>,
  work: (stack: StackAccess) => Promise<Value>,
): Promise<Value> {
  const stack = await openStack(world, options)
  try {
    return await work(stack)
  } finally {
    stack.close()
  }
}
