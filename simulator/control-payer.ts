/** Control routes of what people do: open, scan, pay, give up; and of the books. */
import * as v from 'valibot'
import { beijingTime } from './beijing-time.ts'
import type { CombinedOperations } from './combined-operations.ts'
import { parseControl } from './control-router.ts'
import type { ControlRoutes } from './control-router.ts'
import { ELSEWHERE_SCHEMA } from './elsewhere-refund.ts'
import type { Keys } from './keys.ts'
import { refundsOfOrder, sumUp } from './ledger.ts'
import type { Combined, Ledger, Order } from './ledger.ts'
import type { Operations } from './operations.ts'
import { findOrder } from './orders.ts'
import { checkPayParameters, readPayParameters } from './pay-parameters.ts'
import type { Expected } from './pay-parameters.ts'
import { WHICH } from './payer.ts'
import type { Held, Payer } from './payer.ts'
import { codesToPay } from './tickets.ts'
import type { Timeline } from './timeline.ts'
import { orderView, refundView } from './views.ts'
import type { Wire } from './views.ts'

export interface PayerDeps {
  readonly ledger: Ledger
  readonly operations: Operations
  readonly combined: CombinedOperations
  readonly timeline: Timeline
  readonly keys: Keys
  readonly payer: Payer
  /** The page on which an order is paid by hand. */
  readonly payerUrl: (outTradeNo: string) => string
}

const text = v.optional(v.string())
const paySchema = v.strictObject({
  ...WHICH,
  openid: text,
  bank_type: text,
  coupon: v.optional(v.number(), 0),
})
const finishSchema = v.strictObject({
  out_refund_no: v.string(),
  status: v.optional(v.picklist(['SUCCESS', 'CLOSED', 'ABNORMAL']), 'SUCCESS'),
})

/** In partner mode the documents do not say whose numbers they are. */
function signersOf({ request: { appid, mchid, sub } }: Order): Expected {
  return {
    appIds: [appid, ...(sub?.appid === undefined ? [] : [sub.appid])],
    partnerIds: [mchid, ...(sub === undefined ? [] : [sub.mchid])],
  }
}

function startersOf({ request }: Combined): Expected {
  return { appIds: [request.combine_appid], partnerIds: [request.combine_mchid] }
}

/** Routes of the payer and of the books. */
export function payerRoutes(deps: PayerDeps): ControlRoutes {
  const { ledger, operations, combined, timeline, keys, payer, payerUrl } = deps
  const show = (order: Order): Wire => ({
    ...orderView(order, timeline.now()),
    description: order.request.description,
    channel: order.method,
    notify_url: order.request.notify_url,
    ...(order.combinedIn === undefined ? {} : { combine_out_trade_no: order.combinedIn }),
    create_time: beijingTime(order.createdAt),
    expire_time: beijingTime(order.expiresAt),
    refunds: refundsOfOrder(ledger, order.request.out_trade_no).map(({ request }) => request.out_refund_no),
  })

  /** For people: what the QR code of a native payment says, and the page on which it can be paid without a phone. */
  const waysToPay = ({ request, method, combinedIn }: Order, codes: ReadonlyMap<string, string>): Wire => {
    if (combinedIn !== undefined) return {}
    const code = method === 'native' ? codes.get(request.out_trade_no) : undefined
    return { ...(code === undefined ? {} : { code_url: code }), payer_url: payerUrl(request.out_trade_no) }
  }

  const showCombined = (found: Combined): Wire => ({
    ...combined.show(found),
    channel: found.method,
    notify_url: found.request.notify_url,
  })

  const showHeld = (found: Held): Wire =>
    'order' in found ? { order: show(found.order) } : { combined: showCombined(found.combined) }
  const open = (body: unknown): Wire => showHeld(payer.open(parseControl(paySchema, body)))

  /** What the WeChat client does with the parameters that a page or an app hands it. */
  function invoke(body: unknown): Wire {
    const given = readPayParameters(body)
    const found = payer.open({ prepay_id: given.prepayId })
    checkPayParameters(given, 'order' in found ? signersOf(found.order) : startersOf(found.combined), keys)
    return showHeld(found)
  }

  return {
    'POST /_control/payer/open': ({ body }) => open(body),
    'POST /_control/payer/scan': ({ body }) =>
      open(parseControl(v.strictObject({ code_url: v.string() }), body)),
    'POST /_control/payer/invoke': ({ body }) => invoke(body),
    'POST /_control/payer/pay'({ body }) {
      const { openid, bank_type: bankType, coupon, ...which } = parseControl(paySchema, body)
      return showHeld(payer.pay(which, { openid, bankType, coupon }))
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
    'GET /_control/orders'() {
      const codes = codesToPay(ledger)
      return {
        orders: [...ledger.orders.values()].map((order) => ({ ...show(order), ...waysToPay(order, codes) })),
      }
    },
    'GET /_control/combined': () => ({ combined: [...ledger.combined.values()].map(showCombined) }),
    'GET /_control/refunds': () => ({
      refunds: [...ledger.refunds.values()].map((refund) =>
        refundView(refund, findOrder(ledger, refund.outTradeNo)),
      ),
    }),
    'GET /_control/books': () => sumUp(ledger),
  }
}
