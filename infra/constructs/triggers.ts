/** What starts functions besides HTTP: queues and the clock. */
import type { Duration } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { servicePrincipal } from './service-principal.ts'

export class Triggers extends Construct {
  /** Settles in batches of 10, `concurrency` functions at once; a failed message comes back alone. */
  settleFrom(queue: Queue, settle: LambdaFunction, concurrency: number): void {
    settle.addEventSourceMapping('FactQueue', {
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: concurrency,
    })
  }

  /** Requests that piled up during a failure come as one batch and cause one refresh. */
  rotateFrom(queue: Queue, rotateCerts: LambdaFunction): void {
    rotateCerts.addEventSourceMapping('KeyRefreshQueue', { eventSourceArn: queue.queueArn, batchSize: 10 })
  }

  every(interval: Duration, fn: LambdaFunction): void {
    const id = `Every ${interval.toHumanString()}`
    const rule = new Rule(this, id, { schedule: Schedule.rate(interval) })
    // Not the target of aws-events-targets, whose permission names its principal by a literal of one partition.
    rule.addTarget({ bind: () => ({ arn: fn.functionArn }) })
    fn.addPermission(id, { principal: servicePrincipal('events'), sourceArn: rule.ruleArn })
  }
}
