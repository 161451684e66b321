/** The bucket of the reports that the reconciliation writes: one small object a day, which nobody outside of the account can read. */
import { Duration } from 'aws-cdk-lib'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { removal } from './removal.ts'

/** For so long what was written over can be had back. */
const FORMER_VERSIONS_DAYS = 90

export interface ReportsProps {
  readonly retain: boolean
  /** Days that a report is kept. */
  readonly days: number
  /** A bucket that is there already: how long it keeps reports is its own rule. */
  readonly given: IBucket | undefined
}

export class Reports extends Construct {
  readonly bucket: Pick<IBucket, 'bucketName' | 'bucketArn'>
  /** All that the reconciliation reads and writes. */
  readonly objectsArn: string

  constructor(scope: Construct, id: string, props: ReportsProps) {
    super(scope, id)
    this.bucket = props.given ?? this.#newBucket(props)
    this.objectsArn = `${this.bucket.bucketArn}/reports/*`
  }

  #newBucket({ retain, days }: ReportsProps): Bucket {
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: removal(retain),
      lifecycleRules: [
        {
          expiration: Duration.days(days),
          noncurrentVersionExpiration: Duration.days(FORMER_VERSIONS_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    })
    // A bucket that stays keeps what refuses requests without TLS.
    bucket.policy?.applyRemovalPolicy(removal(retain))
    return bucket
  }
}
