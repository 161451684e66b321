/** Made by `npm run contract`; a test says when it is not what the schemas say. */
export interface OrderEventData {
  readonly mchid: string
  readonly provider?: 'wechat' | 'alipay' | undefined
  readonly out_trade_no: string
  readonly order_version: number
  readonly refundable: number
  readonly deficit: number
  readonly holds: readonly string[]
  readonly paid_after_close?: boolean | undefined
  readonly conflicts_with?: string | undefined
  readonly accepts?: string | undefined
  readonly trade_state?: string | undefined
  readonly appid?: string | undefined
  readonly transaction_id?: string | undefined
  readonly success_time?: string | undefined
  readonly amount?:
    | {
        readonly total?: number | undefined
        readonly payer_total?: number | undefined
        readonly refund?: number | undefined
        readonly currency?: string | undefined
      }
    | undefined
  readonly trade_type?: string | undefined
  readonly bank_type?: string | undefined
  readonly attach?: string | undefined
  readonly out_refund_no?: string | undefined
  readonly refund_status?: string | undefined
  readonly refund_id?: string | undefined
  readonly channel?: string | undefined
  readonly failure_code?: string | undefined
  readonly attempt?: number | undefined
  readonly decision?: string | undefined
  readonly hold?: string | undefined
  readonly by?: string | undefined
  readonly note?: string | undefined
}

export interface HeldEventData {
  readonly mchid: string
  readonly provider?: 'wechat' | 'alipay' | undefined
  readonly out_trade_no: string
  readonly order_version: number
  readonly refundable: number
  readonly deficit: number
  readonly holds: readonly string[]
  readonly paid_after_close?: boolean | undefined
  readonly conflicts_with?: string | undefined
  readonly accepts?: string | undefined
  readonly trade_state?: string | undefined
  readonly appid?: string | undefined
  readonly transaction_id?: string | undefined
  readonly success_time?: string | undefined
  readonly amount?:
    | {
        readonly total?: number | undefined
        readonly payer_total?: number | undefined
        readonly refund?: number | undefined
        readonly currency?: string | undefined
      }
    | undefined
  readonly trade_type?: string | undefined
  readonly bank_type?: string | undefined
  readonly attach?: string | undefined
  readonly out_refund_no?: string | undefined
  readonly refund_status?: string | undefined
  readonly refund_id?: string | undefined
  readonly channel?: string | undefined
  readonly failure_code?: string | undefined
  readonly attempt?: number | undefined
  readonly decision?: string | undefined
  readonly hold?: string | undefined
  readonly by?: string | undefined
  readonly note?: string | undefined
  readonly opened?: readonly string[] | undefined
  readonly hold_reason?:
    | 'order_unknown'
    | 'order_rejected'
    | 'amount_differs'
    | 'currency_differs'
    | 'appid_differs'
    | 'payment_conflict'
    | 'over_refunded'
    | 'refund_without_payment'
    | 'refund_of_other_transaction'
    | 'refund_amount_differs'
    | 'refund_contradiction'
    | 'refunds_unknown'
    | 'trade_state_unknown'
    | 'refund_state_unknown'
    | 'too_many_tellings'
    | 'placed_by_operator'
    | 'approval'
    | undefined
}

export interface ReleasedEventData {
  readonly mchid: string
  readonly provider?: 'wechat' | 'alipay' | undefined
  readonly out_trade_no: string
  readonly order_version: number
  readonly refundable: number
  readonly deficit: number
  readonly holds: readonly string[]
  readonly paid_after_close?: boolean | undefined
  readonly conflicts_with?: string | undefined
  readonly accepts?: string | undefined
  readonly trade_state?: string | undefined
  readonly appid?: string | undefined
  readonly transaction_id?: string | undefined
  readonly success_time?: string | undefined
  readonly amount?:
    | {
        readonly total?: number | undefined
        readonly payer_total?: number | undefined
        readonly refund?: number | undefined
        readonly currency?: string | undefined
      }
    | undefined
  readonly trade_type?: string | undefined
  readonly bank_type?: string | undefined
  readonly attach?: string | undefined
  readonly out_refund_no?: string | undefined
  readonly refund_status?: string | undefined
  readonly refund_id?: string | undefined
  readonly channel?: string | undefined
  readonly failure_code?: string | undefined
  readonly attempt?: number | undefined
  readonly decision?: string | undefined
  readonly hold?: string | undefined
  readonly by?: string | undefined
  readonly note?: string | undefined
  readonly released: readonly string[]
}

export interface NoticeEventData {
  readonly mchid: string
  readonly provider?: 'wechat' | 'alipay' | undefined
  readonly event_type: string
  readonly notification_id?: string | undefined
  readonly original_type?: string | undefined
  readonly out_trade_no?: string | undefined
  readonly trade_state?: string | undefined
  readonly held?: 'combine' | 'partner' | 'malformed' | undefined
  readonly orders?:
    | readonly {
        readonly out_trade_no: string
        readonly combine_out_trade_no?: string | undefined
        readonly out_refund_no?: string | undefined
        readonly transaction_id?: string | undefined
        readonly mchid?: string | undefined
        readonly sub_mchid?: string | undefined
        readonly amount?: number | undefined
      }[]
    | undefined
  readonly content?: string | undefined
  readonly conflicts_with?: string | undefined
}

export interface ReconciliationEventData {
  readonly mchid: string
  readonly day: string
  readonly matched: number
  readonly unsettled: number
  readonly unlisted: number
  readonly found: Readonly<Record<string, number>>
  readonly outcomes: Readonly<Record<string, number>>
  readonly payments: { readonly rows: number; readonly amount: number }
  readonly refunds: { readonly rows: number; readonly amount: number }
}

export interface PaymentSucceeded {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'payment.succeeded'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: OrderEventData
}

export interface PaymentClosed {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'payment.closed'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: OrderEventData
}

export interface RefundCreated {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'refund.created'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: OrderEventData
}

export interface RefundSucceeded {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'refund.succeeded'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: OrderEventData
}

export interface RefundClosed {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'refund.closed'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: OrderEventData
}

export interface RefundAbnormal {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'refund.abnormal'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: OrderEventData
}

export interface RefundFailed {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'refund.failed'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: OrderEventData
}

export interface OrderHeld {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'order.held'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: HeldEventData
}

export interface OrderReleased {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'order.released'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: ReleasedEventData
}

export interface NotificationReceived {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'notification.received'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: NoticeEventData
}

export interface ReconciliationCompleted {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: 'reconciliation.completed'
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly traceparent?: string | undefined
  readonly xrequestid?: string | undefined
  readonly data: ReconciliationEventData
}

export type WechatPayEvent =
  | PaymentSucceeded
  | PaymentClosed
  | RefundCreated
  | RefundSucceeded
  | RefundClosed
  | RefundAbnormal
  | RefundFailed
  | OrderHeld
  | OrderReleased
  | NotificationReceived
  | ReconciliationCompleted
