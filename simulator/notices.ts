/** What notifications say: payments, refunds, and whatever else WeChat tells merchants (doc merchant/4012791861, 4013071196). */
import { beijingTime } from './beijing-time.ts'
import type { Ids } from './ids.ts'
import type { Order, Refund } from './ledger.ts'
import { orderView, refundShares } from './views.ts'
import type { Wire } from './views.ts'

/** The notification before encryption and signing. */
export interface Notice {
  readonly id: string
  readonly eventType: string
  readonly originalType: string
  /** Part of what is authenticated; as `originalType` unless it says otherwise. */
  readonly associatedData?: string
  readonly summary: string
  readonly createdAt: number
  readonly resource: Wire
  /** The XML of APIv2 instead of all this, from the merchant to this application. */
  readonly v2?: { readonly mchid: string; readonly appid: string }
}

/** What a `TRANSACTION.SUCCESS` says: the order as it was when paid, whatever happened since. */
function paymentResource(order: Order, now: number): Wire {
  return orderView({ ...order, refunded: false }, now)
}

/** The notice of a payment. */
export function paymentNotice(order: Order, now: number, ids: Ids): Notice {
  const resource = paymentResource(order, now)
  return {
    id: ids.notificationId(),
    eventType: 'TRANSACTION.SUCCESS',
    originalType: 'transaction',
    summary: '支付成功',
    createdAt: now,
    resource,
  }
}

/** What a `REFUND.*` says; its state is called `refund_status` here, and there is no currency. */
function refundResource(refund: Refund, order: Order): Wire {
  const { mchid, sub } = order.request
  return {
    ...(sub === undefined ? { mchid } : { sp_mchid: mchid, sub_mchid: sub.mchid }),
    transaction_id: order.payment?.transactionId,
    out_trade_no: refund.outTradeNo,
    refund_id: refund.refundId,
    out_refund_no: refund.request.out_refund_no,
    refund_status: refund.status,
    ...(refund.successAt === undefined ? {} : { success_time: beijingTime(refund.successAt) }),
    user_received_account: refund.account,
    amount: refundShares(refund, order),
  }
}

const REFUND_WORDS = {
  SUCCESS: '退款成功',
  CLOSED: '退款关闭',
  ABNORMAL: '退款异常',
  PROCESSING: '退款处理中',
} as const

/** The notice of a refund's result. */
export function refundNotice(
  refund: Refund,
  order: Order,
  { now, ids }: { readonly now: number; readonly ids: Ids },
): Notice {
  return {
    id: ids.notificationId(),
    eventType: `REFUND.${refund.status}`,
    originalType: 'refund',
    summary: REFUND_WORDS[refund.status],
    createdAt: now,
    resource: refundResource(refund, order),
  }
}
