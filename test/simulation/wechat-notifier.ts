/** How WeChat notifies: several copies at times, again on its documented schedule until it sees a 2xx within five seconds. */
import type { Scheduler } from './scheduler.ts'
import type { Notice } from './keys.ts'
import type { WechatOrder, WechatRefundRecord } from './wechat-model.ts'
import { RETRY_DELAYS_MS } from '#simulator/retry-schedule.ts'
import { APPID, MCHID } from '#test/support/orders.ts'

const DEADLINE_MS = 5000

export const OPENID = 'oCANARY0openid0of0the0payer0'
export const ACCOUNT = 'CANARY-account-0403'

export interface NotifierOptions {
  readonly scheduler: Scheduler
  /** WeChat sends nothing after this. Epoch ms. */
  readonly until: number
  readonly copies: () => number
  readonly delay: () => number
  /** @returns whether we answered 2xx. */
  readonly deliver: (notice: Notice) => Promise<boolean>
}

export function createNotifier({ scheduler, until, copies, delay, deliver }: NotifierOptions) {
  async function attempt(notice: Notice, retry: number): Promise<void> {
    const started = scheduler.now()
    if (started > until) return
    const answers = await Promise.all(
      Array.from({ length: retry === 0 ? copies() : 1 }, () => deliver(notice)),
    )
    const heard = scheduler.now() - started <= DEADLINE_MS
    const wait = RETRY_DELAYS_MS[retry]
    if ((answers.includes(true) && heard) || wait === undefined) return
    scheduler.at(
      Math.min(scheduler.now(), started + DEADLINE_MS) + wait,
      () => void attempt(notice, retry + 1),
    )
  }
  return (notice: Notice) => scheduler.after(delay(), () => void attempt(notice, 0))
}

export function paymentNotice({ number, total, transactionId, successTime }: WechatOrder): Notice {
  return {
    id: `EV-PAY-${number}`,
    event_type: 'TRANSACTION.SUCCESS',
    content: {
      appid: APPID,
      mchid: MCHID,
      out_trade_no: number,
      transaction_id: transactionId,
      trade_type: 'JSAPI',
      trade_state: 'SUCCESS',
      bank_type: 'OTHERS',
      success_time: successTime,
      payer: { openid: OPENID },
      amount: { total, payer_total: total, currency: 'CNY' },
    },
  }
}

export function refundNotice(refund: WechatRefundRecord, transactionId: string): Notice {
  const { number, orderNumber, refundId, status, total, amount } = refund
  return {
    id: `EV-${number}-${status}`,
    event_type: `REFUND.${status}`,
    content: {
      mchid: MCHID,
      out_trade_no: orderNumber,
      transaction_id: transactionId,
      out_refund_no: number,
      refund_id: refundId,
      refund_status: status,
      ...(status === 'SUCCESS' ? { success_time: '2026-03-01T12:00:05+08:00' } : {}),
      user_received_account: ACCOUNT,
      amount: { total, refund: amount, payer_total: total, payer_refund: amount },
    },
  }
}
