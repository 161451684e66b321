/** What starts functions besides HTTP: queues and the clock, always their live version. */
import type { Duration } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { type Alias, CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { servicePrincipal } from './service-principal.ts'

interface Settling {
  /** Functions at once. */
  readonly concurrency: number
  /** How long Lambda waits for a full batch. */
  readonly windowSeconds: number
}

export class Triggers extends Construct {
  /** Settles in batches of 10, a failed message comes back alone. */
  settleFrom(queue: IQueue, settle: Alias, { concurrency, windowSeconds }: Settling): CfnEventSourceMapping {
    return new CfnEventSourceMapping(this, 'FactQueue', {
      // By its ARN: the name of an alias is not one of a function.
      functionName: settle.functionArn,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      // Left out, it is none: so do templates stay as they are where no stage asks for one.
      ...(windowSeconds === 0 ? {} : { maximumBatchingWindowInSeconds: windowSeconds }),
      functionResponseTypes: ['ReportBatchItemFailures'],
      scalingConfig: { maximumConcurrency: concurrency },
    })
  }

  /** Requests that piled up during a failure come as one batch and cause one refresh. */
  rotateFrom(queue: IQueue, rotateCerts: Alias): CfnEventSourceMapping {
    return new CfnEventSourceMapping(this, 'KeyRefreshQueue', {
      functionName: rotateCerts.functionArn,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
    })
  }

  every(interval: Duration, live: Alias): void {
    this.#at(`Every ${interval.toHumanString()}`, Schedule.rate(interval), live)
  }

  /** Whole hours lie between UTC and every clock that matters here. */
  halfPastEveryHour(live: Alias): void {
    this.#at('Every half past', Schedule.expression('cron(30 * * * ? *)'), live)
  }

  #at(id: string, schedule: Schedule, live: Alias): void {
    const rule = new Rule(this, id, { schedule })
    // Not the target of aws-events-targets, whose permission names its principal by a literal of one partition.
    rule.addTarget({ bind: () => ({ arn: live.functionArn }) })
    live.addPermission(id, { principal: servicePrincipal('events'), sourceArn: rule.ruleArn })
  }
}
