/** AWS clients with limits: every call ends in time, whatever becomes of its answer, and is tried three times within it. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { AWS_ATTEMPT_MS, AWS_ATTEMPTS, AWS_IDLE_MS, OBJECT_ATTEMPT_MS } from '#shared/time-limits.ts'
import { LimitedHandler } from './limited-handler.ts'
import { ShortPauses } from './short-pauses.ts'

/** Region, endpoint and credentials come from the environment, as the SDK defines it, unless they are given. */
export interface ClientOptions {
  readonly region?: string
  readonly endpoint?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** For one attempt. @default AWS_ATTEMPT_MS, so that all attempts of one call fit into the time of notify */
  readonly attemptMs?: number
  /** After which an unused connection is closed. @default AWS_IDLE_MS */
  readonly idleMs?: number
}

export function createDynamoDbClient(options?: ClientOptions): DynamoDBClient {
  return new DynamoDBClient(configuration(options))
}

/** Objects may have megabytes. By path: a bucket needs no name of its own in DNS, here or on a machine without AWS. */
export function createS3Client(options?: ClientOptions): S3Client {
  return new S3Client({
    ...configuration({ attemptMs: OBJECT_ATTEMPT_MS, ...options }),
    forcePathStyle: true,
  })
}

/** The endpoint decides where a call goes, as with every other service; the SDK would take the host of the queue, and warn of it. */
export function createSqsClient(options?: ClientOptions): SQSClient {
  return new SQSClient({ ...configuration(options), useQueueUrlAsEndpoint: false })
}

export function createSnsClient(options?: ClientOptions): SNSClient {
  return new SNSClient(configuration(options))
}

export function createSecretsManagerClient(options?: ClientOptions): SecretsManagerClient {
  return new SecretsManagerClient(configuration(options))
}

function configuration({ attemptMs = AWS_ATTEMPT_MS, idleMs = AWS_IDLE_MS, ...options }: ClientOptions = {}) {
  return {
    ...options,
    maxAttempts: AWS_ATTEMPTS,
    retryStrategy: new ShortPauses(),
    requestHandler: new LimitedHandler({ attemptMs, idleMs }),
  }
}
