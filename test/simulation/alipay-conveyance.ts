/** Alipay's side of a run: its books, its payers and the refunds of people, and its notifications on their way to us. */
import { answer } from '#functions/notify-alipay/alipay-answer.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { expiresAt } from '#shared/ledger/look-plan.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { NOTIFY_DEADLINE_MS } from '#shared/time-limits.ts'
import { ALIPAY_RETRY_DELAYS_MS } from '#simulator/alipay/retry-schedule.ts'
import { ALIPAY_ACCOUNT } from './alipay-app.ts'
import { createAlipayModel } from './alipay-model.ts'
import type { AlipayModel } from './alipay-model.ts'
import { tradeNotice } from './alipay-notices.ts'
import type { AlipayNotice } from './alipay-notices.ts'
import type { ConveyanceDeps } from './conveyance.ts'
import { DELIVERY_FAULTS } from './faults.ts'
import type { Functions } from './functions.ts'
import { createNotifier } from './notifier.ts'
import { createPayer } from './payer.ts'
import type { State } from './state.ts'

export interface Alipay {
  readonly model: AlipayModel
  /** A payer comes: from then on Alipay knows the trade. */
  open(number: string): void
  /** A payer comes and pays as soon as there is something to pay, from now on. */
  pay(number: string, how?: { readonly silent: boolean }): void
  /** The payer's client brings the order, if the merchant ever got a link for it, to Alipay in time, and pays. */
  payByLink(number: string): void
  /** A refund made by hand on the merchant platform. */
  refundElsewhere(number: string, refundNumber: string, amount: number, silent?: boolean): void
  /** The time of a paid trade to be refunded is over. */
  finish(number: string): void
  submit(notice: AlipayNotice): void
  /** What a trade is told as now. */
  noticeOf(number: string): AlipayNotice
}

export function createAlipayConveyance({
  state,
  keys,
  runtime,
  scheduler,
  conditions,
}: ConveyanceDeps): Alipay & {
  connect(functions: Functions): void
} {
  let functions: Functions | undefined
  const model = createAlipayModel({
    now: scheduler.now,
    lagMs: conditions.wechatLagMs,
    onRefund(refund) {
      const trade = model.orders.get(refund.orderNumber)
      const notice = trade && tradeNotice(trade, { refund, refunded: model.out(refund.orderNumber) })
      if (notice !== undefined && !refund.silent) notify(notice)
    },
  })

  async function deliver(notice: AlipayNotice): Promise<boolean> {
    const fault = runtime.strike(`notify-alipay ${notice.id}`, DELIVERY_FAULTS)
    if (fault === 'fail-before' || functions === undefined) return false
    const started = scheduler.now()
    const ended = await functions.notifyAlipay(keys.form(notice))
    const taken = ended.kind === 'returned' && answer(ended.value).body === 'success'
    if (taken) acknowledged(state, notice)
    return taken && fault === undefined && scheduler.now() - started <= NOTIFY_DEADLINE_MS
  }

  const notify = createNotifier<AlipayNotice>({
    scheduler,
    waits: ALIPAY_RETRY_DELAYS_MS,
    until: scheduler.now() + conditions.helpMs,
    copies: conditions.copies,
    delay: conditions.queueDelay,
    deliver,
  })

  const noticeOf = (number: string): AlipayNotice =>
    tradeNotice(model.orders.get(number)!, { refunded: model.out(number) })

  const payWith = createPayer({ scheduler, conditions }, (number) => model.orders.get(number))
  const pay = (number: string, { silent } = { silent: false }): void =>
    payWith(number, (trade) => {
      Object.assign(trade, { opened: true, paid: true })
      if (!silent) notify(noticeOf(number))
    })

  return {
    model,
    noticeOf,
    pay,
    submit: notify,
    open(number) {
      const trade = model.orders.get(number)
      if (trade?.state === 'NOTPAY') trade.opened = true
    },
    payByLink(number) {
      const order = state.orderWatch.orders.get(orderKey(ALIPAY_ACCOUNT, number))
      if (order?.status !== 'AWAITING_PAYMENT' || expiresAt(order) <= scheduler.now()) return
      model.place(number, order.amount?.total ?? 0, { content: '{}', expiresAt: expiresAt(order) })
      pay(number)
    },
    refundElsewhere: (number, refundNumber, amount, silent = false) =>
      void model.refundElsewhere(number, { number: refundNumber, amount, silent }),
    finish(number) {
      const trade = model.orders.get(number)
      if (trade?.paid !== true) return
      trade.finished = true
      notify(noticeOf(number))
    },
    connect: (connected) => void (functions = connected),
  }
}

/** Everything that it tells is stored. */
function acknowledged({ factWatch, told, violations }: State, { id, fields, signed }: AlipayNotice): void {
  if (signed !== undefined) violations.report('I1', `${id} is forged, and was answered as taken`)
  const { out_trade_no = '', trade_no: transaction_id = '', out_biz_no: out_refund_no } = fields
  if (fields['gmt_payment'] === undefined) return
  const payment = { mchid: ALIPAY_ACCOUNT, out_trade_no, transaction_id }
  factWatch.acknowledged(paymentFactKey(ALIPAY_ACCOUNT, out_trade_no, 'SUCCESS'), transaction_id)
  told.push(payment)
  if (out_refund_no === undefined) return
  // Its amount, or at least its name.
  const kept = [...factWatch.facts.values()].some(
    (fact) =>
      (fact.kind === 'refund' || fact.kind === 'state') &&
      fact.mchid === ALIPAY_ACCOUNT &&
      fact.out_refund_no === out_refund_no,
  )
  if (!kept) violations.report('I1', `${out_refund_no} was acknowledged and is not stored`)
  told.push({ ...payment, out_refund_no, refund_status: 'SUCCESS' })
}
