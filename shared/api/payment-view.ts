/** The answer to a prepay: the order, and what the client needs to pay it. */
import * as v from 'valibot'
import type { Order } from '#shared/orders/order.ts'
import { orderView, OrderViewSchema } from './order-view.ts'
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

export const PaymentViewSchema = v.object({
  ...OrderViewSchema.entries,
  /** For jsapi and app. */
  prepay_id: text,
  /** For native: what the QR code says. */
  code_url: text,
  /** For h5: where to send the browser. */
  h5_url: text,
  /** For jsapi and app, signed anew for each answer. */
  pay_params: v.optional(v.union([JsapiParametersSchema, AppParametersSchema])),
})
export type PaymentView = v.InferOutput<typeof PaymentViewSchema>

export function paymentView(answer: {
  readonly order: Order
  readonly pay_params: PaymentView['pay_params']
}): PaymentView {
  const { order, pay_params } = answer
  const { prepay_id, code_url, h5_url } = order.prepay ?? {}
  return { ...orderView(order), prepay_id, code_url, h5_url, pay_params }
}
