/**
 * Which of Alipay's codes say for certain that a call had and will have no effect, operation by operation. The list is closed: a
 * code that is not documented as a refusal of this very operation leaves the outcome unknown.
 *
 * Sources: opendocs.alipay.com common/02km9f (codes of the gateway), the codes on the pages of the calls (open/05osv9, 02ekfq,
 * 02ekfs, 02ekft, 02o6e8; as copied at zhifubao.apifox.cn and jaq-doc.alibaba.com 104632) and open/00f7nv (outcomes that are unknown).
 */
import type { ChannelErrorCode } from '#shared/orders/channel-error.ts'

export const ALIPAY_OPERATIONS = ['precreate', 'query', 'close', 'refund', 'refund_query', 'bill'] as const
export type AlipayOperation = (typeof ALIPAY_OPERATIONS)[number]

type Refusal = Extract<
  ChannelErrorCode,
  'refused' | 'not_found' | 'already_paid' | 'order_closed' | 'number_used'
>
type Refusals = Readonly<Record<string, Refusal>>

const OF_EVERY_CALL: Refusals = {
  'ACQ.INVALID_PARAMETER': 'refused',
  'ACQ.ACCESS_FORBIDDEN': 'refused',
  'ACQ.PARTNER_ERROR': 'refused',
}

/** Missing on purpose: ACQ.SYSTEM_ERROR, after which the outcome is unknown, of every operation. */
const REFUSALS: Readonly<Record<AlipayOperation, Refusals>> = {
  precreate: {
    ...OF_EVERY_CALL,
    'ACQ.TRADE_HAS_SUCCESS': 'already_paid',
    'ACQ.TRADE_HAS_CLOSE': 'order_closed',
    'ACQ.CONTEXT_INCONSISTENT': 'number_used',
    'ACQ.TRADE_BUYER_NOT_MATCH': 'number_used',
    // A number that had a code before gets none: an answer may have been lost, and the order is there.
    'ACQ.APPLY_PC_MERCHANT_CODE_ERROR': 'number_used',
    'ACQ.BEYOND_PAY_RESTRICTION': 'refused',
    'ACQ.BEYOND_PER_RECEIPT_RESTRICTION': 'refused',
    'ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION': 'refused',
    'ACQ.BEYOND_PER_RECEIPT_SINGLE_RESTRICTION': 'refused',
    'ACQ.BUYER_ENABLE_STATUS_FORBID': 'refused',
    'ACQ.BUYER_SELLER_EQUAL': 'refused',
    'ACQ.EXIST_FORBIDDEN_WORD': 'refused',
    'ACQ.MERCHANT_STATUS_NOT_NORMAL': 'refused',
    'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR': 'refused',
    'ACQ.RISK_MERCHANT_IP_NOT_EXIST': 'refused',
    'ACQ.SELLER_BEEN_BLOCKED': 'refused',
    'ACQ.SELLER_NOT_EXIST': 'refused',
    'ACQ.TOTAL_FEE_EXCEED': 'refused',
    'ACQ.TRADE_SETTLE_ERROR': 'refused',
  },
  query: { ...OF_EVERY_CALL, 'ACQ.TRADE_NOT_EXIST': 'not_found' },
  close: {
    ...OF_EVERY_CALL,
    'ACQ.TRADE_NOT_EXIST': 'not_found',
    'ACQ.TRADE_HAS_CLOSE': 'order_closed',
    'ACQ.TRADE_HAS_SUCCESS': 'already_paid',
    // Whatever waits for no payer: paid, closed or refunded. Only a query tells which.
    'ACQ.TRADE_STATUS_ERROR': 'refused',
    'ACQ.REASON_TRADE_STATUS_INVALID': 'refused',
    'ACQ.REASON_ILLEGAL_STATUS': 'refused',
  },
  // Missing on purpose: DISCORDANT_REPEAT_REQUEST, for it says that Alipay has a refund of this number, and REFUND_CHARGE_ERROR,
  // which asks to send the same again.
  refund: {
    ...OF_EVERY_CALL,
    'ACQ.TRADE_NOT_EXIST': 'not_found',
    'ACQ.SELLER_BALANCE_NOT_ENOUGH': 'refused',
    'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': 'refused',
    'ACQ.REASON_TRADE_BEEN_FREEZEN': 'refused',
    'ACQ.REASON_TRADE_REFUND_FEE_ERR': 'refused',
    'ACQ.REASON_TRADE_STATUS_INVALID': 'refused',
    'ACQ.TRADE_HAS_FINISHED': 'refused',
    'ACQ.TRADE_HAS_CLOSE': 'refused',
    'ACQ.TRADE_STATUS_ERROR': 'refused',
    'ACQ.TRADE_NOT_ALLOW_REFUND': 'refused',
    'ACQ.TRADE_SETTLE_ERROR': 'refused',
    'ACQ.REFUND_FEE_ERROR': 'refused',
    'ACQ.REFUND_ACCOUNT_NOT_EXIST': 'refused',
    'ACQ.BUYER_NOT_EXIST': 'refused',
    'ACQ.BUYER_ERROR': 'refused',
    'ACQ.BUYER_ENABLE_STATUS_FORBID': 'refused',
    'ACQ.NOT_ALLOW_PARTIAL_REFUND': 'refused',
    'ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND': 'refused',
    'ACQ.CURRENCY_NOT_SUPPORT': 'refused',
    'ACQ.USER_NOT_MATCH_ERR': 'refused',
  },
  refund_query: {
    ...OF_EVERY_CALL,
    'ACQ.TRADE_NOT_EXIST': 'not_found',
    TRADE_NOT_EXIST: 'not_found',
  },
  bill: {
    ...OF_EVERY_CALL,
    'isp.bill_not_exist': 'not_found',
    BILL_NOT_EXIST: 'not_found',
    NO_BILL_DATA: 'not_found',
  },
}

/** What the gateway refuses before any system of Alipay's sees it: rights, parameters, signature. */
const OF_THE_GATEWAY: ReadonlySet<string> = new Set(['20001', '40001', '40002', '40003', '40006'])
const GATEWAY_WORD = /^(?:isv|aop)\.(?!unknow)/
/** More calls than an app may make. */
const TOO_MANY = '40005'
const LATER: ReadonlySet<string> = new Set(['SYSTEM_RATE_LIMIT', 'USER_RATE_LIMIT'])

interface Told {
  readonly code: string
  readonly sub_code?: string | undefined
}

/** What a signed answer means that is no success; `server_error` where the outcome stays unknown. */
export function meaningOf(
  operation: AlipayOperation,
  { code, sub_code: reason = '' }: Told,
): Refusal | 'rate_limited' | 'server_error' {
  if (code === TOO_MANY || LATER.has(reason)) return 'rate_limited'
  const known = REFUSALS[operation]
  if (Object.hasOwn(known, reason)) return known[reason] ?? 'server_error'
  return OF_THE_GATEWAY.has(code) && GATEWAY_WORD.test(reason) ? 'refused' : 'server_error'
}
