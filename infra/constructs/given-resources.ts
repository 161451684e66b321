/** What is there already, by a construct that stands for it: it takes the place of what would be made, and is used and not managed. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'

export interface GivenResources {
  readonly key?: IKey | undefined
  readonly ordersTable?: ITable | undefined
  readonly factsTable?: ITable | undefined
  readonly merchantSigningSecret?: ISecret | undefined
  readonly apiV3KeySecret?: ISecret | undefined
  readonly apiV2KeySecret?: ISecret | undefined
  readonly platformKeysSecret?: ISecret | undefined
  readonly factQueue?: IQueue | undefined
  readonly factDeadLetterQueue?: IQueue | undefined
  readonly keyRefreshQueue?: IQueue | undefined
  readonly reportsBucket?: IBucket | undefined
  readonly eventTopic?: ITopic | undefined
  readonly alarmTopic?: ITopic | undefined
}
