/** The client of DynamoDB. */
import { createDynamoDbClient } from '#shared/aws/dynamo-client.ts'
import { lazy } from '#shared/lazy.ts'

/** One client a service and container: connections are shared. Marked pure, so that a bundle leaves out the clients it does not use. */
export const dynamoDb = /* @__PURE__ */ lazy(() => createDynamoDbClient())
