/** What can go wrong with DynamoDB on command, for drills and tests. */
import type { DynamoAnswer } from './dynamo-engine.ts'

export type DynamoFault =
  /** Connections are cut without an answer and without an effect. */
  | { readonly kind: 'down' }
  /** This share of the writes (0 to 1) is refused without an effect. */
  | { readonly kind: 'throttle'; readonly ratio: number }
  /** This share of the writes (0 to 1) takes effect, but the connection is cut instead of an answer. */
  | { readonly kind: 'lose_answers'; readonly ratio: number }

export const THROTTLED: DynamoAnswer = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    message: 'The level of configured provisioned throughput for the table was exceeded. (fault on command)',
  }),
}
