/** What profit sharing keeps back of a payment, and giving it free (doc merchant/4012527984, 4012528000). */
import type { Fen } from '#shared/money.ts'
import type { UnfreezeAnswer } from '#shared/orders/payment-channel.ts'
import type { WechatClient } from '#shared/wechat/call/client.ts'
import { readAnswer, requireEqual } from '#shared/wechat/call/read-answer.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'
import { fenAmount } from '#shared/wechat/wire-format.ts'
import { anyText, fields, parseJson, parseWith, token } from '#shared/wire-rules.ts'

const Answer = fields(
  { transaction_id: anyText(), out_order_no: anyText(), order_id: token(64), state: token(32) },
  {},
)
const Amounts = fields({ transaction_id: anyText(), unsplit_amount: fenAmount }, {})
const Request = fields({ transaction_id: anyText(), out_order_no: anyText() }, {})

/** This half of the port. The same number again has no second effect. */
export function createSharing(client: WechatClient): Pick<WechatPay, 'unfreeze' | 'unsplitAmount'> {
  return {
    async unfreeze(body, { signal } = {}): Promise<UnfreezeAnswer> {
      const request = parseJson(Request, Buffer.from(body))
      if (!request.ok) throw new TypeError(`the request to send is not valid: ${request.field}`)
      const path = '/v3/profitsharing/orders/unfreeze'
      const answer = await client.call({
        operation: 'unfreeze',
        method: 'POST',
        path,
        body,
        repeatable: true,
        signal,
      })
      const told = readAnswer(answer, (json) => parseWith(Answer, json))
      for (const field of ['transaction_id', 'out_order_no'] as const)
        requireEqual(answer, { field, expected: request.value[field], actual: told[field] })
      // A word that is not known here is not the end of it.
      return { order_id: told.order_id, state: told.state === 'FINISHED' ? 'FINISHED' : 'PROCESSING' }
    },
    async unsplitAmount(transactionId, { signal } = {}): Promise<Fen> {
      const path = `/v3/profitsharing/transactions/${encodeURIComponent(transactionId)}/amounts`
      const answer = await client.call({
        operation: 'unsplit_amount',
        method: 'GET',
        path,
        repeatable: true,
        signal,
      })
      const told = readAnswer(answer, (json) => parseWith(Amounts, json))
      requireEqual(answer, { field: 'transaction_id', expected: transactionId, actual: told.transaction_id })
      return told.unsplit_amount
    },
  }
}
