/** DynamoDB. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { configuration } from './client-options.ts'
import type { ClientOptions } from './client-options.ts'

export function createDynamoDbClient(options?: ClientOptions): DynamoDBClient {
  return new DynamoDBClient(configuration(options))
}
