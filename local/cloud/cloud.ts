/** The managed services of the stack on this machine, and clients of the real SDK for them. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Credentials, ServiceEndpoints } from './service-endpoints.ts'
import { arn, stackIdentity } from '#local/template/local-identity.ts'
import { type LocalDynamoDb, startDynamoDb } from './dynamodb.ts'
import { type MessagingServer, startMessaging } from './messaging.ts'
import { type SecretsManagerServer, startSecretsManager } from './secrets-manager.ts'

/** Nothing checks it but the HTTP API when it is told to. */
export const LOCAL_CREDENTIALS: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

export interface CloudClients {
  readonly dynamodb: DynamoDBClient
  readonly sqs: SQSClient
  readonly sns: SNSClient
  readonly secretsManager: SecretsManagerClient
  readonly s3: S3Client
}

export interface Cloud {
  readonly endpoints: ServiceEndpoints
  /** With faults on command. */
  readonly dynamodb: LocalDynamoDb
  /** With faults on command. */
  readonly secretsManager: SecretsManagerServer
  /** SQS and SNS, with faults on command. */
  readonly messaging: Pick<MessagingServer, 'setQueuesFault'>
  /** The clients of one region; ended by `stop`. */
  clients(region: string): CloudClients
  stop(): Promise<void>
}

/** Starts all services, empty, on free ports. */
export async function startCloud(): Promise<Cloud> {
  const [dynamodb, messaging, secretsManager] = await Promise.all([
    startDynamoDb(),
    startMessaging(),
    startSecretsManager({
      arnOf: (name) => arn(stackIdentity('local', 'us-east-1'), 'secretsmanager', `secret:${name}-LocaL`),
    }),
  ])
  const endpoints = {
    dynamodb: dynamodb.endpoint,
    sqs: messaging.endpoint,
    sns: messaging.endpoint,
    secretsmanager: secretsManager.endpoint,
    s3: messaging.endpoint,
  }
  const open: { destroy(): void }[] = []
  return {
    endpoints,
    dynamodb,
    secretsManager,
    messaging,
    clients(region) {
      const shared = { region, credentials: LOCAL_CREDENTIALS }
      const clients = {
        dynamodb: new DynamoDBClient({ ...shared, endpoint: endpoints.dynamodb }),
        sqs: new SQSClient({ ...shared, endpoint: endpoints.sqs }),
        sns: new SNSClient({ ...shared, endpoint: endpoints.sns }),
        secretsManager: new SecretsManagerClient({ ...shared, endpoint: endpoints.secretsmanager }),
        s3: new S3Client({ ...shared, endpoint: endpoints.s3, forcePathStyle: true }),
      }
      open.push(...Object.values(clients))
      return clients
    },
    async stop() {
      for (const client of open) client.destroy()
      await Promise.all([dynamodb.stop(), messaging.stop(), secretsManager.stop()])
    },
  }
}
