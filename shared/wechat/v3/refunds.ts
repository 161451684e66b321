/** Refund and refund query (doc merchant/4013071036, 4014959631). */
import type { ChannelRefund } from '#shared/facts/telling.ts'
import type { VerifiedAnswer } from '#shared/wechat/call/attempt.ts'
import type { WechatClient } from '#shared/wechat/call/client.ts'
import { readAnswer, requireEqual } from '#shared/wechat/call/read-answer.ts'
import { parseRefund } from './resources.ts'
import type { StateWatch } from './unknown-state.ts'
import type { PaymentChannel, RefundAsked, RefundedPayment } from '#shared/orders/payment-channel.ts'
import { anyText, fields, parseJson } from '#shared/wire-rules.ts'

const PATH = '/v3/refund/domestic/refunds'

const RefundRequest = fields(
  { out_refund_no: anyText() },
  { out_trade_no: anyText(), transaction_id: anyText() },
)

/** `notify_url` is always sent: without it WeChat notifies refunds in APIv2 XML (doc merchant/4013071036). */
export function refundBody(
  { transaction_id, amount: { total, currency } }: RefundedPayment,
  { out_refund_no, amount, reason, funds_account, goods_detail }: RefundAsked,
  notify_url: string,
): string {
  return JSON.stringify({
    transaction_id,
    out_refund_no,
    reason,
    notify_url,
    funds_account,
    amount: { refund: amount.refund, total, currency, from: amount.from },
    goods_detail,
  })
}

/** The refund half of the port. Creation is sent once: a refund of unknown outcome has to be queried first. */
export function createRefunds(
  client: WechatClient,
  watch: StateWatch,
): Pick<PaymentChannel, 'refundBody' | 'createRefund' | 'queryRefund'> {
  const read = (answer: VerifiedAnswer): ChannelRefund => {
    const refund = readAnswer(answer, parseRefund)
    const { status: state, out_trade_no, out_refund_no } = refund
    watch({ field: 'status', state, out_trade_no, out_refund_no })
    return refund
  }
  return {
    refundBody,
    async createRefund(body, { signal } = {}) {
      const request = parseJson(RefundRequest, Buffer.from(body))
      if (!request.ok) throw new TypeError(`the refund to send is not valid: ${request.field}`)
      const answer = await client.call({
        operation: 'refund',
        method: 'POST',
        path: PATH,
        body,
        repeatable: false,
        signal,
      })
      const refund = read(answer)
      for (const field of ['out_refund_no', 'out_trade_no', 'transaction_id'] as const) {
        const expected = request.value[field]
        if (expected !== undefined) requireEqual(answer, { field, expected, actual: refund[field] })
      }
      return refund
    },
    async queryRefund(outRefundNo, { signal } = {}) {
      const path = `${PATH}/${encodeURIComponent(outRefundNo)}`
      const answer = await client.call({
        operation: 'refund_query',
        method: 'GET',
        path,
        repeatable: true,
        signal,
      })
      const refund = read(answer)
      requireEqual(answer, { field: 'out_refund_no', expected: outRefundNo, actual: refund.out_refund_no })
      return refund
    },
  }
}
