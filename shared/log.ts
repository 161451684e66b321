/**
 * Structured logs: one JSON line with a stable message code and fields from an allow-list. There is no way to log an
 * object, a body, a header or an error message of someone else's, so that no secret, key or openid can slip in.
 */
import type { Clock } from './clock.ts'
import { lineText, timeText } from './log-text.ts'
import { type ConnectionFault, connectionFaultOf } from './connection-fault.ts'

/** Every field that may be logged. Add a name here only if its values can never hold personal data, keys or bodies. */
export interface LogFields {
  readonly function_name?: string
  readonly request_id?: string
  readonly correlation_id?: string
  readonly trace_id?: string
  /** The caller's own id of its request. */
  readonly x_request_id?: string
  readonly route?: string
  readonly status?: number
  readonly duration_ms?: number
  readonly error_code?: string
  readonly error_name?: string
  readonly error_at?: string
  /** The code of the error behind an error of ours: `timeout`, `ECONNREFUSED`. */
  readonly cause_code?: string
  /** Why a connection failed, told apart by what mends it: `dns`, `tls_host`. */
  readonly connection_fault?: ConnectionFault
  readonly aws_request_id?: string
  /** What IAM did not allow: `kms:Decrypt`. */
  readonly denied_action?: string
  readonly out_trade_no?: string
  readonly out_refund_no?: string
  readonly fact_key?: string
  readonly notification_id?: string
  readonly event_type?: string
  readonly outcome?: string
  readonly hold_reason?: string
  readonly reason?: string
  readonly header?: string
  readonly field?: string
  readonly serial?: string
  readonly wechat_code?: string
  readonly wechat_request_id?: string
  readonly http_status?: number
  readonly attempt?: number
  readonly count?: number
  readonly days?: number
  /** Of Beijing, as in 2026-11-24. */
  readonly day?: string
  readonly secret?: string
}

/** From what is of use to a developer alone to what somebody has to look at. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

export const DEFAULT_LOG_LEVEL: LogLevel = 'info'

export function isLogLevel(text: string | undefined): text is LogLevel {
  return LOG_LEVELS.some((level) => level === text)
}

export interface Logger {
  debug(code: string, fields?: LogFields): void
  info(code: string, fields?: LogFields): void
  warn(code: string, fields?: LogFields): void
  error(code: string, fields?: LogFields): void
  /**
   * Says what came of a call. Where a frame ends each call with a line, the two are one, which has the metrics as well; they are
   * written whatever the level.
   */
  conclude(conclusion: Conclusion): void
  /** A logger that adds these fields to each line. */
  with(fields: LogFields): Logger
}

export interface Conclusion {
  readonly level: LogLevel
  readonly code: string
  /** What it is about, before its own fields: apart, because to spread one object into another costs more than to write both. */
  readonly about?: LogFields | undefined
  readonly fields?: LogFields | undefined
  /** Of the frame, after them. */
  readonly answer?: Pick<LogFields, 'status' | 'duration_ms'> | undefined
  /** As `Tally.end` gives them. */
  readonly metrics?: string | undefined
}

interface LoggerOptions {
  readonly clock: Clock
  /** Takes one line without its newline. */
  readonly write: (line: string) => void
  readonly minimum?: LogLevel
  /** Asked at each line: what it is part of. */
  readonly ambient?: () => LogFields
}

const NONE: LogFields = {}

/** Creates a logger. @param options.minimum defaults to `info`. */
export function createLogger(options: LoggerOptions, base: LogFields = NONE): Logger {
  return new LineLogger({ ...options, minimum: options.minimum ?? DEFAULT_LOG_LEVEL }, [base])
}

type LineOptions = LoggerOptions & Required<Pick<LoggerOptions, 'minimum'>>

class LineLogger implements Logger {
  readonly #options: LineOptions
  readonly #bases: readonly LogFields[]

  constructor(options: LineOptions, bases: readonly LogFields[]) {
    this.#options = options
    this.#bases = bases
  }

  debug(code: string, fields?: LogFields): void {
    this.#say('debug', code, fields)
  }

  info(code: string, fields?: LogFields): void {
    this.#say('info', code, fields)
  }

  warn(code: string, fields?: LogFields): void {
    this.#say('warn', code, fields)
  }

  error(code: string, fields?: LogFields): void {
    this.#say('error', code, fields)
  }

  with(fields: LogFields): Logger {
    return new LineLogger(this.#options, [...this.#bases, fields])
  }

  conclude({ level, code, about = NONE, fields = NONE, answer = NONE, metrics }: Conclusion): void {
    const { clock, write, ambient } = this.#options
    if (!this.#wants(level)) {
      if (metrics !== undefined) write(withMetrics(lineText({}, [functionOf(this.#bases)]), metrics))
      return
    }
    const line = { time: timeText(clock.now()), level, code }
    const text = lineText(line, [ambient?.() ?? NONE, ...this.#bases, about, fields, answer])
    write(metrics === undefined ? text : withMetrics(text, metrics))
  }

  #say(level: LogLevel, code: string, fields: LogFields | undefined): void {
    if (this.#wants(level)) this.conclude({ level, code, fields })
  }

  #wants(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.#options.minimum)
  }
}

/** @param metrics are the members of an object, as its text is. */
function withMetrics(text: string, metrics: string): string {
  const open = text.slice(0, -1)
  return open === '{' ? `{${metrics}}` : `${open},${metrics}}`
}

function functionOf(bases: readonly LogFields[]): { readonly function_name?: string | undefined } {
  return { function_name: bases.find((base) => base.function_name !== undefined)?.function_name }
}

/** Logs nothing; for tests. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  conclude: () => {},
  with: () => silentLogger,
}

/** Names and places an error without its message: messages of libraries may quote what they were given. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error_name: typeof error }
  const at = error.stack
    ?.split('\n')
    .find((line) => line.trimStart().startsWith('at '))
    ?.trim()
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const fault = connectionFaultOf(error)
  return {
    error_name: error.name,
    ...(code === undefined ? {} : { error_code: code }),
    ...(fault === undefined ? {} : { connection_fault: fault }),
    ...(at === undefined ? {} : { error_at: at }),
    ...serviceFields(error),
  }
}

/** What an error of the AWS SDK tells beside its name: enough to find the missing permission, or to ask AWS about it. */
function serviceFields(error: Error): LogFields {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null) return {}
  const { $metadata: answer } = error
  // Of the message only what can be nothing but the name of an action.
  const [, action] =
    /is not authorized to perform: ([\w-]{2,32}:[A-Za-z]{2,64}) on /.exec(error.message) ?? []
  return {
    ...('httpStatusCode' in answer && typeof answer.httpStatusCode === 'number'
      ? { http_status: answer.httpStatusCode }
      : {}),
    ...('requestId' in answer && typeof answer.requestId === 'string'
      ? { aws_request_id: answer.requestId }
      : {}),
    ...(action === undefined ? {} : { denied_action: action }),
  }
}
