/** What WeChat Pay does with its books: answers merchants, takes payers' money, settles refunds and notifies. */
import { applyAbnormalRefund } from './abnormal-refund.ts'
import type { Application } from './abnormal-refund.ts'
import type { Faults } from './faults.ts'
import type { Ids } from './ids.ts'
import type { Ledger, Order, Refund, RefundStatus } from './ledger.ts'
import type { Owner } from './mode.ts'
import { paymentNotice, refundNotice } from './notices.ts'
import { refundNoticeV2 } from './notice-xml.ts'
import type { Notifier } from './notifier.ts'
import { closeOrder, findOrder, findOwned, placeOrder } from './orders.ts'
import { payOrder } from './payments.ts'
import type { PayerChoice } from './payments.ts'
import { takeElsewhere } from './elsewhere-refund.ts'
import type { ElsewhereRefund } from './elsewhere-refund.ts'
import { findOwnedRefund, finishRefund, takeRefund } from './refunds.ts'
import type { TakenRefund } from './refunds.ts'
import type { PaymentMethod, PrepayRequest, RefundRequest } from './request-schemas.ts'
import type { Timeline } from './timeline.ts'
import { orderView, refundView } from './views.ts'
import type { Wire } from './views.ts'

export interface Operations {
  prepay(method: PaymentMethod, request: PrepayRequest): Wire
  queryOrder(outTradeNo: string, owner: Owner): Wire
  queryTransaction(transactionId: string, owner: Owner): Wire
  close(outTradeNo: string, owner: Owner): void
  refund(request: RefundRequest): Wire
  queryRefund(outRefundNo: string, owner: Owner): Wire
  applyAbnormalRefund(refundId: string, application: Application): Wire
  /** Refunds as a person does on the merchant platform: only the address that is given is notified, in XML. */
  refundElsewhere(input: ElsewhereRefund): Refund
  /** Pays what can be paid, and notifies. */
  pay(order: Order, payer: PayerChoice): Order
  /** Moves a refund on and notifies. */
  finishRefund(outRefundNo: string, status: RefundStatus): Refund
  /** Lets the refunds that an earlier run left on their way settle. */
  resume(): void
}

export interface OperationsDeps {
  readonly mchid: string
  readonly ledger: Ledger
  readonly timeline: Timeline
  readonly notifier: Notifier
  readonly faults: Faults
  readonly ids: Ids
  /** Time to settle a refund, ms of WeChat's time; `manual`: only by command. */
  readonly refundDelayMs: number | 'manual'
  readonly refundSpacingMs: number
}

/** Creates the operations over one ledger. */
export function createOperations(deps: OperationsDeps): Operations {
  const { mchid, ledger, timeline, notifier, faults, ids, refundDelayMs } = deps
  const moment = (): { readonly now: number; readonly ids: Ids } => ({ now: timeline.now(), ids })

  function finish(outRefundNo: string, status: RefundStatus): Refund {
    const { now } = moment()
    const refund = finishRefund(ledger, outRefundNo, { status, now })
    const { notify_url: url, out_refund_no } = refund.request
    // Without a notify_url WeChat notifies in the XML of APIv2, if at all: see refundElsewhere.
    if (url !== undefined) {
      const order = findOrder(ledger, refund.outTradeNo)
      notifier.submit(
        { event: 'refund', url, out_trade_no: refund.outTradeNo, out_refund_no },
        refundNotice(refund, order, { now, ids }),
      )
    }
    return refund
  }

  function settle(refund: Refund): void {
    const { out_refund_no } = refund.request
    // The refund may have been finished by command, or the books reset, while it waited.
    if (ledger.refunds.get(out_refund_no) !== refund) return
    const [outcome] = faults.take('refund', { out_refund_no, out_trade_no: refund.outTradeNo })
    finish(out_refund_no, outcome?.status ?? 'SUCCESS')
  }

  /** Lets a refund settle by itself. */
  function onItsWay({ refund, fresh }: TakenRefund): Refund {
    if (fresh && refundDelayMs !== 'manual') timeline.after(refundDelayMs, () => settle(refund))
    return refund
  }

  const show = (refund: Refund): Wire => refundView(refund, findOrder(ledger, refund.outTradeNo))

  return {
    prepay: (method, request) => placeOrder(ledger, { method, request }, moment()),
    queryOrder: (outTradeNo, owner) => orderView(findOwned(ledger, outTradeNo, owner), timeline.now()),
    queryTransaction: (transactionId, owner) =>
      orderView(findOwned(ledger, ledger.transactions.get(transactionId), owner), timeline.now()),
    close: (outTradeNo, owner) => closeOrder(ledger, outTradeNo, { owner, now: timeline.now() }),
    refund(request) {
      const when = { ...moment(), spacingMs: deps.refundSpacingMs }
      return show(onItsWay(takeRefund(ledger, { request, origin: 'api', mchid }, when)))
    },
    applyAbnormalRefund: (refundId, application) =>
      show(onItsWay(applyAbnormalRefund(ledger, refundId, { application, now: timeline.now() }))),
    refundElsewhere(input) {
      const taken = takeElsewhere(ledger, input, moment())
      const { out_refund_no } = taken.refund.request
      if (input.status === 'PROCESSING') return onItsWay(taken)
      const refund = finish(out_refund_no, input.status)
      const { notify_url: url, out_trade_no } = input
      if (url !== undefined)
        notifier.submit(
          { event: 'refund', url, out_trade_no, out_refund_no },
          refundNoticeV2(refund, findOrder(ledger, out_trade_no), moment()),
        )
      return refund
    },
    queryRefund: (outRefundNo, owner) => show(findOwnedRefund(ledger, outRefundNo, { mchid, owner })),
    pay(order, payer) {
      const paid = payOrder(ledger, order, { payer, ...moment() })
      const { notify_url: url, out_trade_no } = paid.request
      notifier.submit({ event: 'payment', url, out_trade_no }, paymentNotice(paid, timeline.now(), ids))
      return paid
    },
    finishRefund: finish,
    resume() {
      if (refundDelayMs === 'manual') return
      for (const refund of ledger.refunds.values()) {
        const since = refund.history.at(-1)?.at ?? refund.createdAt
        const left = Math.max(0, refundDelayMs - (timeline.now() - since))
        if (refund.status === 'PROCESSING') timeline.after(left, () => settle(refund))
      }
    },
  }
}
