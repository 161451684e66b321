/** Placing, asking for and closing an app's trades. */
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { AlipayMethod, CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import { anyText, fields, text } from '#shared/wire-rules.ts'
import type { Rule, Told } from '#shared/wire-rules.ts'
import { beijingTime } from './beijing-time.ts'
import type { Gateway } from './gateway.ts'
import { orderContent } from './order-content.ts'
import { readAnswer, requireEqual } from './read-answer.ts'
import { claimsPayment, isTradeStatus, transactionOf } from './trade.ts'
import type { App } from './trade.ts'
import { orderNumber, positiveYuan, tradeNumber, yuanAmount } from './wire-format.ts'
import { isObject } from '#shared/json.ts'

const Placed = fields({ out_trade_no: orderNumber, qr_code: text(1024, /^https?:\/\/[\x21-\x7e]+$/) }, {})

const asked = { out_trade_no: orderNumber, trade_status: anyText(64) }
const kept = { send_pay_date: beijingTime, buyer_pay_amount: yuanAmount }
const Paid = fields({ ...asked, trade_no: tradeNumber, total_amount: positiveYuan }, kept)
/** Nothing is decided from the rest of a trade that nobody has paid (yet). */
const Unpaid = fields(asked, { trade_no: tradeNumber, total_amount: positiveYuan, ...kept })

type Trade = Told<typeof Paid> | Told<typeof Unpaid>

/** A closed trade that has a time of payment was paid, and refunded since. */
const AnyTrade: Rule<Trade> = (told, place) => {
  const { trade_status, send_pay_date } = isObject(told) ? told : {}
  const wasPaid = claimsPayment(trade_status) || (isTradeStatus(trade_status) && send_pay_date !== undefined)
  return (wasPaid ? Paid : Unpaid)(told, place)
}

type Payments = Pick<
  PaymentChannel<AlipayMethod>,
  'prepay' | 'queryOrder' | 'queryTransaction' | 'closeOrder'
>

export function createPayments(gateway: Gateway, app: App, watch: (state: Transaction) => void): Payments {
  const query = async (
    which: { readonly out_trade_no: string } | { readonly trade_no: string },
    { signal }: CallOptions,
  ): Promise<Transaction> => {
    const content = await gateway.call({
      operation: 'query',
      method: 'alipay.trade.query',
      bizContent: JSON.stringify(which),
      repeatable: true,
      signal,
    })
    const {
      total_amount: total,
      buyer_pay_amount: payer_total,
      send_pay_date: paid_at,
      ...trade
    } = readAnswer(content, AnyTrade)
    const transaction = transactionOf(app, { ...trade, total, payer_total, paid_at })
    watch(transaction)
    return transaction
  }
  return {
    async prepay(method, body, { signal, expiresAt } = {}) {
      const bizContent = orderContent(body, { expiresAt })
      // The client of the other ways brings all that Alipay has to know: nothing is called for them.
      if (method !== 'precreate') return {}
      const content = await gateway.call({
        operation: 'precreate',
        method: 'alipay.trade.precreate',
        bizContent,
        notifyUrl: body.notify_url,
        // A number that has a code is given none again for certain (ACQ.APPLY_PC_MERCHANT_CODE_ERROR).
        repeatable: false,
        signal,
      })
      const { out_trade_no, qr_code } = readAnswer(content, Placed)
      requireEqual('out_trade_no', body.out_trade_no, out_trade_no)
      return { code_url: qr_code }
    },
    async queryOrder(out_trade_no, options = {}) {
      try {
        const transaction = await query({ out_trade_no }, options)
        requireEqual('out_trade_no', out_trade_no, transaction.out_trade_no)
        return transaction
      } catch (error) {
        // Before its payer comes, Alipay knows no trade.
        if (!isUnknown(error)) throw error
        return { mchid: app.account, out_trade_no, trade_state: 'NOTPAY' }
      }
    },
    async queryTransaction(trade_no, options = {}) {
      const transaction = await query({ trade_no }, options)
      requireEqual('trade_no', trade_no, transaction.transaction_id ?? '')
      return transaction
    },
    async closeOrder(out_trade_no, { signal, expired = false } = {}) {
      try {
        await gateway.call({
          operation: 'close',
          method: 'alipay.trade.close',
          bizContent: JSON.stringify({ out_trade_no }),
          repeatable: true,
          signal,
        })
      } catch (error) {
        // Its time is over, and no payer came: what never was is as good as closed.
        if (!(expired && isUnknown(error))) throw error
      }
    },
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof ChannelError && error.code === 'not_found'
}
