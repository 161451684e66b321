/** The error body of WeChat Pay APIv3: `{"code","message","detail"}` with its HTTP status (doc merchant/4012081709). */

export interface ErrorDetail {
  /** JSON pointer of the field for `PARAM_ERROR`, `signature` for `SIGN_ERROR`. */
  readonly field?: string
  readonly value?: unknown
  readonly issue?: string
  readonly location?: string
  readonly [extra: string]: unknown
}

interface ErrorOptions {
  readonly detail?: ErrorDetail
  /** WeChat's numeric cause, the last part of `Request-ID`. */
  readonly reason?: number
}

/** A refusal as the merchant sees it. `message` is WeChat's wording where one is documented. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly detail: ErrorDetail | undefined
  readonly reason: number | undefined

  constructor(status: number, code: string, message: string, { detail, reason }: ErrorOptions = {}) {
    super(message)
    this.status = status
    this.code = code
    this.detail = detail
    this.reason = reason
  }

  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
    }
  }
}

/** HTTP status and message of the codes that faults may ask for by name alone. */
const KNOWN: Readonly<Record<string, readonly [status: number, message: string]>> = {
  PARAM_ERROR: [400, '参数错误'],
  INVALID_REQUEST: [400, '无效请求'],
  APPID_MCHID_NOT_MATCH: [400, '商户号和appid没有绑定关系'],
  ORDER_CLOSED: [400, '该订单已关闭'],
  ORDER_PAID: [400, '该订单已支付'],
  ORDERPAID: [400, '该订单已支付'],
  STATEMENT_CREATING: [400, '账单生成中，请稍后再试'],
  NO_STATEMENT_EXIST: [400, '账单文件不存在'],
  SIGN_ERROR: [401, '签名错误'],
  NO_AUTH: [403, '商户无权限'],
  NOT_ENOUGH: [403, '基本账户余额不足，请充值后重新发起'],
  USER_ACCOUNT_ABNORMAL: [403, '退款请求失败，用户账号异常'],
  OUT_TRADE_NO_USED: [403, '商户订单号重复'],
  RULE_LIMIT: [403, '业务规则限制'],
  TRADE_ERROR: [403, '交易错误'],
  ORDER_NOT_EXIST: [404, '订单不存在'],
  RESOURCE_NOT_EXISTS: [404, '查询的资源不存在'],
  MCH_NOT_EXISTS: [404, '商户号不存在'],
  FREQUENCY_LIMITED: [429, '频率限制，请降低频率后重试'],
  RATELIMIT_EXCEEDED: [429, '频率限制，请降低频率后重试'],
  SYSTEM_ERROR: [500, '系统异常，请稍后重试'],
  BANK_ERROR: [500, '银行系统异常'],
  SERVICE_UNAVAILABLE: [503, '服务不可用，请稍后重试'],
}

/** Builds the error for a code; unknown codes are 400. `status` and `message` replace the documented ones. */
export function apiError(code: string, status?: number, message?: string): ApiError {
  const [knownStatus, knownMessage] = KNOWN[code] ?? [400, code]
  return new ApiError(status ?? knownStatus, code, message ?? knownMessage)
}
