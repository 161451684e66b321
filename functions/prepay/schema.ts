/** The body of `POST /v1/payments`: WeChat's own names and limits (doc merchant/4012791856, …877, …834, 4013070347). */
import * as v from 'valibot'
import { AnyText, AmountFen, OutTradeNo, Rfc3339, text } from '#shared/api/request-fields.ts'
import { parseInput } from '#shared/api/field-problems.ts'
import { METHODS_OF, PAYMENT_METHODS } from '#shared/orders/payment-channel.ts'
import type { PaymentMethod } from '#shared/orders/payment-channel.ts'
import type { Provider } from '#shared/providers.ts'

const flag = v.boolean('must be true or false')
const AppId = v.pipe(
  AnyText,
  v.regex(/^wx[0-9A-Za-z_-]{1,30}$/, 'must be an appid, as in wxd678efh567hg6787'),
)

/** WeChat's SDKs have the field, its pages of APIv3 do not name the values: `no_credit` is that of its older pages. */
const LimitPay = v.pipe(
  v.array(
    v.pipe(AnyText, v.regex(/^[a-z_]{1,32}$/, "must be one of WeChat's words, as no_credit")),
    'must be a list',
  ),
  v.minLength(1, 'must have at least 1 entry'),
  v.maxLength(10, 'must have at most 10 entries'),
)

const wechat = v.optional(v.literal('wechat', 'must be wechat for this channel'))

const common = {
  provider: wechat,
  appid: v.optional(AppId),
  out_trade_no: OutTradeNo,
  description: text(127),
  amount: v.strictObject({
    total: AmountFen,
    currency: v.optional(v.literal('CNY', 'must be CNY'), 'CNY'),
  }),
  time_expire: v.optional(Rfc3339),
  attach: v.optional(text(128)),
  goods_tag: v.optional(text(32)),
  limit_pay: v.optional(LimitPay),
  support_fapiao: v.optional(flag),
  detail: v.optional(
    v.strictObject({
      cost_price: v.optional(AmountFen),
      invoice_id: v.optional(text(32)),
      goods_detail: v.optional(
        v.pipe(
          v.array(
            v.strictObject({
              merchant_goods_id: text(32),
              wechatpay_goods_id: v.optional(text(32)),
              goods_name: v.optional(text(256)),
              quantity: AmountFen,
              unit_price: AmountFen,
            }),
            'must be a list',
          ),
          v.maxLength(100, 'must have at most 100 entries'),
        ),
      ),
    }),
  ),
  settle_info: v.optional(v.strictObject({ profit_sharing: flag })),
}

const storeInfo = v.optional(
  v.strictObject({
    id: text(32),
    name: v.optional(text(256)),
    area_code: v.optional(text(32)),
    address: v.optional(text(512)),
  }),
)
const sceneFields = {
  payer_client_ip: v.pipe(AnyText, v.ip('must be an IPv4 or IPv6 address')),
  device_id: v.optional(text(32)),
  store_info: storeInfo,
}
const scene_info = v.optional(v.strictObject(sceneFields))

const JsapiRequest = v.strictObject({
  ...common,
  channel: v.literal('jsapi'),
  payer: v.strictObject({ openid: text(128) }),
  scene_info,
})
const AppRequest = v.strictObject({ ...common, channel: v.literal('app'), scene_info })
const NativeRequest = v.strictObject({ ...common, channel: v.literal('native'), scene_info })
const H5Request = v.strictObject({
  ...common,
  channel: v.literal('h5'),
  scene_info: v.strictObject({
    ...sceneFields,
    h5_info: v.strictObject({
      type: v.picklist(['Wap', 'iOS', 'Android'], 'must be Wap, iOS or Android'),
      app_name: v.optional(text(64)),
      app_url: v.optional(text(128)),
      bundle_id: v.optional(text(128)),
      package_name: v.optional(text(128)),
    }),
  }),
})

/** Alipay takes fewer characters in a number, and none in a subject that its signatures are cut at. */
const alipay = {
  provider: v.literal('alipay', 'must be alipay for this channel'),
  appid: v.optional(v.pipe(AnyText, v.regex(/^[0-9]{8,32}$/, 'must be an app_id'))),
  out_trade_no: v.pipe(
    OutTradeNo,
    v.regex(/^[0-9A-Za-z_]*$/, 'must have 6 to 32 characters of 0-9 A-Z a-z _ for Alipay'),
  ),
  description: v.pipe(text(127), v.regex(/^[^/=&]*$/, 'must not have / = or & for Alipay')),
  amount: common.amount,
  time_expire: common.time_expire,
  attach: common.attach,
}
const address = v.pipe(text(256), v.regex(/^https?:\/\/[\x21-\x7e]+$/, 'must be an http(s) URL'))

const PrecreateRequest = v.strictObject({ ...alipay, channel: v.literal('precreate') })
const PagePayRequest = v.strictObject({
  ...alipay,
  channel: v.literal('page_pay'),
  return_url: v.optional(address),
})
const WapPayRequest = v.strictObject({
  ...alipay,
  channel: v.literal('wap_pay'),
  return_url: v.optional(address),
  quit_url: v.optional(address),
})
const AppPayRequest = v.strictObject({ ...alipay, channel: v.literal('app_pay') })

/** One request a method: a method that has none does not compile. */
const REQUESTS = {
  jsapi: JsapiRequest,
  app: AppRequest,
  h5: H5Request,
  native: NativeRequest,
  precreate: PrecreateRequest,
  page_pay: PagePayRequest,
  wap_pay: WapPayRequest,
  app_pay: AppPayRequest,
} satisfies { readonly [Method in PaymentMethod]: RequestOf<Method> }

type RequestOf<Method> = v.GenericSchema<unknown, { readonly channel: Method }>

export const PrepaySchema = v.variant(
  'channel',
  Object.values(REQUESTS),
  `must be one of ${PAYMENT_METHODS.join(', ')}`,
)

export type PrepayRequest = v.InferOutput<typeof PrepaySchema>

/**
 * @param usual whose a request is that names no provider, but a method of it.
 * @throws AppError `invalid_request` naming every field that breaks a rule.
 */
export function parsePrepayRequest(body: unknown, usual: Provider = 'wechat'): PrepayRequest {
  const meansUsual = v.looseObject({
    provider: v.optional(v.undefined()),
    channel: v.picklist(METHODS_OF[usual]),
  })
  return parseInput(PrepaySchema, v.is(meansUsual, body) ? { ...body, provider: usual } : body)
}
