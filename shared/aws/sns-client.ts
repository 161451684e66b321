/** SNS. */
import { SNSClient } from '@aws-sdk/client-sns'
import { configuration } from './client-options.ts'
import type { ClientOptions } from './client-options.ts'

export function createSnsClient(options?: ClientOptions): SNSClient {
  return new SNSClient(configuration(options))
}
