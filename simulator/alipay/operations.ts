/** What happens at Alipay, and who is told of it: a payment, a close and a refund go to the order's `notify_url`. */
import type { Ids } from '../ids.ts'
import type { Timeline } from '../timeline.ts'
import { noticeFields } from './notices.ts'
import type { AlipayLedger, AlipayRefund, OpenedTrade, PaidTrade } from './ledger.ts'
import type { AlipayNotifier } from './notifier.ts'
import { closeTrade, payTrade, refundTrade } from './trades.ts'
import type { Moment, Named, RefundAsked, RefundTaken } from './trades.ts'

export interface OperationsDeps {
  readonly appId: string
  readonly sellerId: string
  readonly ledger: AlipayLedger
  readonly notifier: AlipayNotifier
  readonly timeline: Timeline
  readonly ids: Ids
}

export interface AlipayOperations {
  moment(): Moment
  pay(number: string, buyerId?: string): PaidTrade
  close(which: Named): OpenedTrade
  refund(asked: RefundAsked): RefundTaken
  /** The fields of a notification of a trade as it is now. */
  fieldsOf(trade: OpenedTrade, refund?: AlipayRefund): Readonly<Record<string, string>>
}

export function createAlipayOperations(deps: OperationsDeps): AlipayOperations {
  const { ledger, notifier, timeline, ids, appId, sellerId } = deps
  const moment = (): Moment => ({ now: timeline.now(), ids })
  const fieldsOf = (trade: OpenedTrade, refund?: AlipayRefund) => {
    const { now } = moment()
    const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '')
    const notifyId = `${day}00222${ids.transactionId(now).slice(-15)}`
    return noticeFields(trade, refund, { appId, sellerId, notifyId, now })
  }
  const tell = (trade: OpenedTrade, refund?: AlipayRefund): void => {
    if (trade.notify_url === undefined) return
    notifier.submit({
      url: trade.notify_url,
      fields: fieldsOf(trade, refund),
      out_request_no: refund?.out_request_no,
    })
  }
  return {
    moment,
    fieldsOf,
    pay(number, buyerId) {
      const trade = payTrade(ledger, number, moment(), buyerId)
      tell(trade)
      return trade
    },
    close(which) {
      const trade = closeTrade(ledger, which, timeline.now())
      // Of an order by code Alipay tells its payment alone.
      if (trade.product === 'wap' || trade.product === 'app') tell(trade)
      return trade
    },
    refund(asked) {
      const taken = refundTrade(ledger, asked, timeline.now())
      if (taken.moved) tell(taken.trade, taken.refund)
      return taken
    },
  }
}
