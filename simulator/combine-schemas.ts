/** The bodies of combined payments (doc merchant/4012556926 and siblings, 4012556999), field by field. */
import * as v from 'valibot'
import { notifyUrl, oneOf, optionalText, requiredText, wholeNumber } from './field-rules.ts'
import { limitPay, outTradeNo, SCENES, timeExpire } from './request-schemas.ts'
import type { PaymentMethod } from './request-schemas.ts'

/** 10 million yuan. */
const MAX_TOTAL = 1_000_000_000
const MAX_SUB_ORDERS = 50

const subOrder = v.strictObject({
  mchid: requiredText(32),
  sub_mchid: optionalText(32),
  sub_appid: optionalText(32),
  attach: requiredText(128),
  amount: v.strictObject({
    total_amount: v.pipe(wholeNumber(1), v.maxValue(MAX_TOTAL, `数值必须小于等于 ${MAX_TOTAL}`)),
    currency: oneOf('CNY'),
  }),
  out_trade_no: outTradeNo,
  description: requiredText(127),
  detail: optionalText(6000),
  goods_tag: optionalText(32),
  settle_info: v.optional(
    v.strictObject({ profit_sharing: v.optional(v.boolean()), subsidy_amount: v.optional(wholeNumber(0)) }),
  ),
})

const subOrders = v.pipe(
  v.array(subOrder),
  v.check(({ length }) => length <= MAX_SUB_ORDERS, '子单数量大于最大值 50'),
)

const payer = v.strictObject({ openid: requiredText(128), sub_openid: optionalText(128) })

const common = {
  combine_appid: requiredText(32),
  combine_mchid: requiredText(32),
  combine_out_trade_no: outTradeNo,
  sub_orders: subOrders,
  time_start: timeExpire,
  time_expire: timeExpire,
  notify_url: notifyUrl(255),
  limit_pay: limitPay,
  combine_payer_info: v.optional(payer),
}

export const COMBINE_SCHEMAS = {
  jsapi: v.strictObject({ ...common, ...SCENES.any, combine_payer_info: payer }),
  app: v.strictObject({ ...common, ...SCENES.any }),
  h5: v.strictObject({ ...common, ...SCENES.h5 }),
  native: v.strictObject({ ...common, ...SCENES.any }),
} as const satisfies Record<PaymentMethod, v.GenericSchema>

export const COMBINE_CLOSE_SCHEMA = v.strictObject({
  combine_appid: requiredText(32),
  sub_orders: v.array(
    v.strictObject({
      mchid: requiredText(32),
      out_trade_no: outTradeNo,
      sub_mchid: optionalText(32),
      sub_appid: optionalText(32),
    }),
  ),
})

export type CombineRequest = v.InferOutput<(typeof COMBINE_SCHEMAS)['native']>
export type SubOrder = v.InferOutput<typeof subOrder>
export type CombineClose = v.InferOutput<typeof COMBINE_CLOSE_SCHEMA>
