/**
 * Which codes of WeChat's say for certain that a call had and will have no effect, operation by operation.
 *
 * Errors carry no signature, and any gateway on the way may answer `{"code":"FORBIDDEN"}` in WeChat's form. So the list is
 * closed: a code that WeChat does not document as a refusal of this very operation leaves the outcome unknown.
 */
import { lazy } from '#shared/lazy.ts'
import type { ChannelErrorCode } from '#shared/orders/channel-error.ts'

export const WECHAT_OPERATIONS = [
  'prepay',
  'query',
  'close',
  'refund',
  'refund_query',
  'certificates',
  'bill',
  'security_echo',
  'unfreeze',
  'unsplit_amount',
  'abnormal_refund',
] as const
export type WechatOperation = (typeof WECHAT_OPERATIONS)[number]

export type Refusal = Extract<
  ChannelErrorCode,
  'refused' | 'not_found' | 'already_paid' | 'order_closed' | 'number_used'
>

type Refusals = Readonly<Record<string, Refusal>>

const OF_EVERY_CALL: Refusals = {
  PARAM_ERROR: 'refused',
  INVALID_REQUEST: 'refused',
  SIGN_ERROR: 'refused',
  NO_AUTH: 'refused',
  MCH_NOT_EXISTS: 'refused',
}

const OF_ORDERS: Refusals = {
  ...OF_EVERY_CALL,
  RULE_LIMIT: 'refused',
  TRADE_ERROR: 'refused',
}

/** WeChat has most codes in two spellings, with and without `_`. */
const plain = (code: string) => code.replaceAll('_', '')

/**
 * Made with the first error that WeChat tells. A code that is missing on purpose: REFUND_FEE_MISMATCH, for it says that WeChat has a
 * refund of this number.
 */
const byOperation = lazy((): Readonly<Record<WechatOperation, ReadonlyMap<string, Refusal>>> => ({
  prepay: spelled({
    ...OF_ORDERS,
    APPID_MCHID_NOT_MATCH: 'refused',
    OPENID_MISMATCH: 'refused',
    NOT_ENOUGH: 'refused',
    ACCOUNT_ERROR: 'refused',
    OUT_TRADE_NO_USED: 'number_used',
    ORDER_PAID: 'already_paid',
    ORDER_CLOSED: 'order_closed',
  }),
  query: spelled({ ...OF_ORDERS, INVALID_TRANSACTIONID: 'refused', ORDER_NOT_EXIST: 'not_found' }),
  close: spelled({
    ...OF_ORDERS,
    ORDER_NOT_EXIST: 'not_found',
    ORDER_PAID: 'already_paid',
    ORDER_CLOSED: 'order_closed',
  }),
  refund: spelled({
    ...OF_EVERY_CALL,
    NOT_ENOUGH: 'refused',
    USER_ACCOUNT_ABNORMAL: 'refused',
    REQUEST_BLOCKED: 'refused',
    TRADE_OVERDUE: 'refused',
    RESOURCE_NOT_EXISTS: 'not_found',
  }),
  refund_query: spelled({ ...OF_EVERY_CALL, RESOURCE_NOT_EXISTS: 'not_found' }),
  certificates: spelled({ ...OF_EVERY_CALL, RESOURCE_NOT_EXISTS: 'not_found' }),
  bill: spelled({ ...OF_EVERY_CALL, NO_STATEMENT_EXIST: 'refused', STATEMENT_CREATING: 'refused' }),
  security_echo: spelled(OF_EVERY_CALL),
  unfreeze: spelled({ ...OF_EVERY_CALL, RESOURCE_NOT_EXISTS: 'not_found' }),
  unsplit_amount: spelled({ ...OF_EVERY_CALL, RESOURCE_NOT_EXISTS: 'not_found' }),
  // WeChat publishes no code of its own for it.
  abnormal_refund: spelled({ ...OF_EVERY_CALL, RESOURCE_NOT_EXISTS: 'not_found' }),
}))

function spelled(refusals: Refusals): ReadonlyMap<string, Refusal> {
  return new Map(Object.entries(refusals).map(([code, meaning]) => [plain(code), meaning]))
}

/** Pages of one code disagree about its status, but not beyond these. */
const STATUSES: readonly number[] = [400, 403, 404]
const STATUSES_OF: ReadonlyMap<string, readonly number[]> = new Map([
  ['SIGNERROR', [401]],
  // Plain refusals in spite of it.
  ['OPENIDMISMATCH', [...STATUSES, 500]],
  ['INVALIDTRANSACTIONID', [...STATUSES, 500]],
])

/** @returns undefined where the outcome stays unknown. */
export function refusalOf(
  operation: WechatOperation,
  { status, code }: { readonly status: number; readonly code: string },
): Refusal | undefined {
  const name = plain(code)
  const statuses = STATUSES_OF.get(name) ?? STATUSES
  return statuses.includes(status) ? byOperation()[operation].get(name) : undefined
}
