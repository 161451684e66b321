/** The queues that wake functions up. Losing every message in them loses nothing. */
import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { hiddenMs } from '#infra/operations/operations.ts'

const SECURE = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const

export class Queues extends Construct {
  /** Keys of facts to settle, `{"fact_key":"…"}`. */
  readonly facts: Queue
  /** Keys of facts that could not be settled in five tries. */
  readonly factsDeadLetter: Queue
  /** Requests to refresh the platform keys; its deduplication lets one through in a minute. */
  readonly keyRefresh: Queue

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.factsDeadLetter = new Queue(this, 'FactsDeadLetter', {
      ...SECURE,
      retentionPeriod: Duration.days(14),
    })
    this.facts = new Queue(this, 'Facts', {
      ...SECURE,
      visibilityTimeout: Duration.millis(hiddenMs('settle')),
      deadLetterQueue: { queue: this.factsDeadLetter, maxReceiveCount: 5 },
    })
    // No dead-letter queue: a request holds nothing, and whoever still misses a key asks again.
    this.keyRefresh = new Queue(this, 'KeyRefresh', {
      ...SECURE,
      fifo: true,
      visibilityTimeout: Duration.millis(hiddenMs('rotate-certs')),
      retentionPeriod: Duration.minutes(10),
    })
  }
}
