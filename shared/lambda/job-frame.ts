/** The frame of scheduled functions: logs start and end, and lets a failure fail the invocation, so that Lambda repeats it. */
import middyChain from '@middy/core'
import type { Context } from 'aws-lambda'
import { withDeadline } from '#shared/deadline.ts'
import { withTrace } from '#shared/ambient-trace.ts'
import { failureFields } from '#shared/failure-fields.ts'
import type { Logger } from '#shared/log.ts'
import { BACKGROUND_RESERVE_MS } from '#shared/time-limits.ts'
import { continueTrace } from '#shared/trace.ts'

export interface JobFrameOptions {
  readonly logger: Logger
  readonly run: (call: { readonly signal: AbortSignal }) => Promise<void>
}

/** Builds the Lambda handler. What triggered it (schedule or queue) is of no interest. */
export function jobHandler({ logger, run }: JobFrameOptions) {
  const job = async (context: Context): Promise<void> => {
    const log = logger.with({ request_id: context.awsRequestId })
    try {
      await withDeadline(Math.max(1, context.getRemainingTimeInMillis() - BACKGROUND_RESERVE_MS), (signal) =>
        run({ signal }),
      )
      log.info('COMPLETED')
    } catch (error) {
      log.error('JOB_FAILED', failureFields(error))
      throw error
    }
  }
  return middyChain((_event: unknown, context: Context) => withTrace(continueTrace(), () => job(context)))
}
