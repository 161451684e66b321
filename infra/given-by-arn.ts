/** Constructs for what the settings of a stage name by its ARN. */
import { Table } from 'aws-cdk-lib/aws-dynamodb'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { propOf, SECRET_NAMES } from './channels/channels.ts'
import type { GivenResources, GivenSecrets } from './constructs/given-resources.ts'
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
  return {
    key: each(named.key, (arn) => Key.fromKeyArn(place, 'key', arn)),
    ordersTable: table('ordersTable'),
    factsTable: table('factsTable'),
    factQueue: queue('factQueue'),
    factDeadLetterQueue: queue('factDeadLetterQueue'),
    keyRefreshQueue: queue('keyRefreshQueue'),
    ...givenSecrets(place, named),
    reportsBucket: each(named.reportsBucket, (arn) => Bucket.fromBucketArn(place, 'reportsBucket', arn)),
    alarmTopic: each(named.alarmTopicArn, (arn) => Topic.fromTopicArn(place, 'alarmTopic', arn)),
  }
}

function givenSecrets(place: Construct, named: Named): GivenSecrets {
  const given: { -readonly [Name in keyof GivenSecrets]: GivenSecrets[Name] } = {}
  for (const prop of SECRET_NAMES.map((name) => propOf(name))) {
    const arn = named[prop]
    if (arn !== undefined) given[prop] = Secret.fromSecretCompleteArn(place, prop, arn)
  }
  return given
}
