/** WeChat's books of one merchant, in memory: orders and refunds as immutable records, found by every number that names them. */
import type { CombineRequest } from './combine-schemas.ts'
import type { PaymentMethod, PrepayRequest, RefundRequest } from './request-schemas.ts'

export type RefundStatus = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL'

export interface Payment {
  readonly transactionId: string
  readonly openid: string
  /** The same person under the appid of a sub-merchant. */
  readonly subOpenid?: string
  readonly bankType: string
  readonly paidAt: number
  /** Part of the total that a coupon paid, fen. */
  readonly coupon: number
}

export interface Order {
  readonly method: PaymentMethod
  readonly request: PrepayRequest
  /** Tells identical requests from different ones. */
  readonly fingerprint: string
  readonly createdAt: number
  /** Last moment to pay, epoch ms. */
  readonly expiresAt: number
  readonly closedAt?: number
  readonly payment?: Payment
  /** True from the first accepted refund on. */
  readonly refunded: boolean
  /** The combine_out_trade_no of orders that are paid together. */
  readonly combinedIn?: string
  /** What gave the money free that profit sharing had frozen. */
  readonly unfreeze?: Unfreeze
}

export interface Unfreeze {
  readonly orderId: string
  readonly outOrderNo: string
  readonly fingerprint: string
  readonly at: number
  /** What was frozen then, fen. */
  readonly amount: number
}

/** Several orders, of one merchant or many, that a payer pays at once (合单). */
export interface Combined {
  readonly method: PaymentMethod
  readonly request: CombineRequest
  readonly fingerprint: string
  /** Of the payment as a whole, and who paid. */
  readonly payment?: { readonly transactionId: string; readonly openid: string }
}

/** What a payer holds: a code, a link or a prepay_id, and until when it opens. */
export interface Ticket {
  /** An out_trade_no, or a combine_out_trade_no. */
  readonly number: string
  readonly isCombined: boolean
  readonly kind: 'prepay_id' | 'code_url' | 'h5_url'
  readonly validUntil: number
}

export interface Refund {
  readonly refundId: string
  readonly outTradeNo: string
  readonly request: RefundRequest
  readonly fingerprint: string
  /** `platform`: made by a person on the merchant platform, of which nobody is notified. */
  readonly origin: 'api' | 'platform'
  readonly status: RefundStatus
  readonly createdAt: number
  readonly successAt?: number
  /** Every status with when it began, oldest first. */
  readonly history: readonly { readonly status: RefundStatus; readonly at: number }[]
  readonly channel: 'ORIGINAL' | 'OTHER_BANKCARD'
  /** Where the payer gets it. */
  readonly account: string
  /** Tells the application to pay an abnormal refund to a card from another one. */
  readonly application?: string
}

export interface Ledger {
  readonly orders: Map<string, Order>
  /** By combine_out_trade_no. */
  readonly combined: Map<string, Combined>
  /** transaction_id to out_trade_no. */
  readonly transactions: Map<string, string>
  readonly tickets: Map<string, Ticket>
  readonly refunds: Map<string, Refund>
  /** out_refund_nos by out_trade_no. */
  readonly refundsOf: Map<string, string[]>
}

/** Creates empty books. */
export function createLedger(): Ledger {
  return {
    orders: new Map(),
    combined: new Map(),
    transactions: new Map(),
    tickets: new Map(),
    refunds: new Map(),
    refundsOf: new Map(),
  }
}

/** Forgets everything. */
export function clearLedger(ledger: Ledger): void {
  for (const book of Object.values(ledger)) book.clear()
}

/** Lists the refunds of an order, oldest first. */
export function refundsOfOrder(ledger: Ledger, outTradeNo: string): readonly Refund[] {
  return (ledger.refundsOf.get(outTradeNo) ?? []).flatMap((number) => ledger.refunds.get(number) ?? [])
}

/** Writes a value as JSON with sorted keys, so that two requests can be compared whatever their order of fields. */
export function fingerprint(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

interface Sum {
  readonly count: number
  /** Fen. */
  readonly total: number
}

export interface Books {
  readonly orders: number
  readonly payments: Sum
  readonly refunds: Readonly<Record<RefundStatus, Sum>>
  /** Paid minus successfully refunded, fen. */
  readonly balance: number
}

/** Sums up the books, for counts that do not depend on the merchant's own. */
export function sumUp(ledger: Ledger): Books {
  const paid = [...ledger.orders.values()].filter(({ payment }) => payment !== undefined)
  const payments = sum(paid.map(({ request }) => request.amount.total))
  const refunded = (status: RefundStatus): Sum =>
    sum(
      [...ledger.refunds.values()]
        .filter((refund) => refund.status === status)
        .map(({ request }) => request.amount.refund),
    )
  const refunds = {
    PROCESSING: refunded('PROCESSING'),
    SUCCESS: refunded('SUCCESS'),
    CLOSED: refunded('CLOSED'),
    ABNORMAL: refunded('ABNORMAL'),
  }
  return { orders: ledger.orders.size, payments, refunds, balance: payments.total - refunds.SUCCESS.total }
}

function sum(amounts: readonly number[]): Sum {
  return { count: amounts.length, total: amounts.reduce((total, amount) => total + amount, 0) }
}
