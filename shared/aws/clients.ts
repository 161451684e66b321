/** All AWS clients. Each is a file of its own, so that a part of a function can have one that the function itself does not have. */
export type { ClientOptions } from './client-options.ts'
export { createDynamoDbClient } from './dynamo-client.ts'
export { createS3Client } from './s3-client.ts'
export { createSecretsManagerClient } from './secrets-client.ts'
export { createSnsClient } from './sns-client.ts'
export { createSqsClient } from './sqs-client.ts'
