/** The queues that wake functions up. Losing every message in them loses nothing. */
import { Duration } from 'aws-cdk-lib'
import { type IQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { hiddenMs } from '#infra/operations/operations.ts'
import type { GivenResources } from './given-resources.ts'

const SECURE = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const

export interface QueuesProps {
  /** Whether somebody takes requests to refresh keys. */
  readonly keyRefresh: boolean
  readonly given: Pick<GivenResources, 'factQueue' | 'factDeadLetterQueue' | 'keyRefreshQueue'>
}

export class Queues extends Construct {
  /** Keys of facts to settle, `{"fact_key":"…"}`. */
  readonly facts: IQueue
  /** Keys of facts that could not be settled in five tries. */
  readonly factsDeadLetter: IQueue
  /** Requests to refresh the platform keys; its deduplication lets one through in a minute. Of a stage with WeChat Pay. */
  readonly keyRefresh: IQueue | undefined

  constructor(scope: Construct, id: string, { given, keyRefresh }: QueuesProps) {
    super(scope, id)
    this.factsDeadLetter = this.#queue('FactsDeadLetter', given.factDeadLetterQueue, {
      retentionPeriod: Duration.days(14),
    })
    this.facts = this.#queue('Facts', given.factQueue, {
      visibilityTimeout: Duration.millis(hiddenMs('settle')),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.factsDeadLetter, maxReceiveCount: 5 },
    })
    this.keyRefresh = keyRefresh ? this.#keyRefresh(given.keyRefreshQueue) : undefined
  }

  /** No dead-letter queue: a request holds nothing, and whoever still misses a key asks again. */
  #keyRefresh(given: IQueue | undefined): IQueue {
    return this.#queue('KeyRefresh', given, {
      fifo: true,
      visibilityTimeout: Duration.millis(hiddenMs('rotate-certs')),
      retentionPeriod: Duration.minutes(10),
    })
  }

  #queue(id: string, given: IQueue | undefined, props: QueueProps): IQueue {
    return given ?? new Queue(this, id, { ...SECURE, ...props })
  }
}
