/** Made by `npm run contract`; a test says when it is not what the schemas say. */
export interface Refund {
  readonly out_refund_no: string
  readonly out_trade_no: string
  readonly transaction_id?: string | undefined
  readonly refund_id?: string | undefined
  readonly status: 'REQUESTED' | 'UNKNOWN' | 'FAILED' | 'PROCESSING' | 'ABNORMAL' | 'CLOSED' | 'SUCCESS'
  readonly amount: { readonly refund: number; readonly total: number; readonly currency: string }
  readonly channel?: string | undefined
  readonly success_time?: string | undefined
  readonly failure_code?: string | undefined
  readonly refused_code?: string | undefined
  readonly held?: 'approval' | undefined
  readonly approval?:
    | { readonly rules: readonly string[]; readonly names: number; readonly approved_by: readonly string[] }
    | undefined
  readonly application?:
    | {
        readonly type: 'MERCHANT_BANK_CARD' | 'USER_BANK_CARD'
        readonly status: 'REQUESTED' | 'UNKNOWN' | 'REFUSED' | 'ACCEPTED'
        readonly failure_code?: string | undefined
        readonly updated_at: string
      }
    | undefined
  readonly created_at: string
  readonly updated_at: string
}

export interface Order {
  readonly mchid: string
  readonly provider: 'wechat' | 'alipay'
  readonly appid: string
  readonly out_trade_no: string
  readonly channel?:
    | 'jsapi'
    | 'app'
    | 'h5'
    | 'native'
    | 'precreate'
    | 'page_pay'
    | 'wap_pay'
    | 'app_pay'
    | undefined
  readonly status: 'CREATED' | 'AWAITING_PAYMENT' | 'PAID' | 'CLOSED' | 'REJECTED' | 'UNRECOGNIZED'
  readonly amount: {
    readonly total: number
    readonly currency: string
    readonly payer_total?: number | undefined
  }
  readonly description?: string | undefined
  readonly attach?: string | undefined
  readonly time_expire?: string | undefined
  readonly transaction_id?: string | undefined
  readonly trade_type?: string | undefined
  readonly bank_type?: string | undefined
  readonly success_time?: string | undefined
  readonly rejected_code?: string | undefined
  readonly refundable: number
  readonly deficit: number
  readonly held: boolean
  readonly holds: readonly {
    readonly hold: string
    readonly reason:
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
    readonly dismissed: boolean
    readonly acceptable: boolean
  }[]
  readonly payments: readonly {
    readonly transaction_id: string
    readonly appid: string
    readonly amount: {
      readonly total: number
      readonly currency: string
      readonly payer_total?: number | undefined
    }
    readonly success_time: string
  }[]
  readonly audit: readonly {
    readonly at: string
    readonly action: 'hold' | 'dismiss' | 'accept' | 'approve' | 'refuse' | 'pay_to_card'
    readonly hold: string
    readonly by: string
    readonly note: string
  }[]
  readonly refunds: readonly Refund[]
  readonly profit_sharing?:
    | {
        readonly unsplit_amount?: number | undefined
        readonly unsplit_at?: string | undefined
        readonly unfreeze?:
          | {
              readonly out_order_no: string
              readonly status: 'REQUESTED' | 'UNKNOWN' | 'FAILED' | 'PROCESSING' | 'FINISHED'
              readonly order_id?: string | undefined
              readonly failure_code?: string | undefined
              readonly updated_at: string
            }
          | undefined
      }
    | undefined
  readonly created_at: string
  readonly updated_at: string
}

export interface Payment {
  readonly mchid: string
  readonly provider: 'wechat' | 'alipay'
  readonly appid: string
  readonly out_trade_no: string
  readonly channel?:
    | 'jsapi'
    | 'app'
    | 'h5'
    | 'native'
    | 'precreate'
    | 'page_pay'
    | 'wap_pay'
    | 'app_pay'
    | undefined
  readonly status: 'CREATED' | 'AWAITING_PAYMENT' | 'PAID' | 'CLOSED' | 'REJECTED' | 'UNRECOGNIZED'
  readonly amount: {
    readonly total: number
    readonly currency: string
    readonly payer_total?: number | undefined
  }
  readonly description?: string | undefined
  readonly attach?: string | undefined
  readonly time_expire?: string | undefined
  readonly transaction_id?: string | undefined
  readonly trade_type?: string | undefined
  readonly bank_type?: string | undefined
  readonly success_time?: string | undefined
  readonly rejected_code?: string | undefined
  readonly refundable: number
  readonly deficit: number
  readonly held: boolean
  readonly holds: readonly {
    readonly hold: string
    readonly reason:
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
    readonly dismissed: boolean
    readonly acceptable: boolean
  }[]
  readonly payments: readonly {
    readonly transaction_id: string
    readonly appid: string
    readonly amount: {
      readonly total: number
      readonly currency: string
      readonly payer_total?: number | undefined
    }
    readonly success_time: string
  }[]
  readonly audit: readonly {
    readonly at: string
    readonly action: 'hold' | 'dismiss' | 'accept' | 'approve' | 'refuse' | 'pay_to_card'
    readonly hold: string
    readonly by: string
    readonly note: string
  }[]
  readonly refunds: readonly Refund[]
  readonly profit_sharing?:
    | {
        readonly unsplit_amount?: number | undefined
        readonly unsplit_at?: string | undefined
        readonly unfreeze?:
          | {
              readonly out_order_no: string
              readonly status: 'REQUESTED' | 'UNKNOWN' | 'FAILED' | 'PROCESSING' | 'FINISHED'
              readonly order_id?: string | undefined
              readonly failure_code?: string | undefined
              readonly updated_at: string
            }
          | undefined
      }
    | undefined
  readonly created_at: string
  readonly updated_at: string
  readonly prepay_id?: string | undefined
  readonly code_url?: string | undefined
  readonly h5_url?: string | undefined
  readonly pay_params?:
    | {
        readonly appId: string
        readonly timeStamp: string
        readonly nonceStr: string
        readonly package: string
        readonly signType: 'RSA'
        readonly paySign: string
      }
    | {
        readonly appId: string
        readonly partnerId: string
        readonly prepayId: string
        readonly packageValue: 'Sign=WXPay'
        readonly nonceStr: string
        readonly timeStamp: string
        readonly sign: string
      }
    | { readonly pay_url: string }
    | { readonly order_string: string }
    | undefined
}

