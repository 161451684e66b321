/** Made by `npm run contract`; a test says when it is not what the schemas say. */
export type PaymentRequest =
  | {
      readonly provider?: 'wechat' | undefined
      readonly appid?: string | undefined
      readonly out_trade_no: string
      readonly description: string
      readonly amount: { readonly total: number; readonly currency?: 'CNY' | undefined }
      readonly time_expire?: string | undefined
      readonly attach?: string | undefined
      readonly goods_tag?: string | undefined
      readonly limit_pay?: readonly string[] | undefined
      readonly support_fapiao?: boolean | undefined
      readonly detail?:
        | {
            readonly cost_price?: number | undefined
            readonly invoice_id?: string | undefined
            readonly goods_detail?:
              | readonly {
                  readonly merchant_goods_id: string
                  readonly wechatpay_goods_id?: string | undefined
                  readonly goods_name?: string | undefined
                  readonly quantity: number
                  readonly unit_price: number
                }[]
              | undefined
          }
        | undefined
      readonly settle_info?: { readonly profit_sharing: boolean } | undefined
      readonly channel: 'jsapi'
      readonly payer: { readonly openid: string }
      readonly scene_info?:
        | {
            readonly payer_client_ip: string
            readonly device_id?: string | undefined
            readonly store_info?:
              | {
                  readonly id: string
                  readonly name?: string | undefined
                  readonly area_code?: string | undefined
                  readonly address?: string | undefined
                }
              | undefined
          }
        | undefined
    }
  | {
      readonly provider?: 'wechat' | undefined
      readonly appid?: string | undefined
      readonly out_trade_no: string
      readonly description: string
      readonly amount: { readonly total: number; readonly currency?: 'CNY' | undefined }
      readonly time_expire?: string | undefined
      readonly attach?: string | undefined
      readonly goods_tag?: string | undefined
      readonly limit_pay?: readonly string[] | undefined
      readonly support_fapiao?: boolean | undefined
      readonly detail?:
        | {
            readonly cost_price?: number | undefined
            readonly invoice_id?: string | undefined
            readonly goods_detail?:
              | readonly {
                  readonly merchant_goods_id: string
                  readonly wechatpay_goods_id?: string | undefined
                  readonly goods_name?: string | undefined
                  readonly quantity: number
                  readonly unit_price: number
                }[]
              | undefined
          }
        | undefined
      readonly settle_info?: { readonly profit_sharing: boolean } | undefined
      readonly channel: 'app'
      readonly scene_info?:
        | {
            readonly payer_client_ip: string
            readonly device_id?: string | undefined
            readonly store_info?:
              | {
                  readonly id: string
                  readonly name?: string | undefined
                  readonly area_code?: string | undefined
                  readonly address?: string | undefined
                }
              | undefined
          }
        | undefined
    }
  | {
      readonly provider?: 'wechat' | undefined
      readonly appid?: string | undefined
      readonly out_trade_no: string
      readonly description: string
      readonly amount: { readonly total: number; readonly currency?: 'CNY' | undefined }
      readonly time_expire?: string | undefined
      readonly attach?: string | undefined
      readonly goods_tag?: string | undefined
      readonly limit_pay?: readonly string[] | undefined
      readonly support_fapiao?: boolean | undefined
      readonly detail?:
        | {
            readonly cost_price?: number | undefined
            readonly invoice_id?: string | undefined
            readonly goods_detail?:
              | readonly {
                  readonly merchant_goods_id: string
                  readonly wechatpay_goods_id?: string | undefined
                  readonly goods_name?: string | undefined
                  readonly quantity: number
                  readonly unit_price: number
                }[]
              | undefined
          }
        | undefined
      readonly settle_info?: { readonly profit_sharing: boolean } | undefined
      readonly channel: 'h5'
      readonly scene_info: {
        readonly payer_client_ip: string
        readonly device_id?: string | undefined
        readonly store_info?:
          | {
              readonly id: string
              readonly name?: string | undefined
              readonly area_code?: string | undefined
              readonly address?: string | undefined
            }
          | undefined
        readonly h5_info: {
          readonly type: 'Wap' | 'iOS' | 'Android'
          readonly app_name?: string | undefined
          readonly app_url?: string | undefined
          readonly bundle_id?: string | undefined
          readonly package_name?: string | undefined
        }
      }
    }
  | {
      readonly provider?: 'wechat' | undefined
      readonly appid?: string | undefined
      readonly out_trade_no: string
      readonly description: string
      readonly amount: { readonly total: number; readonly currency?: 'CNY' | undefined }
      readonly time_expire?: string | undefined
      readonly attach?: string | undefined
      readonly goods_tag?: string | undefined
      readonly limit_pay?: readonly string[] | undefined
      readonly support_fapiao?: boolean | undefined
      readonly detail?:
        | {
            readonly cost_price?: number | undefined
            readonly invoice_id?: string | undefined
            readonly goods_detail?:
              | readonly {
                  readonly merchant_goods_id: string
                  readonly wechatpay_goods_id?: string | undefined
                  readonly goods_name?: string | undefined
                  readonly quantity: number
                  readonly unit_price: number
                }[]
              | undefined
          }
        | undefined
      readonly settle_info?: { readonly profit_sharing: boolean } | undefined
      readonly channel: 'native'
      readonly scene_info?:
        | {
            readonly payer_client_ip: string
            readonly device_id?: string | undefined
            readonly store_info?:
              | {
                  readonly id: string
                  readonly name?: string | undefined
                  readonly area_code?: string | undefined
                  readonly address?: string | undefined
                }
              | undefined
          }
        | undefined
    }
  | {
      readonly provider: 'alipay'
      readonly appid?: string | undefined
      readonly out_trade_no: string
      readonly description: string
      readonly amount: { readonly total: number; readonly currency?: 'CNY' | undefined }
      readonly time_expire?: string | undefined
      readonly attach?: string | undefined
      readonly channel: 'precreate'
    }
  | {
      readonly provider: 'alipay'
      readonly appid?: string | undefined
      readonly out_trade_no: string
      readonly description: string
      readonly amount: { readonly total: number; readonly currency?: 'CNY' | undefined }
      readonly time_expire?: string | undefined
      readonly attach?: string | undefined
      readonly channel: 'page_pay'
      readonly return_url?: string | undefined
    }
  | {
      readonly provider: 'alipay'
      readonly appid?: string | undefined
      readonly out_trade_no: string
      readonly description: string
      readonly amount: { readonly total: number; readonly currency?: 'CNY' | undefined }
      readonly time_expire?: string | undefined
      readonly attach?: string | undefined
      readonly channel: 'wap_pay'
      readonly return_url?: string | undefined
      readonly quit_url?: string | undefined
    }
  | {
      readonly provider: 'alipay'
      readonly appid?: string | undefined
      readonly out_trade_no: string
      readonly description: string
      readonly amount: { readonly total: number; readonly currency?: 'CNY' | undefined }
      readonly time_expire?: string | undefined
      readonly attach?: string | undefined
      readonly channel: 'app_pay'
    }

