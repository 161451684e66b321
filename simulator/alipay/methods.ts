/** The methods of Alipay's gateway: what each takes, does and answers. */
import * as v from 'valibot'
import { beijingText, beijingTime } from '#shared/alipay/beijing-time.ts'
import { fenOfYuan } from '#shared/yuan.ts'
import type { BillDesk } from './bill-desk.ts'
import { isPaid, refundedOf, tradeStatus } from './ledger.ts'
import type { AlipayLedger, OpenedTrade, Product } from './ledger.ts'
import { yuan } from './notices.ts'
import type { AlipayOperations } from './operations.ts'
import { read } from './read-biz.ts'
import { knownTrade, placeTrade } from './trades.ts'
import type { Moment, Placed } from './trades.ts'

export interface MethodDeps {
  readonly ledger: AlipayLedger
  readonly operations: AlipayOperations
  readonly bills: BillDesk
}

/** The parameters of a call that a method looks at. */
export interface MethodCall {
  readonly biz: unknown
  readonly notify_url: string | undefined
}

type Answer = Readonly<Record<string, unknown>>
export type Method = (call: MethodCall) => Answer

const number = v.pipe(v.string(), v.regex(/^[0-9A-Za-z_-]{1,64}$/))
const requestNumber = v.pipe(v.string(), v.regex(/^[0-9A-Za-z_\-|*@]{1,64}$/))
const amount = v.pipe(
  v.string(),
  v.transform((text): number | undefined => fenOfYuan(text)),
  v.number('expected yuan with at most two places'),
  v.minValue(1),
  v.maxValue(10_000_000_000),
)
const which = { out_trade_no: v.optional(number), trade_no: v.optional(v.string()) }

const orderSchema = v.object({
  out_trade_no: number,
  total_amount: amount,
  subject: v.pipe(v.string(), v.minLength(1), v.maxLength(256), v.regex(/^[^/=&]+$/, 'no / = or &')),
  product_code: v.optional(v.string()),
  time_expire: v.optional(
    v.pipe(v.string(), v.transform(momentOf), v.number('expected yyyy-MM-dd HH:mm:ss')),
  ),
  passback_params: v.optional(v.pipe(v.string(), v.maxLength(512))),
  quit_url: v.optional(v.string()),
})

const refundSchema = v.strictObject({
  ...which,
  refund_amount: amount,
  out_request_no: v.optional(requestNumber),
  refund_reason: v.optional(v.pipe(v.string(), v.maxLength(256))),
})

const queryRefundSchema = v.object({
  ...which,
  out_request_no: requestNumber,
  query_options: v.optional(v.array(v.string()), []),
})

/** The method of each product, but for codes one that a payer's client calls. */
export const CLIENT_METHODS: ReadonlyMap<string, Product> = new Map([
  ['alipay.trade.page.pay', 'page'],
  ['alipay.trade.wap.pay', 'wap'],
  ['alipay.trade.app.pay', 'app'],
])

export function createMethods({ ledger, operations, bills }: MethodDeps): ReadonlyMap<string, Method> {
  return new Map<string, Method>([
    [
      'alipay.trade.precreate',
      (call) => {
        const { out_trade_no, qr_code } = placeTrade(ledger, placedBy('precreate', call), operations.moment())
        return { out_trade_no, qr_code }
      },
    ],
    [
      'alipay.trade.query',
      ({ biz }) => tradeView(knownTrade(ledger, read(v.object(which), biz)), operations.moment()),
    ],
    [
      'alipay.trade.close',
      ({ biz }) => {
        const { out_trade_no, opened } = operations.close(read(v.object({ ...which }), biz))
        return { out_trade_no, trade_no: opened.trade_no }
      },
    ],
    [
      'alipay.trade.refund',
      ({ biz }) => {
        const { refund_amount, refund_reason: _, ...asked } = read(refundSchema, biz)
        const taken = operations.refund({ ...asked, amount: refund_amount, origin: 'api' })
        return refundView(taken)
      },
    ],
    ['alipay.trade.fastpay.refund.query', ({ biz }) => refundFound(ledger, read(queryRefundSchema, biz))],
    [
      'alipay.data.dataservice.bill.downloadurl.query',
      ({ biz }) => ({ bill_download_url: bills.offer(biz) }),
    ],
  ])
}

/** The order of a call. @throws GatewayError for what Alipay does not take. */
export function placedBy(product: Product, { biz, notify_url }: MethodCall): Placed {
  const {
    out_trade_no,
    total_amount: total,
    subject,
    time_expire: expiresAt,
    passback_params,
  } = read(orderSchema, biz)
  return {
    product,
    out_trade_no,
    total,
    subject,
    expiresAt,
    ...(notify_url === undefined ? {} : { notify_url }),
    ...(passback_params === undefined ? {} : { passback_params }),
  }
}

function momentOf(text: string): number | undefined {
  const moment = beijingTime(text, { field: '' })
  return moment === undefined ? undefined : Date.parse(moment)
}

function tradeView(trade: OpenedTrade, { now }: Moment): Answer {
  const { opened, paid, out_trade_no, total } = trade
  return {
    trade_no: opened.trade_no,
    out_trade_no,
    trade_status: tradeStatus(trade, now),
    total_amount: yuan(total),
    receipt_amount: yuan(paid === undefined ? 0 : total),
    buyer_pay_amount: yuan(paid === undefined ? 0 : total),
    point_amount: '0.00',
    invoice_amount: '0.00',
    buyer_logon_id: 'pay***@example.com',
    ...(paid === undefined ? {} : { buyer_user_id: paid.buyer_id, send_pay_date: beijingText(paid.at) }),
  }
}

function refundView({ trade, moved, refund }: ReturnType<AlipayOperations['refund']>): Answer {
  return {
    trade_no: trade.opened.trade_no,
    out_trade_no: trade.out_trade_no,
    buyer_logon_id: 'pay***@example.com',
    fund_change: moved ? 'Y' : 'N',
    refund_fee: yuan(refundedOf(trade)),
    send_back_fee: yuan(moved ? refund.amount : 0),
    gmt_refund_pay: beijingText(refund.at),
  }
}

/** An answer without a state is that of a refund that Alipay does not have. */
function refundFound(ledger: AlipayLedger, asked: v.InferOutput<typeof queryRefundSchema>): Answer {
  const trade = knownTrade(ledger, asked)
  const refund = isPaid(trade)
    ? trade.refunds.find(({ out_request_no }) => out_request_no === asked.out_request_no)
    : undefined
  if (refund === undefined) return {}
  return {
    trade_no: trade.opened.trade_no,
    out_trade_no: trade.out_trade_no,
    out_request_no: refund.out_request_no,
    total_amount: yuan(trade.total),
    refund_amount: yuan(refund.amount),
    refund_status: 'REFUND_SUCCESS',
    ...(asked.query_options.includes('gmt_refund_pay') ? { gmt_refund_pay: beijingText(refund.at) } : {}),
  }
}
