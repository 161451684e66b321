/** Constructs for what the settings of a stage name by its ARN. */
import { Table } from 'aws-cdk-lib/aws-dynamodb'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { GivenResources } from './constructs/given-resources.ts'
import type { ExistingResources } from './stage/existing.ts'

type Named = ExistingResources & { readonly alarmTopicArn?: string | undefined }

export function givenByArn(scope: Construct, named: Named): GivenResources {
  const place = new Construct(scope, 'Existing')
  const each = <Made>(arn: string | undefined, make: (known: string) => Made): Made | undefined =>
    arn === undefined ? undefined : make(arn)
  const table = (id: 'ordersTable' | 'factsTable') =>
    each(named[id], (arn) => Table.fromTableArn(place, id, arn))
  const queue = (id: 'factQueue' | 'factDeadLetterQueue' | 'keyRefreshQueue') =>
    each(named[id], (arn) => Queue.fromQueueArn(place, id, arn))
  const secret = (id: 'merchantSigningSecret' | 'apiV3KeySecret' | 'apiV2KeySecret' | 'platformKeysSecret') =>
    each(named[id], (arn) => Secret.fromSecretCompleteArn(place, id, arn))
  return {
    key: each(named.key, (arn) => Key.fromKeyArn(place, 'key', arn)),
    ordersTable: table('ordersTable'),
    factsTable: table('factsTable'),
    factQueue: queue('factQueue'),
    factDeadLetterQueue: queue('factDeadLetterQueue'),
    keyRefreshQueue: queue('keyRefreshQueue'),
    merchantSigningSecret: secret('merchantSigningSecret'),
    apiV3KeySecret: secret('apiV3KeySecret'),
    apiV2KeySecret: secret('apiV2KeySecret'),
    platformKeysSecret: secret('platformKeysSecret'),
    reportsBucket: each(named.reportsBucket, (arn) => Bucket.fromBucketArn(place, 'reportsBucket', arn)),
    alarmTopic: each(named.alarmTopicArn, (arn) => Topic.fromTopicArn(place, 'alarmTopic', arn)),
  }
}
