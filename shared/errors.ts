/**
 * Every error that leaves an operation: one closed union of codes, one class, one table. Messages are for people, lower
 * case, and hold names, rules and kinds of value, never a secret, an openid, a key or a body.
 */

interface ErrorKind {
  /** HTTP status on the merchant API. */
  readonly status: number
  /** Short human summary (RFC 9457 `title`). */
  readonly title: string
  /** What the caller should do (problem+json `action`). */
  readonly action: string
}

const KINDS = {
  invalid_request: kind(400, 'the request is not valid', 'correct the named fields and send it again'),
  unsupported_media_type: kind(
    415,
    'the content type is not supported',
    'send application/json without content encoding',
  ),
  body_too_large: kind(413, 'the body is too large', 'send a smaller body'),
  not_found: kind(404, 'no such route', 'see the README for the routes'),
  order_not_found: kind(404, 'no such order', 'create the order first, or check out_trade_no'),
  refund_not_found: kind(404, 'no such refund', 'check out_refund_no'),
  order_number_used: kind(
    409,
    'the order number is used by another request',
    'repeat the original request exactly, or use a new out_trade_no',
  ),
  refund_number_used: kind(
    409,
    'the refund number is used by another request',
    'repeat the original request exactly, or use a new out_refund_no',
  ),
  order_already_paid: kind(409, 'the order is paid', 'do not collect again; refund if needed'),
  order_closed: kind(409, 'the order is closed', 'create a new order with a new out_trade_no'),
  order_not_paid: kind(
    409,
    'the order is not paid',
    'refund only paid orders; query the order if a payment is expected',
  ),
  order_held: kind(
    409,
    'the order is held for a person',
    'look at the holds of the order and resolve them first',
  ),
  hold_not_found: kind(404, 'no such hold', 'look at the holds of the order'),
  hold_not_acceptable: kind(
    409,
    'this hold can only be dismissed',
    'dismiss it when the matter is settled outside of this system',
  ),
  refunds_paused: kind(
    503,
    'refunds are paused',
    'nothing was reserved or sent: repeat the same request, with the same out_refund_no, once the operators have resumed refunds',
  ),
  prepay_paused: kind(
    503,
    'new payments are paused',
    'nothing was begun: repeat the same request once the operators have resumed payments',
  ),
  hold_decision_unfit: kind(
    409,
    'this hold is not released by this decision',
    'approve or refuse a refund that waits for approval; dismiss or accept any other hold',
  ),
  unfreeze_number_used: kind(
    409,
    'another request to unfreeze this order was made',
    'repeat that request exactly; an order is unfrozen once',
  ),
  refund_not_abnormal: kind(
    409,
    'the refund is not abnormal',
    'only a refund that WeChat calls ABNORMAL can be paid to a bank card; query it',
  ),
  operation_not_offered: kind(
    409,
    'the provider of this payment does not offer this',
    'profit sharing and abnormal refunds are matters of WeChat Pay; for other providers leave the call out',
  ),
  order_not_placed: kind(
    409,
    'the channel does not know the order yet',
    'repeat the prepay request, or leave the order to expire',
  ),
  refund_exceeds_refundable: kind(
    409,
    'the refund is more than what is left to refund',
    'refund at most the refundable amount',
  ),
  too_many_refunds: kind(
    409,
    'the order has 50 refunds already',
    'an order takes 50 refunds; settle the rest elsewhere',
  ),
  wechat_refused: kind(
    422,
    'the channel refused the request',
    'see channel_code; after a short balance top the account up and repeat the same request, else correct it before another try',
  ),
  wechat_rate_limited: kind(503, 'the channel asks to slow down', 'repeat the same request later'),
  wechat_unavailable: kind(
    503,
    'the channel did not give an answer that can be trusted',
    'the outcome is unknown: repeat the same request, or query',
  ),
  key_unavailable: kind(
    503,
    'keys are not available',
    'check that the secrets are filled (see the README) and repeat',
  ),
  storage_unavailable: kind(503, 'storage is not available', 'repeat the same request'),
  storage_conflict: kind(503, 'the order changed too often meanwhile', 'repeat the same request'),
  deadline_exceeded: kind(
    504,
    'the time for this request ran out',
    'the outcome may be unknown: repeat the same request, or query',
  ),
  config_invalid: kind(500, 'the configuration is not valid', 'correct the named settings and deploy again'),
  internal_error: kind(
    500,
    'something went wrong on our side',
    'repeat the same request; report the request id if it happens again',
  ),
} as const satisfies Record<string, ErrorKind>

function kind(status: number, title: string, action: string): ErrorKind {
  return { status, title, action }
}

/** Stable codes, part of the public API. */
export type ErrorCode = keyof typeof KINDS

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(KINDS, value)
}

/** Every code there is. */
export function errorCodes(): readonly ErrorCode[] {
  return Object.keys(KINDS).filter(isErrorCode)
}

/** One field of a request that breaks a rule. Never holds the value itself. */
export interface FieldProblem {
  /** Path in the request, as in `amount.total`. */
  readonly field: string
  /** The rule in words, as in `must be a whole number of fen, at least 1`. */
  readonly rule: string
  /** The kind of what was sent, as in `string of 40 characters`. */
  readonly received: string
}

export interface AppErrorOptions extends ErrorOptions {
  readonly fields?: readonly FieldProblem[]
  /** The channel's own code, kept as received; where it has a general one and a precise one, the precise one. */
  readonly wechatCode?: string
  /** WeChat's `Request-ID`. */
  readonly wechatRequestId?: string
}

/** An expected failure. `code` is stable; branch on it, not on the message. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly fields: readonly FieldProblem[]
  readonly wechatCode: string | undefined
  readonly wechatRequestId: string | undefined

  constructor(code: ErrorCode, detail?: string, options: AppErrorOptions = {}) {
    super(detail ?? KINDS[code].title, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.fields = options.fields ?? []
    this.wechatCode = options.wechatCode
    this.wechatRequestId = options.wechatRequestId
  }
}

/** The name of whatever was thrown: of somebody else's error the only words that hold no values. */
export function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : 'unknown error'
}

/** Whether the message tells the operator which setting or secret is wrong: such messages hold names and rules only. */
export function namesSettings({ code }: AppError): boolean {
  return code === 'config_invalid' || code === 'key_unavailable'
}

/** Status, title and advice for a code. */
export function errorKind(code: ErrorCode): ErrorKind {
  return KINDS[code]
}

/** Every code with its row, for the documentation and its test. */
export function allErrorKinds(): ReadonlyArray<readonly [string, ErrorKind]> {
  return Object.entries(KINDS)
}