export interface HoldAnswer {
  readonly mchid: string
  readonly provider: 'wechat' | 'alipay'
  readonly appid: string
  readonly out_trade_no: string
  readonly channel?:
    | 'jsapi'
    | 'app'
    | 'h5'
    | 'native'
    | 'precreate'
    | 'page_pay'
    | 'wap_pay'
    | 'app_pay'
    | undefined
  readonly status: 'CREATED' | 'AWAITING_PAYMENT' | 'PAID' | 'CLOSED' | 'REJECTED' | 'UNRECOGNIZED'
  readonly amount: {
    readonly total: number
    readonly currency: string
    readonly payer_total?: number | undefined
  }
  readonly description?: string | undefined
  readonly attach?: string | undefined
  readonly time_expire?: string | undefined
  readonly transaction_id?: string | undefined
  readonly trade_type?: string | undefined
  readonly bank_type?: string | undefined
  readonly success_time?: string | undefined
  readonly rejected_code?: string | undefined
  readonly refundable: number
  readonly deficit: number
  readonly held: boolean
  readonly holds: readonly {
    readonly hold: string
    readonly reason:
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
    readonly dismissed: boolean
    readonly acceptable: boolean
  }[]
  readonly payments: readonly {
    readonly transaction_id: string
    readonly appid: string
    readonly amount: {
      readonly total: number
      readonly currency: string
      readonly payer_total?: number | undefined
    }
    readonly success_time: string
  }[]
  readonly audit: readonly {
    readonly at: string
    readonly action: 'hold' | 'dismiss' | 'accept' | 'approve' | 'refuse' | 'pay_to_card'
    readonly hold: string
    readonly by: string
    readonly note: string
  }[]
  readonly refunds: readonly Refund[]
  readonly profit_sharing?:
    | {
        readonly unsplit_amount?: number | undefined
        readonly unsplit_at?: string | undefined
        readonly unfreeze?:
          | {
              readonly out_order_no: string
              readonly status: 'REQUESTED' | 'UNKNOWN' | 'FAILED' | 'PROCESSING' | 'FINISHED'
              readonly order_id?: string | undefined
              readonly failure_code?: string | undefined
              readonly updated_at: string
            }
          | undefined
      }
    | undefined
  readonly created_at: string
  readonly updated_at: string
  readonly refunds_not_stopped: readonly string[]
}

export interface OrderSummary {
  readonly out_trade_no: string
  readonly transaction_id?: string | undefined
  readonly channel?:
    | 'jsapi'
    | 'app'
    | 'h5'
    | 'native'
    | 'precreate'
    | 'page_pay'
    | 'wap_pay'
    | 'app_pay'
    | undefined
  readonly status: 'CREATED' | 'AWAITING_PAYMENT' | 'PAID' | 'CLOSED' | 'REJECTED' | 'UNRECOGNIZED'
  readonly amount: { readonly total: number; readonly currency: string }
  readonly description?: string | undefined
  readonly refundable: number
  readonly refunded: number
  readonly refunds: number
  readonly held: boolean
  readonly holds: readonly (
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
  )[]
  readonly success_time?: string | undefined
  readonly created_at: string
  readonly updated_at: string
}

export interface OrderList {
  readonly orders: readonly OrderSummary[]
  readonly unreadable: readonly string[]
  readonly next?: string | undefined
}

export interface RefundList {
  readonly refunds: readonly Refund[]
  readonly unreadable: readonly string[]
  readonly next?: string | undefined
}

export interface Problem {
  readonly type: string
  readonly title: string
  readonly title_zh: string
  readonly status: number
  readonly detail?: string | undefined
  readonly code:
    | 'invalid_request'
    | 'unsupported_media_type'
    | 'body_too_large'
    | 'not_found'
    | 'order_not_found'
    | 'refund_not_found'
    | 'order_number_used'
    | 'refund_number_used'
    | 'order_already_paid'
    | 'order_closed'
    | 'order_not_paid'
    | 'order_held'
    | 'hold_not_found'
    | 'hold_not_acceptable'
    | 'refunds_paused'
    | 'prepay_paused'
    | 'hold_decision_unfit'
    | 'unfreeze_number_used'
    | 'refund_not_abnormal'
    | 'operation_not_offered'
    | 'order_not_placed'
    | 'refund_exceeds_refundable'
    | 'too_many_refunds'
    | 'wechat_refused'
    | 'wechat_rate_limited'
    | 'wechat_unavailable'
    | 'key_unavailable'
    | 'storage_unavailable'
    | 'storage_conflict'
    | 'deadline_exceeded'
    | 'config_invalid'
    | 'internal_error'
  readonly action: string
  readonly action_zh: string
  readonly request_id: string
  readonly errors?:
    | readonly { readonly field: string; readonly rule: string; readonly received: string }[]
    | undefined
  readonly channel_code?: string | undefined
  readonly wechat_code?: string | undefined
  readonly wechat_request_id?: string | undefined
}

export interface GatewayMessage {
  readonly message: string
}
