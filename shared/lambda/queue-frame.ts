/** The frame of functions fed by SQS: every record on its own, failures reported one by one, nothing thrown. */
import middyChain from '@middy/core'
import type { Context, SQSBatchResponse } from 'aws-lambda'
import * as v from 'valibot'
import { withTally } from '#shared/ambient-trace.ts'
import { AppError } from '#shared/errors.ts'
import { CORRELATION_ATTRIBUTE } from '#shared/facts/dispatcher.ts'
import { withDeadline } from '#shared/deadline.ts'
import { failureFields } from '#shared/failure-fields.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { Tally } from '#shared/tally.ts'
import { BACKGROUND_RESERVE_MS } from '#shared/time-limits.ts'
import { continueTrace, REQUEST_ID, TRACEPARENT } from '#shared/trace.ts'

const SqsEvent = v.object({
  Records: v.array(
    v.object({
      messageId: v.string(),
      body: v.string(),
      // For log and trace alone: a message is not refused for them.
      messageAttributes: v.fallback(
        v.record(v.string(), v.object({ stringValue: v.nullish(v.string()) })),
        {},
      ),
    }),
  ),
})

export interface QueueFrameOptions {
  readonly logger: Logger
  /** Counts what failed: of messages that go back one by one Lambda itself counts no error. Where not even this can be made, the invocation fails. */
  readonly metrics: () => Metrics
  /** Handles one message body; a rejection returns the message to the queue. */
  readonly handle: (body: string, log: Logger) => Promise<void>
}

/** Builds the Lambda handler; its event source must have ReportBatchItemFailures. Records run side by side. */
export function queueHandler({ logger, metrics, handle }: QueueFrameOptions) {
  const run = async (event: unknown, context: Context): Promise<SQSBatchResponse> => {
    const log = logger.with({ request_id: context.awsRequestId })
    const parsed = v.safeParse(SqsEvent, event)
    if (!parsed.success) {
      log.error('NOT_A_QUEUE_EVENT')
      throw new AppError('invalid_request', 'the event is not a batch of SQS messages')
    }
    const failed = await Promise.all(
      parsed.output.Records.map(({ messageId, body, messageAttributes }) => {
        const told = (name: string) => messageAttributes[name]?.stringValue ?? undefined
        const own = log.with({ correlation_id: told(CORRELATION_ATTRIBUTE) ?? messageId })
        const trace = continueTrace({ traceparent: told(TRACEPARENT), requestId: told(REQUEST_ID) })
        const tally = new Tally()
        return withTally(trace, tally, async () => {
          try {
            // One record that hangs must not take its neighbours with it.
            await withDeadline(timeFor(context), () => handle(body, own))
            // Whoever concludes ends the tally; of others only what they counted is left to tell.
            const counted = tally.end()
            if (counted !== undefined)
              own.conclude({ level: 'info', code: 'MESSAGE_HANDLED', metrics: counted })
            return []
          } catch (error) {
            const fields = failureFields(error)
            try {
              metrics().put('FactFailed')
            } finally {
              own.conclude({ level: 'error', code: 'MESSAGE_FAILED', fields, metrics: tally.end() })
            }
            return [{ itemIdentifier: messageId }]
          }
        })
      }),
    )
    return { batchItemFailures: failed.flat() }
  }
  return middyChain(run)
}

/** Leaves Lambda the time to report which records failed. */
function timeFor(context: Context): number {
  return Math.max(1, context.getRemainingTimeInMillis() - BACKGROUND_RESERVE_MS)
}
