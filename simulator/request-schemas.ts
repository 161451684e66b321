/** The bodies that merchants send, field by field (doc merchant/4012791856 and siblings, 4012791860, 4013071036). */
import { isIP } from 'node:net'
import * as v from 'valibot'
import { notifyUrl, oneOf, optionalText, patternText, requiredText, wholeNumber } from './field-rules.ts'

export type PaymentMethod = 'jsapi' | 'app' | 'h5' | 'native'

const MAX_DETAIL_BYTES = 6144

export const outTradeNo = patternText(/^[0-9a-zA-Z_\-|*]{6,32}$/)
export const timeExpire = v.optional(patternText(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/))
const currency = v.optional(oneOf('CNY'), 'CNY')

/** Ways to pay that the merchant does not want (`no_credit`), or the only one (`balance_only`). */
export const limitPay = v.optional(v.array(oneOf('no_balance', 'no_credit', 'no_debit', 'balance_only')))

const goods = v.strictObject({
  merchant_goods_id: requiredText(32),
  wechatpay_goods_id: optionalText(32),
  goods_name: optionalText(256),
  quantity: wholeNumber(1),
  unit_price: wholeNumber(0),
})

const detail = v.pipe(
  v.strictObject({
    cost_price: v.optional(wholeNumber(0)),
    invoice_id: optionalText(32),
    goods_detail: v.optional(v.array(goods)),
  }),
  v.check(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_DETAIL_BYTES,
    `字节数大于最大值 ${MAX_DETAIL_BYTES}`,
  ),
)

const scene = {
  payer_client_ip: v.pipe(
    v.string(),
    v.check((text) => isIP(text) !== 0, '必须为合法的IP地址'),
  ),
  device_id: optionalText(32),
  store_info: v.optional(
    v.strictObject({
      id: requiredText(32),
      name: optionalText(256),
      area_code: optionalText(32),
      address: optionalText(512),
    }),
  ),
}

const h5Info = v.strictObject({
  type: oneOf('Wap', 'iOS', 'Android'),
  app_name: optionalText(64),
  app_url: optionalText(128),
  bundle_id: optionalText(128),
  package_name: optionalText(128),
})

/** What an order says, whoever places it. */
export const ORDER_TERMS = {
  description: requiredText(127),
  out_trade_no: outTradeNo,
  time_expire: timeExpire,
  attach: optionalText(128),
  notify_url: notifyUrl(255),
  goods_tag: optionalText(32),
  limit_pay: limitPay,
  support_fapiao: v.optional(v.boolean()),
  amount: v.strictObject({ total: wholeNumber(1), currency }),
  detail: v.optional(detail),
  settle_info: v.optional(v.strictObject({ profit_sharing: v.optional(v.boolean()) })),
}

/** By the way to pay: the scene, which an H5 order cannot do without. */
export const SCENES = {
  any: { scene_info: v.optional(v.strictObject(scene)) },
  h5: { scene_info: v.strictObject({ ...scene, h5_info: h5Info }) },
} as const

const direct = { appid: requiredText(32), mchid: requiredText(32), ...ORDER_TERMS }

export const PREPAY_SCHEMAS = {
  jsapi: v.strictObject({ ...direct, ...SCENES.any, payer: v.strictObject({ openid: requiredText(128) }) }),
  app: v.strictObject({ ...direct, ...SCENES.any }),
  h5: v.strictObject({ ...direct, ...SCENES.h5 }),
  native: v.strictObject({ ...direct, ...SCENES.any }),
} as const satisfies Record<PaymentMethod, v.GenericSchema>

export const CLOSE_SCHEMA = v.strictObject({ mchid: requiredText(32) })

const refundGoods = v.strictObject({
  merchant_goods_id: requiredText(32),
  wechatpay_goods_id: optionalText(32),
  goods_name: optionalText(256),
  unit_price: wholeNumber(0),
  refund_amount: wholeNumber(0),
  refund_quantity: wholeNumber(1),
})

const fundsFrom = v.strictObject({ account: oneOf('AVAILABLE', 'UNAVAILABLE'), amount: wholeNumber(0) })

export const REFUND_SCHEMA = v.strictObject({
  sub_mchid: optionalText(32),
  transaction_id: optionalText(32),
  out_trade_no: v.optional(outTradeNo),
  out_refund_no: patternText(/^[0-9a-zA-Z_\-|*@]{1,64}$/),
  reason: v.optional(v.pipe(v.string(), v.maxBytes(80, '字节数大于最大值 80'))),
  notify_url: v.optional(notifyUrl(256)),
  funds_account: v.optional(oneOf('AVAILABLE', 'UNSETTLED')),
  amount: v.strictObject({
    refund: wholeNumber(1),
    total: wholeNumber(1),
    currency: oneOf('CNY'),
    from: v.optional(v.array(fundsFrom)),
  }),
  goods_detail: v.optional(v.array(refundGoods)),
})

/** The merchant that a service provider (服务商) places an order for. */
export interface SubMerchant {
  readonly mchid: string
  readonly appid?: string | undefined
}

/** What all ways to pay have in common, as the ledger keeps it. `appid` and `mchid` are those of who placed it. */
export interface PrepayRequest {
  readonly appid: string
  readonly mchid: string
  readonly sub?: SubMerchant
  readonly description: string
  readonly out_trade_no: string
  readonly notify_url: string
  readonly time_expire?: string | undefined
  readonly attach?: string | undefined
  readonly limit_pay?: readonly string[] | undefined
  readonly amount: { readonly total: number; readonly currency: string }
  /** Under `appid`, and under that of the sub-merchant. */
  readonly payer?:
    | { readonly openid?: string | undefined; readonly sub_openid?: string | undefined }
    | undefined
  readonly scene_info?: { readonly device_id?: string | undefined } | undefined
  readonly settle_info?: { readonly profit_sharing?: boolean | undefined } | undefined
}

export type RefundRequest = v.InferOutput<typeof REFUND_SCHEMA>
