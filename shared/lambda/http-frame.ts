/** The frame of every HTTP function: adapts the event, keeps the deadline, answers errors, and ends each call with one line. */
import type { Context } from 'aws-lambda'
import { withTally } from '#shared/ambient-trace.ts'
import { withDeadline } from '#shared/deadline.ts'
import type { Limited } from '#shared/deadline.ts'
import { AppError, errorKind } from '#shared/errors.ts'
import { failureFields, refusalFields } from '#shared/failure-fields.ts'
import { isFactNumber } from '#shared/facts/fact-key.ts'
import type { Conclusion, LogFields, Logger } from '#shared/log.ts'
import { Tally } from '#shared/tally.ts'
import { HTTP_RESERVE_MS } from '#shared/time-limits.ts'
import { keptTimers } from '#shared/timer.ts'
import type { Timer } from '#shared/timer.ts'
import { continueTrace, REQUEST_ID, TRACEPARENT } from '#shared/trace.ts'
import { toApiRequest } from './http-event.ts'
import type { ApiRequest, ApiResponse } from '#shared/api/api-request.ts'
import { brokenRules } from '#shared/api/field-problems.ts'
import { problemResponse } from '#shared/api/api-response.ts'

/** What a route gets beside its request. */
export interface Call extends Limited {
  readonly log: Logger
}

export type Route = (request: ApiRequest, call: Call) => Promise<ApiResponse>

export interface FrameOptions {
  readonly logger: Logger
  /** Time for the whole call. */
  readonly deadlineMs: number
  /** By route key, as in `POST /v1/payments`. */
  readonly routes: Readonly<Record<string, Route>>
  /** Whether the caller is known, and its trace gone on with. @default false: a new one begins with each call */
  readonly callerTrace?: boolean
  /** Turns an error into an answer. @default problem+json */
  readonly onError?: (error: unknown, requestId: string) => ApiResponse
}

/** Builds the Lambda handler of an HTTP function. No exception reaches the runtime. */
export function httpHandler(options: FrameOptions) {
  const timer = keptTimers()
  return (event: unknown, context: Context): Promise<ApiResponse> => {
    const read = readEvent(event)
    const headers = options.callerTrace === true ? read.request?.headers : undefined
    const trace = continueTrace({
      traceparent: headers?.[TRACEPARENT],
      requestId: headers?.[REQUEST_ID],
    })
    const tally = new Tally()
    return withTally(trace, tally, () => answer(options, read, { context, tally, timer }))
  }
}

interface ReadEvent {
  readonly request?: ApiRequest
  /** Why there is none. */
  readonly error?: unknown
}

function readEvent(event: unknown): ReadEvent {
  try {
    return { request: toApiRequest(event) }
  } catch (error) {
    return { error }
  }
}

interface Invocation {
  readonly context: Context
  readonly tally: Tally
  readonly timer: () => Timer
}

async function answer(
  { logger, deadlineMs, routes, onError = problemResponse }: FrameOptions,
  { request, error: unreadable }: ReadEvent,
  { context, tally, timer }: Invocation,
): Promise<ApiResponse> {
  const started = performance.now()
  const requestId = request?.requestId || context.awsRequestId
  const log = logOf(logger, context.awsRequestId, request, routes)
  const concluding = new Concluding(log)
  let response: ApiResponse
  try {
    if (request === undefined) throw unreadable
    response = await withDeadline(
      deadlineOf(context, deadlineMs),
      (limited) => run(routes, request, new LimitedCall(limited, concluding)),
      timer(),
    )
  } catch (error) {
    response = onError(error, requestId)
    logFailure(log, error)
  }
  const { level, code, about, fields } = concluding.told
  const answered = { status: response.statusCode, duration_ms: Math.round(performance.now() - started) }
  log.conclude({ level, code, about, fields, answer: answered, metrics: tally.end() })
  return response
}

/** A route that is none of these is whatever an invoker wrote into the event. */
function logOf(
  logger: Logger,
  request_id: string,
  request: ApiRequest | undefined,
  routes: FrameOptions['routes'],
): Logger {
  if (request === undefined) return logger.with({ request_id })
  const { requestId, routeKey } = request
  const correlation_id = requestId || request_id
  const known = Object.hasOwn(routes, routeKey)
  const log = logger.with(
    known ? { request_id, correlation_id, route: routeKey } : { request_id, correlation_id },
  )
  const { out_trade_no, out_refund_no } = request.pathParameters
  return (out_trade_no ?? out_refund_no) === undefined ? log : log.with(numbersIn(request))
}

/** Keeps what a route concludes for the line that ends the call. */
class Concluding implements Logger {
  readonly #log: Logger
  told: Conclusion = { level: 'info', code: 'COMPLETED' }

  constructor(log: Logger) {
    this.#log = log
  }

  debug(code: string, fields?: LogFields): void {
    this.#log.debug(code, fields)
  }

  info(code: string, fields?: LogFields): void {
    this.#log.info(code, fields)
  }

  warn(code: string, fields?: LogFields): void {
    this.#log.warn(code, fields)
  }

  error(code: string, fields?: LogFields): void {
    this.#log.error(code, fields)
  }

  conclude(told: Conclusion): void {
    this.told = told
  }

  with(fields: LogFields): Logger {
    return this.#log.with(fields)
  }
}

/** By which a payment is found in the logs of all functions. Nothing else that a caller writes into a path is logged. */
function numbersIn({ pathParameters }: ApiRequest): LogFields {
  const { out_trade_no, out_refund_no } = pathParameters
  return {
    ...(out_trade_no !== undefined && isFactNumber(out_trade_no) ? { out_trade_no } : {}),
    ...(out_refund_no !== undefined && isFactNumber(out_refund_no) ? { out_refund_no } : {}),
  }
}

/** The signal of the deadline is made when a route asks for it. */
class LimitedCall implements Call {
  readonly log: Logger
  readonly #limited: Limited

  constructor(limited: Limited, log: Logger) {
    this.#limited = limited
    this.log = log
  }

  get signal(): AbortSignal {
    return this.#limited.signal
  }
}

function run(routes: FrameOptions['routes'], request: ApiRequest, call: Call): Promise<ApiResponse> {
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
