/** Alipay's gateway over its books: what each call does and answers, and how it refuses (opendocs.alipay.com open/05osv9, 02ekfq to 02ekft, 00f7nv). */
import type { GatewayCall } from '#shared/alipay/gateway-attempt.ts'
import { meaningOf } from '#shared/alipay/refusals.ts'
import type { AlipayOperation } from '#shared/alipay/refusals.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { fenOfYuan } from '#shared/yuan.ts'
import type { AlipayModel } from './alipay-model.ts'
import { yuan } from './alipay-records.ts'
import type { AlipayTrade } from './alipay-records.ts'

/** Whatever calls say, each of them a part of it. */
interface Asked {
  readonly out_trade_no?: string
  readonly trade_no?: string
  readonly total_amount?: string
  readonly subject?: string
  readonly time_expire?: string
  readonly out_request_no?: string
  readonly refund_amount?: string
}

type Method = (model: AlipayModel, asked: Asked, text: string) => object

const METHODS: Readonly<Record<Exclude<AlipayOperation, 'bill'>, Method>> = {
  precreate(model, { out_trade_no: number = '', total_amount = '', subject = '', time_expire }) {
    const content = JSON.stringify({ total_amount, subject })
    const existing = model.orders.get(number)
    if (model.refusedOrders.has(number)) throw refusal('precreate', 'ACQ.TOTAL_FEE_EXCEED')
    if (existing?.state === 'PAID') throw refusal('precreate', 'ACQ.TRADE_HAS_SUCCESS')
    if (existing?.state === 'CLOSED') throw refusal('precreate', 'ACQ.TRADE_HAS_CLOSE')
    if (existing !== undefined && existing.content !== content)
      throw refusal('precreate', 'ACQ.CONTEXT_INCONSISTENT')
    if (existing !== undefined && model.codes.once)
      throw refusal('precreate', 'ACQ.APPLY_PC_MERCHANT_CODE_ERROR')
    if (existing === undefined)
      model.place(number, fenOfYuan(total_amount) ?? 0, { content, expiresAt: momentOf(time_expire) })
    return { out_trade_no: number, qr_code: `https://qr.alipay.com/bax-${number}` }
  },
  query: (model, asked) => model.tradeView(known(model, 'query', asked)),
  close(model, asked) {
    const trade = known(model, 'close', asked)
    // Whatever waits for no payer: paid, closed or refunded.
    if (trade.state !== 'NOTPAY') throw refusal('close', 'ACQ.TRADE_STATUS_ERROR')
    trade.closed = true
    return { out_trade_no: trade.number, trade_no: trade.transactionId }
  },
  refund(model, asked, body) {
    const trade = known(model, 'refund', asked)
    const moved = madeNow(model, trade, { asked, body })
    return {
      out_trade_no: trade.number,
      trade_no: trade.transactionId,
      fund_change: moved ? 'Y' : 'N',
      // All that was refunded of the trade so far.
      refund_fee: yuan(model.out(trade.number)),
    }
  },
  refund_query: (model, asked) =>
    model.refundView(known(model, 'refund_query', asked), asked.out_request_no ?? ''),
}

/** @returns whether money moved for all that the answer knows. */
function madeNow(
  model: AlipayModel,
  trade: AlipayTrade,
  { asked, body }: { readonly asked: Asked; readonly body: string },
): boolean {
  const { out_request_no: number = '', refund_amount = '' } = asked
  const amount = fenOfYuan(refund_amount) ?? 0
  if (trade.state !== 'PAID') throw refusal('refund', 'ACQ.TRADE_STATUS_ERROR')
  const made = model.refundOf(trade.number, number)
  if (made !== undefined && made.amount !== amount) throw refusal('refund', 'ACQ.DISCORDANT_REPEAT_REQUEST')
  if (made !== undefined) return false
  if (model.refused.has(number)) throw refusal('refund', 'ACQ.SELLER_BALANCE_NOT_ENOUGH')
  if (trade.finished) throw refusal('refund', 'ACQ.TRADE_HAS_FINISHED')
  if (amount > trade.total - model.out(trade.number))
    throw refusal('refund', 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')
  const left = model.unmoved.get(number) ?? 0
  model.unmoved.set(number, left - 1)
  if (left > 0) return false
  model.refund(trade.number, { number, amount, body, silent: false })
  return !model.slow.has(number)
}

/** @throws ChannelError while nobody has opened it. */
function known(
  { orders }: AlipayModel,
  operation: AlipayOperation,
  { out_trade_no, trade_no }: Asked,
): AlipayTrade {
  const trade =
    trade_no === undefined
      ? orders.get(out_trade_no ?? '')
      : [...orders.values()].find(({ transactionId }) => transactionId === trade_no)
  if (trade?.opened !== true) throw refusal(operation, 'ACQ.TRADE_NOT_EXIST')
  return trade
}

/** @returns what Alipay signs of its answer. @throws ChannelError as the gateway's client does for everything that is no success. */
export function alipayAnswer(
  model: AlipayModel,
  { operation, bizContent }: Pick<GatewayCall, 'operation' | 'bizContent'>,
): Buffer {
  if (operation === 'bill') throw new Error('bills are not modelled')
  const answer = METHODS[operation](model, JSON.parse(bizContent) as Asked, bizContent)
  return Buffer.from(JSON.stringify({ code: '10000', ...answer }))
}

function refusal(operation: AlipayOperation, sub_code: string): ChannelError {
  const meaning = meaningOf(operation, { code: '40004', sub_code })
  const certain = meaning !== 'server_error' && meaning !== 'rate_limited'
  return new ChannelError(meaning, sub_code, { certain, httpStatus: 200, wechatCode: sub_code })
}

/** `2026-03-01 12:30:00` of Beijing. */
function momentOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(`${text.replace(' ', 'T')}+08:00`)
}
