/** The queues that wake functions up. Losing every message in them loses nothing. */
import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { OPERATION_SETTINGS } from '#infra/operations/operations.ts'
import type { Operation } from '#shared/operations.ts'

/** AWS's advice for queues that Lambda reads: room for the retries of a throttled batch. */
const VISIBILITY_PER_TIMEOUT = 6

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
      visibilityTimeout: visibilityFor('settle'),
      deadLetterQueue: { queue: this.factsDeadLetter, maxReceiveCount: 5 },
    })
    // No dead-letter queue: a request holds nothing, and whoever still misses a key asks again.
    this.keyRefresh = new Queue(this, 'KeyRefresh', {
      ...SECURE,
      fifo: true,
      visibilityTimeout: visibilityFor('rotate-certs'),
      retentionPeriod: Duration.minutes(10),
    })
  }
}

function visibilityFor(operation: Operation): Duration {
  return Duration.seconds(VISIBILITY_PER_TIMEOUT * OPERATION_SETTINGS[operation].timeoutSeconds)
}
