/**
 * Refunds (`alipay.trade.refund` and `alipay.trade.fastpay.refund.query`, opendocs.alipay.com open/00f7nv). Alipay makes them at once: its answer is the outcome.
 * It knows a refund by its trade and by our number, `out_request_no`, and has no number of its own for it.
 */
import { AppError } from '#shared/errors.ts'
import { isRefundStatus } from '#shared/facts/telling.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { given } from '#shared/given.ts'
import { isFen } from '#shared/money.ts'
import type { Fen } from '#shared/money.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type {
  CallOptions,
  PaymentChannel,
  RefundAsked,
  RefundedPayment,
} from '#shared/orders/payment-channel.ts'
import { anyText, fields, parseJson } from '#shared/wire-rules.ts'
import type { Rule, Told } from '#shared/wire-rules.ts'
import { yuanOfFen } from '#shared/yuan.ts'
import { beijingTime } from './beijing-time.ts'
import type { Gateway } from './gateway.ts'
import { readAnswer, requireEqual } from './read-answer.ts'
import { strange } from './trade.ts'
import { orderNumber, positiveYuan, refundNumber, tradeNumber } from './wire-format.ts'

const total: Rule<Fen> = (told) => (isFen(told) ? told : undefined)
/** What is stored before it is sent: Alipay asks for no total and answers none, and refuses fields that it does not know. */
const Stored = fields({ total, biz_content: anyText() }, {})
const Content = fields(
  { out_trade_no: orderNumber, out_request_no: refundNumber, refund_amount: positiveYuan },
  {},
)

const Made = fields(
  { out_trade_no: orderNumber, trade_no: tradeNumber },
  { fund_change: anyText(8), gmt_refund_pay: beijingTime },
)

const Asked = fields({}, { refund_status: anyText(64) })
const Found = fields(
  {
    out_trade_no: orderNumber,
    trade_no: tradeNumber,
    out_request_no: refundNumber,
    total_amount: positiveYuan,
    refund_amount: positiveYuan,
  },
  { gmt_refund_pay: beijingTime },
)

/** @returns what `createRefund` sends. @throws AppError `invalid_request` for what only WeChat Pay has. */
function refundBody(
  { out_trade_no, transaction_id: trade_no, amount: { total } }: RefundedPayment,
  { out_refund_no, amount, reason, funds_account, goods_detail }: RefundAsked,
): string {
  const foreign = given({ funds_account, goods_detail, 'amount.from': amount.from })
  const fields = Object.keys(foreign).map((field) => ({
    field,
    rule: 'must be left out: Alipay does not have it',
    received: 'a value',
  }))
  if (fields.length > 0) throw new AppError('invalid_request', undefined, { fields })
  const content = {
    out_trade_no,
    ...given({ trade_no }),
    refund_amount: yuanOfFen(amount.refund),
    out_request_no: out_refund_no,
    ...given({ refund_reason: reason }),
  }
  return JSON.stringify({ total, biz_content: JSON.stringify(content) })
}

type Refunds = Pick<PaymentChannel, 'refundBody' | 'createRefund' | 'queryRefund'>

/** The refund half of the port. Creation is sent once: a refund of unknown outcome has to be queried first. */
export function createRefunds(gateway: Gateway, watch: (refund: ChannelRefund) => void): Refunds {
  const query = (outTradeNo: string, outRefundNo: string, options: CallOptions) =>
    queriedRefund(gateway, { outTradeNo, outRefundNo, ...options, watch })
  return {
    refundBody,
    async createRefund(body, { signal } = {}) {
      const { total, bizContent, asked } = storedRefund(body)
      const answer = await gateway.call({
        operation: 'refund',
        method: 'alipay.trade.refund',
        bizContent,
        repeatable: false,
        signal,
      })
      const { out_trade_no, trade_no, fund_change, gmt_refund_pay } = readAnswer(answer, Made)
      requireEqual('out_trade_no', asked.out_trade_no, out_trade_no)
      // Taken, and not moved: made before, or not made. Alipay's pages say to ask.
      if (fund_change !== 'Y') return outcomeOf(query(out_trade_no, asked.out_request_no, { signal }))
      return {
        refund_id: asked.out_request_no,
        out_refund_no: asked.out_request_no,
        transaction_id: trade_no,
        out_trade_no,
        status: 'SUCCESS',
        amount: { total, refund: asked.refund_amount },
        ...given({ success_time: gmt_refund_pay }),
      }
    },
    async queryRefund(outRefundNo, { outTradeNo, ...options } = {}) {
      if (outTradeNo !== undefined) return query(outTradeNo, outRefundNo, options)
      throw new ChannelError('not_found', 'Alipay knows a refund only by its order', { certain: true })
    },
  }
}

function storedRefund(body: string) {
  const stored = parseJson(Stored, body)
  const asked = stored.ok ? parseJson(Content, stored.value.biz_content) : stored
  if (!stored.ok || !asked.ok) throw new TypeError('the refund to send is not valid')
  return { total: stored.value.total, bizContent: stored.value.biz_content, asked: asked.value }
}

/** After a refund that was sent, that Alipay knows none means only that it does not know one yet. */
async function outcomeOf(query: Promise<ChannelRefund>): Promise<ChannelRefund> {
  try {
    return await query
  } catch (cause) {
    throw new ChannelError('server_error', 'Alipay took the refund, and did not say that it is made', {
      certain: false,
      cause,
    })
  }
}

interface Wanted extends CallOptions {
  readonly outTradeNo: string
  readonly outRefundNo: string
  readonly watch: (refund: ChannelRefund) => void
}

async function queriedRefund(
  gateway: Gateway,
  { outTradeNo, outRefundNo, signal, watch }: Wanted,
): Promise<ChannelRefund> {
  const content = await gateway.call({
    operation: 'refund_query',
    method: 'alipay.trade.fastpay.refund.query',
    bizContent: JSON.stringify({
      out_trade_no: outTradeNo,
      out_request_no: outRefundNo,
      // Without it the time of the refund is not told.
      query_options: ['gmt_refund_pay'],
    }),
    repeatable: true,
    signal,
  })
  const told = readAnswer(content, Asked)
  // An answer without a state is that of a refund that was never received, or that failed.
  if (told.refund_status === undefined) throw noRefund()
  const refund = refundOf(told.refund_status, readAnswer(content, Found))
  requireEqual('out_trade_no', outTradeNo, refund.out_trade_no)
  requireEqual('out_request_no', outRefundNo, refund.out_refund_no)
  watch(refund)
  return refund
}

function refundOf(state: string, told: Told<typeof Found>): ChannelRefund {
  const { out_trade_no, trade_no, out_request_no, total_amount, refund_amount, gmt_refund_pay } = told
  return {
    refund_id: out_request_no,
    out_refund_no: out_request_no,
    transaction_id: trade_no,
    out_trade_no,
    status: state === 'REFUND_SUCCESS' ? 'SUCCESS' : strange(state, isRefundStatus),
    amount: { total: total_amount, refund: refund_amount },
    ...given({ success_time: gmt_refund_pay }),
  }
}

function noRefund(): ChannelError {
  return new ChannelError('not_found', 'Alipay has no such refund', { certain: true, httpStatus: 200 })
}
