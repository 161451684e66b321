/** Control routes of what people do: open, scan, pay, give up; and of the books. */
import { verifySha256 } from '#shared/crypto/rsa.ts'
import * as v from 'valibot'
import { beijingTime } from './beijing-time.ts'
import { ControlError } from './control-error.ts'
import { parseControl } from './control-router.ts'
import type { ControlRoutes } from './control-router.ts'
import { ELSEWHERE_SCHEMA } from './elsewhere-refund.ts'
import type { Keys } from './keys.ts'
import { refundsOfOrder, sumUp } from './ledger.ts'
import type { Ledger, Order } from './ledger.ts'
import type { Operations } from './operations.ts'
import { findOrder, openTicket, payable } from './orders.ts'
import { readPayParameters } from './pay-parameters.ts'
import type { Timeline } from './timeline.ts'
import { orderView, refundView } from './views.ts'
import type { Wire } from './views.ts'

export interface PayerDeps {
  readonly ledger: Ledger
  readonly operations: Operations
  readonly timeline: Timeline
  readonly keys: Keys
  readonly mchid: string
}

const text = v.optional(v.string())
const whichOrder = { out_trade_no: text, code_url: text, h5_url: text, prepay_id: text }
const paySchema = v.strictObject({
  ...whichOrder,
  openid: text,
  bank_type: text,
  coupon: v.optional(v.number(), 0),
})
const finishSchema = v.strictObject({
  out_refund_no: v.string(),
  status: v.optional(v.picklist(['SUCCESS', 'CLOSED', 'ABNORMAL']), 'SUCCESS'),
})
/** Routes of the payer and of the books. */
export function payerRoutes({ ledger, operations, timeline, keys, mchid }: PayerDeps): ControlRoutes {
  const show = (order: Order): Wire => ({
    ...orderView(order, timeline.now()),
    description: order.request.description,
    channel: order.method,
    notify_url: order.request.notify_url,
    create_time: beijingTime(order.createdAt),
    expire_time: beijingTime(order.expiresAt),
    refunds: refundsOfOrder(ledger, order.request.out_trade_no).map(({ request }) => request.out_refund_no),
  })

  function locate(input: v.InferOutput<typeof paySchema>): Order {
    const ticket = input.code_url ?? input.h5_url ?? input.prepay_id
    if (ticket !== undefined) return openTicket(ledger, ticket, timeline.now()).order
    if (input.out_trade_no !== undefined) return payable(ledger, input.out_trade_no, timeline.now())
    throw new ControlError(400, 'bad_request', 'say which order: out_trade_no, code_url, h5_url or prepay_id')
  }

  const open = (body: unknown): Wire => ({ order: show(locate(parseControl(paySchema, body))) })

  /** What the WeChat client does with the parameters that a page or an app hands it. */
  function invoke(body: unknown): Wire {
    const given = readPayParameters(body)
    const { order } = openTicket(ledger, given.prepayId, timeline.now())
    const { appid, sub } = order.request
    // In partner mode the documents do not say whose number it is.
    if (given.partnerId !== undefined && ![mchid, sub?.mchid].includes(given.partnerId))
      throw new ControlError(409, 'partner_mismatch', 'partnerId is not the mchid')
    const appIds = [appid, sub?.appid].filter((known) => known !== undefined)
    const isSigned = (given.appId === undefined ? appIds : [given.appId]).some((appId) => {
      const message = Buffer.from(`${appId}\n${given.timeStamp}\n${given.nonceStr}\n${given.signed}\n`)
      return keys.merchant.some(({ publicKey }) => verifySha256(publicKey, message, given.signature))
    })
    if (!isSigned) {
      throw new ControlError(
        409,
        'pay_sign',
        'the payment parameters are not signed by the merchant (支付验证签名失败)',
      )
    }
    if (given.appId !== undefined && !appIds.includes(given.appId))
      throw new ControlError(409, 'appid_mismatch', 'the order was placed under another appid')
    return { order: show(order) }
  }

  return {
    'POST /_control/payer/open': ({ body }) => open(body),
    'POST /_control/payer/scan': ({ body }) =>
      open(parseControl(v.strictObject({ code_url: v.string() }), body)),
    'POST /_control/payer/invoke': ({ body }) => invoke(body),
    'POST /_control/payer/pay'({ body }) {
      const input = parseControl(paySchema, body)
      const { request } = locate(input)
      const payer = { openid: input.openid, bankType: input.bank_type, coupon: input.coupon }
      return { order: show(operations.pay(request.out_trade_no, payer)) }
    },
    // Giving up tells WeChat nothing: the order stays unpaid, and no notification is sent.
    'POST /_control/payer/give-up': ({ body }) => open(body),
    'POST /_control/refunds/finish'({ body }) {
      const { out_refund_no: number, status } = parseControl(finishSchema, body)
      const refund = operations.finishRefund(number, status)
      return { refund: refundView(refund, findOrder(ledger, refund.outTradeNo)) }
    },
    'POST /_control/refunds/elsewhere'({ body }) {
      const refund = operations.refundElsewhere(parseControl(ELSEWHERE_SCHEMA, body))
      return { refund: refundView(refund, findOrder(ledger, refund.outTradeNo)) }
    },
    'GET /_control/orders': () => ({ orders: [...ledger.orders.values()].map(show) }),
    'GET /_control/refunds': () => ({
      refunds: [...ledger.refunds.values()].map((refund) =>
        refundView(refund, findOrder(ledger, refund.outTradeNo)),
      ),
    }),
    'GET /_control/books': () => sumUp(ledger),
  }
}
