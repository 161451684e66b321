/** SQS. */
import { SQSClient } from '@aws-sdk/client-sqs'
import { configuration } from './client-options.ts'
import type { ClientOptions } from './client-options.ts'

/** The endpoint decides where a call goes, as with every other service; the SDK would take the host of the queue, and warn of it. */
export function createSqsClient(options?: ClientOptions): SQSClient {
  return new SQSClient({ ...configuration(options), useQueueUrlAsEndpoint: false })
}
