/** Prepay, query and close of one merchant's orders (doc merchant/4012791856 and siblings). */
import type { VerifiedAnswer } from '#shared/wechat/call/attempt.ts'
import type { WechatClient } from '#shared/wechat/call/client.ts'
import { readAnswer, requireEqual } from '#shared/wechat/call/read-answer.ts'
import { parseTransaction } from './resources.ts'
import type { StateWatch } from './unknown-state.ts'
import type {
  CallOptions,
  WechatMethod,
  PrepayResult,
  PaymentChannel,
} from '#shared/orders/payment-channel.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import { fields, parseWith, text, token } from '#shared/wire-rules.ts'
import type { Parsed, Rule } from '#shared/wire-rules.ts'

const url = text(1024, /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[\x21-\x7e]+$/)
const prepayId = fields({ prepay_id: token(64) }, {})

const PREPAY_RESULTS: Readonly<Record<WechatMethod, Rule<PrepayResult>>> = {
  jsapi: prepayId,
  app: prepayId,
  native: fields({ code_url: url }, {}),
  h5: fields({ h5_url: url }, {}),
}

/** Checks what WeChat answers to a prepay of this method. */
export function parsePrepayAnswer(method: WechatMethod, json: unknown): Parsed<PrepayResult> {
  return parseWith(PREPAY_RESULTS[method], json)
}

/** The payment half of the port. Every call here is safe to repeat with the same parameters. */
export function createPayments(
  client: WechatClient,
  watch: StateWatch,
): Pick<PaymentChannel, 'prepay' | 'queryOrder' | 'queryTransaction' | 'closeOrder'> {
  const { mchid } = client
  const query = async (path: string, { signal }: CallOptions): Promise<[Transaction, VerifiedAnswer]> => {
    const url = `/v3/pay/transactions/${path}?mchid=${encodeURIComponent(mchid)}`
    const answer = await client.call({
      operation: 'query',
      method: 'GET',
      path: url,
      repeatable: true,
      signal,
    })
    const transaction = readAnswer(answer, parseTransaction)
    requireEqual(answer, { field: 'mchid', expected: mchid, actual: transaction.mchid })
    const { trade_state, trade_type, out_trade_no } = transaction
    watch({ field: 'trade_state', state: trade_state, out_trade_no })
    watch({ field: 'trade_type', state: trade_type, out_trade_no })
    return [transaction, answer]
  }
  return {
    async prepay(method, body, { signal } = {}) {
      const path = `/v3/pay/transactions/${method}`
      const answer = await client.call({
        operation: 'prepay',
        method: 'POST',
        path,
        body: JSON.stringify(body),
        repeatable: true,
        signal,
      })
      return readAnswer(answer, (json) => parsePrepayAnswer(method, json))
    },
    async queryOrder(outTradeNo, options = {}) {
      const [transaction, answer] = await query(`out-trade-no/${encodeURIComponent(outTradeNo)}`, options)
      requireEqual(answer, { field: 'out_trade_no', expected: outTradeNo, actual: transaction.out_trade_no })
      return transaction
    },
    async queryTransaction(transactionId, options = {}) {
      const [transaction, answer] = await query(`id/${encodeURIComponent(transactionId)}`, options)
      requireEqual(answer, {
        field: 'transaction_id',
        expected: transactionId,
        actual: transaction.transaction_id,
      })
      return transaction
    },
    async closeOrder(outTradeNo, { signal } = {}) {
      const path = `/v3/pay/transactions/out-trade-no/${encodeURIComponent(outTradeNo)}/close`
      const body = JSON.stringify({ mchid })
      await client.call({ operation: 'close', method: 'POST', path, body, repeatable: true, signal })
    },
  }
}
