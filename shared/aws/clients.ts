/** AWS clients with limits: every call ends in time, and one that hangs is given up and tried once more. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { AWS_ATTEMPT_MS, AWS_ATTEMPTS } from '#shared/time-limits.ts'

/** Region, endpoint and credentials come from the environment, as the SDK defines it, unless they are given. */
export interface ClientOptions {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** For one attempt. @default AWS_ATTEMPT_MS, so that all attempts of one call fit into the time of notify */
  readonly requestTimeoutMs?: number
}

const CONNECTION_TIMEOUT_MS = 1000
const MAX_SOCKETS = 50

export function createDynamoDbClient(options?: ClientOptions): DynamoDBClient {
  return new DynamoDBClient(configuration(options))
}

export function createSqsClient(options?: ClientOptions): SQSClient {
  return new SQSClient(configuration(options))
}

export function createSnsClient(options?: ClientOptions): SNSClient {
  return new SNSClient(configuration(options))
}

export function createSecretsManagerClient(options?: ClientOptions): SecretsManagerClient {
  return new SecretsManagerClient(configuration(options))
}

function configuration({ requestTimeoutMs = AWS_ATTEMPT_MS, ...options }: ClientOptions = {}) {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS }
  return {
    ...options,
    maxAttempts: AWS_ATTEMPTS,
    requestHandler: {
      requestTimeout: requestTimeoutMs,
      // Without it the SDK only logs a warning when the time is over, and the call hangs on.
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      httpAgent: agent,
      httpsAgent: agent,
    },
  }
}
