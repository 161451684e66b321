/** The ports of the deployed functions, made once per container from their environment. No I/O happens here. */
import { currentTally, currentTrace } from '#shared/ambient-trace.ts'
import { systemClock } from '#shared/clock.ts'
import { createLogger, DEFAULT_LOG_LEVEL, isLogLevel } from '#shared/log.ts'
import type { LogFields, Logger } from '#shared/log.ts'
import { createEmfMetrics } from '#shared/metrics.ts'
import type { Metrics } from '#shared/metrics.ts'
import { LOG_LEVEL_VARIABLE } from '#shared/operations.ts'
import { writeLine } from '#shared/output/write-line.ts'

/** So that one search finds every line of what a caller or a notification set off, whoever wrote it. */
function traceFields(): LogFields {
  const trace = currentTrace()
  if (trace === undefined) return {}
  const { traceId: trace_id, requestId: x_request_id } = trace
  return { trace_id, ...(x_request_id === undefined ? {} : { x_request_id }) }
}

/**
 * Logs to standard output, which Lambda takes line by line.
 *
 * The level is no part of the environment that is checked: no payment stops for it, and what is wrong with the rest has
 * to be logged, too.
 */
export function functionLogger(
  functionName: string,
  env: Readonly<Record<string, string | undefined>>,
): Logger {
  const level = env[LOG_LEVEL_VARIABLE]
  const minimum = isLogLevel(level) ? level : DEFAULT_LOG_LEVEL
  const options = { clock: systemClock, write: writeLine, ambient: traceFields, minimum }
  return createLogger(options, { function_name: functionName })
}

/** Metrics go the same way as logs, on the line that ends a call where there is one. */
export function functionMetrics(functionName: string, env: { readonly WXPAY_STAGE: string }): Metrics {
  const { WXPAY_STAGE: stage } = env
  return createEmfMetrics({ clock: systemClock, write: writeLine, stage, functionName, tally: currentTally })
}
