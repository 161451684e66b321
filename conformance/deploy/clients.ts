/** Clients of the services of the emulator. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { REGION } from './command.ts'

export interface Clients {
  readonly cloudformation: CloudFormationClient
  readonly dynamodb: DynamoDBClient
  readonly sqs: SQSClient
  readonly sns: SNSClient
}

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

export function clientsAt(endpoint: string): Clients {
  const options = { endpoint, region: REGION, credentials }
  return {
    cloudformation: new CloudFormationClient(options),
    dynamodb: new DynamoDBClient(options),
    sqs: new SQSClient(options),
    sns: new SNSClient(options),
  }
}
