/** One call of each service that the functions use, by the clients that they use. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { PublishCommand } from '@aws-sdk/client-sns'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import {
  createDynamoDbClient,
  createSecretsManagerClient,
  createSnsClient,
  createSqsClient,
} from '#shared/aws/clients.ts'
import type { ClientOptions } from '#shared/aws/clients.ts'

export const AWS_CALLS: ReadonlyArray<
  readonly [service: string, call: (options: ClientOptions) => Promise<unknown>]
> = [
  [
    'DynamoDB',
    (options) =>
      createDynamoDbClient(options).send(new GetItemCommand({ TableName: 't', Key: { k: { S: 'x' } } })),
  ],
  [
    'SQS',
    (options) =>
      createSqsClient(options).send(
        new SendMessageCommand({ QueueUrl: `${options.endpoint}/q`, MessageBody: 'x' }),
      ),
  ],
  [
    'SNS',
    (options) =>
      createSnsClient(options).send(
        new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:0:t', Message: 'x' }),
      ),
  ],
  [
    'Secrets Manager',
    (options) => createSecretsManagerClient(options).send(new GetSecretValueCommand({ SecretId: 's' })),
  ],
]

export function optionsFor(port: number, protocol: 'http' | 'https' = 'http'): ClientOptions {
  return {
    endpoint: `${protocol}://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
}
