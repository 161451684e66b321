/** The frame of every HTTP function: one middy chain that adapts the event, keeps the deadline, logs and answers errors. */
import middyChain from '@middy/core'
import type { Context } from 'aws-lambda'
import { withDeadline } from '#shared/deadline.ts'
import { AppError, errorKind } from '#shared/errors.ts'
import { failureFields, refusalFields } from '#shared/failure-fields.ts'
import type { Logger } from '#shared/log.ts'
import { HTTP_RESERVE_MS } from '#shared/time-limits.ts'
import { toApiRequest } from './http-event.ts'
import type { ApiRequest, ApiResponse } from '#shared/api/api-request.ts'
import { brokenRules } from '#shared/api/field-problems.ts'
import { problemResponse } from '#shared/api/api-response.ts'

/** What a route gets beside its request. */
export interface Call {
  /** For calls to others: fires while there is still time to record what became of them. */
  readonly signal: AbortSignal
  readonly log: Logger
}

export type Route = (request: ApiRequest, call: Call) => Promise<ApiResponse>

export interface FrameOptions {
  readonly logger: Logger
  /** Time for the whole call. */
  readonly deadlineMs: number
  /** By route key, as in `POST /v1/payments`. */
  readonly routes: Readonly<Record<string, Route>>
  /** Turns an error into an answer. @default problem+json */
  readonly onError?: (error: unknown, requestId: string) => ApiResponse
}

/** Builds the Lambda handler of an HTTP function. No exception reaches the runtime. */
export function httpHandler({ logger, deadlineMs, routes, onError = problemResponse }: FrameOptions) {
  const answer = async (event: unknown, context: Context): Promise<ApiResponse> => {
    const started = performance.now()
    let log = logger.with({ request_id: context.awsRequestId })
    let requestId = context.awsRequestId
    let response: ApiResponse
    try {
      const request = toApiRequest(event)
      requestId = request.requestId || requestId
      log = log.with({ correlation_id: requestId, route: request.routeKey })
      response = await withDeadline(deadlineOf(context, deadlineMs), (signal) =>
        run(routes, request, { signal, log }),
      )
    } catch (error) {
      response = onError(error, requestId)
      logFailure(log, error)
    }
    log.info('COMPLETED', {
      status: response.statusCode,
      duration_ms: Math.round(performance.now() - started),
    })
    return response
  }
  // The deadline above is stricter than middy's own early time-out, which stays as a safety net.
  return middyChain(answer, { timeoutEarlyInMillis: HTTP_RESERVE_MS / 5 })
}

async function run(routes: FrameOptions['routes'], request: ApiRequest, call: Call): Promise<ApiResponse> {
  const route = Object.hasOwn(routes, request.routeKey) ? routes[request.routeKey] : undefined
  if (route === undefined) throw new AppError('not_found')
  return route(request, call)
}

function deadlineOf(context: Context, deadlineMs: number): number {
  return Math.max(1, Math.min(deadlineMs, context.getRemainingTimeInMillis() - HTTP_RESERVE_MS))
}

function logFailure(log: Logger, error: unknown): void {
  if (!(error instanceof AppError)) return log.error('UNEXPECTED_ERROR', failureFields(error))
  if (errorKind(error.code).status < 500)
    return log.info('REQUEST_REFUSED', { ...refusalFields(error), reason: brokenRules(error) })
  return log.error('REQUEST_FAILED', failureFields(error))
}
