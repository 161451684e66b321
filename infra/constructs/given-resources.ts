/** What is there already, by a construct that stands for it: it takes the place of what would be made, and is used and not managed. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { SecretProp } from '#infra/channels/channels.ts'

/** Of each channel. */
export type GivenSecrets = { readonly [Name in SecretProp]?: ISecret | undefined }

export interface GivenResources extends GivenSecrets {
  readonly key?: IKey | undefined
  readonly ordersTable?: ITable | undefined
  readonly factsTable?: ITable | undefined
  readonly factQueue?: IQueue | undefined
  readonly factDeadLetterQueue?: IQueue | undefined
  readonly keyRefreshQueue?: IQueue | undefined
  readonly reportsBucket?: IBucket | undefined
  readonly eventTopic?: ITopic | undefined
  readonly alarmTopic?: ITopic | undefined
}
