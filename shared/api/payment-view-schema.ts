/** The form of the answer to a prepay. */
import * as v from 'valibot'
import { OrderViewSchema } from './order-view-schema.ts'
import { text } from './view-fields.ts'

/** For `getBrandWCPayRequest`; a mini program passes the same to `wx.requestPayment`, without `appId`. */
const JsapiParametersSchema = v.object({
  appId: v.string(),
  timeStamp: v.string(),
  nonceStr: v.string(),
  package: v.string(),
  signType: v.literal('RSA'),
  paySign: v.string(),
})

/** For `PayReq` of the App SDK. */
const AppParametersSchema = v.object({
  appId: v.string(),
  partnerId: v.string(),
  prepayId: v.string(),
  packageValue: v.literal('Sign=WXPay'),
  nonceStr: v.string(),
  timeStamp: v.string(),
  sign: v.string(),
})

/** Where the browser goes, for page_pay and wap_pay. */
const LinkSchema = v.object({ pay_url: v.string() })

/** For `payOrder` of the App SDK, for app_pay. */
const AppOrderSchema = v.object({ order_string: v.string() })

export const PaymentViewSchema = v.object({
  ...OrderViewSchema.entries,
  /** For jsapi and app. */
  prepay_id: text,
  /** For native and precreate: what the QR code says. */
  code_url: text,
  /** For h5: where to send the browser. */
  h5_url: text,
  /** For jsapi, app, page_pay, wap_pay and app_pay, signed anew for each answer. */
  pay_params: v.optional(v.union([JsapiParametersSchema, AppParametersSchema, LinkSchema, AppOrderSchema])),
})
export type PaymentView = v.InferOutput<typeof PaymentViewSchema>