export interface UnfreezeRequest {
  readonly out_order_no: string
  readonly description: string
}

export interface RefundRequest {
  readonly out_refund_no: string
  readonly amount: {
    readonly refund: number
    readonly currency?: 'CNY' | undefined
    readonly from?:
      | readonly { readonly account: 'AVAILABLE' | 'UNAVAILABLE'; readonly amount: number }[]
      | undefined
  }
  readonly reason?: string | undefined
  readonly funds_account?: 'AVAILABLE' | 'UNSETTLED' | undefined
  readonly goods_detail?:
    | readonly {
        readonly merchant_goods_id: string
        readonly wechatpay_goods_id?: string | undefined
        readonly goods_name?: string | undefined
        readonly unit_price: number
        readonly refund_amount: number
        readonly refund_quantity: number
      }[]
    | undefined
}

export type AbnormalRefundRequest =
  | { readonly by: string; readonly note: string; readonly type: 'MERCHANT_BANK_CARD' }
  | {
      readonly by: string
      readonly note: string
      readonly type: 'USER_BANK_CARD'
      readonly bank_type:
        | 'CMB_DEBIT'
        | 'COMM_DEBIT'
        | 'ABC_DEBIT'
        | 'CCB_DEBIT'
        | 'ICBC_DEBIT'
        | 'BOC_DEBIT'
        | 'PAB_DEBIT'
        | 'SPDB_DEBIT'
        | 'CITIC_DEBIT'
        | 'CEB_DEBIT'
        | 'CMBC_DEBIT'
        | 'CIB_DEBIT'
        | 'GDB_DEBIT'
        | 'PSBC_DEBIT'
        | 'NBCB_DEBIT'
      readonly bank_account: string
      readonly real_name: string
    }

export interface HoldRequest {
  readonly by: string
  readonly note: string
}

export interface ReleaseRequest {
  readonly by: string
  readonly note: string
  readonly hold: string
  readonly decision: 'dismiss' | 'accept' | 'approve' | 'refuse'
}
