/** The frame of scheduled functions: logs start and end, and lets a failure fail the invocation, so that Lambda repeats it. */
import middyChain from '@middy/core'
import type { Context } from 'aws-lambda'
import { withDeadline } from '#shared/deadline.ts'
import { withTrace } from '#shared/ambient-trace.ts'
import { failureFields } from '#shared/failure-fields.ts'
import type { Logger } from '#shared/log.ts'
import { BACKGROUND_RESERVE_MS } from '#shared/time-limits.ts'
import { continueTrace } from '#shared/trace.ts'

export interface JobFrameOptions<Result> {
  readonly logger: Logger
  /** What triggered it (schedule or queue) is mostly of no interest. */
  readonly run: (call: { readonly signal: AbortSignal }, event: unknown) => Promise<Result>
}

/** Builds the Lambda handler. */
export function jobHandler<Result>({ logger, run }: JobFrameOptions<Result>) {
  const job = async (event: unknown, context: Context): Promise<Result> => {
    const log = logger.with({ request_id: context.awsRequestId })
    try {
      const remaining = Math.max(1, context.getRemainingTimeInMillis() - BACKGROUND_RESERVE_MS)
      const result = await withDeadline(remaining, ({ signal }) => run({ signal }, event))
      log.info('COMPLETED')
      return result
    } catch (error) {
      log.error('JOB_FAILED', failureFields(error))
      throw error
    }
  }
  return middyChain((event: unknown, context: Context) =>
    withTrace(continueTrace(), () => job(event, context)),
  )
}
