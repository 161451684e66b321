/** WeChat's side of a run: its books, its payers and refunds, and its notifications on their way to us. */
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import type { RefundFactState } from '#shared/facts/fact-key.ts'
import { NOTIFY_DEADLINE_MS } from '#shared/time-limits.ts'
import { MCHID } from '#test/support/orders.ts'
import { RETRY_DELAYS_MS } from '#simulator/retry-schedule.ts'
import type { Conditions } from './conditions.ts'
import { DELIVERY_FAULTS } from './faults.ts'
import type { Functions } from './functions.ts'
import type { Runtime } from './invocation.ts'
import type { Keys, Notice } from './keys.ts'
import type { Scheduler } from './scheduler.ts'
import type { State, ToldContent } from './state.ts'
import { createWechatModel } from './wechat-model.ts'
import type { RefundScript, WechatModel, WechatRefundRecord } from './wechat-model.ts'
import { paymentNotice, refundNotice } from './wechat-notices.ts'
import { createNotifier } from './notifier.ts'
import { createPayer } from './payer.ts'

export interface Wechat {
  readonly model: WechatModel
  /** A payer pays as soon as WeChat has the order, from now on. */
  pay(number: string): void
  /** A payment that was under way when the order was closed, and succeeds. */
  payLate(number: string, how?: { readonly silent: boolean }): void
  /** A payment whose notification is never sent. */
  paySilently(number: string, successTime?: string): void
  /** A refund made by hand at the merchant platform. */
  refundElsewhere(number: string, refundNumber: string, amount: number, silent?: boolean): void
  /** What becomes of a refund once WeChat has taken it. */
  script(number: string, steps: RefundScript): void
  submit(notice: Notice): void
}

export interface ConveyanceDeps {
  readonly state: State
  readonly keys: Keys
  readonly runtime: Runtime
  readonly scheduler: Scheduler
  readonly conditions: Conditions
}

export function createConveyance({ state, keys, runtime, scheduler, conditions }: ConveyanceDeps): Wechat & {
  connect(functions: Functions): void
} {
  const scripts = new Map<string, RefundScript>()
  const bodies = new Map<string, Buffer>()
  let functions: Functions | undefined
  const model = createWechatModel({
    now: scheduler.now,
    lagMs: conditions.wechatLagMs,
    onRefund: (refund) => play(refund, conditions.fate(scripts.get(refund.number) ?? [['SUCCESS', 2000]])),
  })

  function play(refund: WechatRefundRecord, [step, ...rest]: RefundScript): void {
    if (step === undefined) return
    const [status, after] = step
    scheduler.after(conditions.vary(after), () => {
      refund.status = status
      if (!refund.silent)
        notify(refundNotice(refund, model.orders.get(refund.orderNumber)?.transactionId ?? ''))
      play(refund, rest)
    })
  }

  async function probe(kind: 'payment' | 'refund', body: Buffer): Promise<void> {
    const headers = {
      ...keys.sign(body, { signer: state.wechatKeys.signer, now: scheduler.now() }),
      'wechatpay-signature': 'WECHATPAY/SIGNTEST/aW52YWxpZA==',
    }
    const ended = await functions?.notify({ kind, headers, body })
    if (ended?.kind === 'returned' && ended.value === 'accepted')
      state.violations.report('I1', 'a probe was acknowledged')
  }

  async function deliver(notice: Notice): Promise<boolean> {
    const { signer, apiV3 } = state.wechatKeys
    // Sealed once: a retry carries what the first attempt did, under a new signature.
    const body = bodies.get(notice.id) ?? keys.seal(notice, apiV3)
    bodies.set(notice.id, body)
    const fault = runtime.strike(`notify ${notice.id}`, DELIVERY_FAULTS)
    if (fault === 'fail-before' || functions === undefined) return false
    const started = scheduler.now()
    const kind = notice.event_type.startsWith('REFUND') ? 'refund' : 'payment'
    if (conditions.probes()) await probe(kind, body)
    const ended = await functions.notify({
      kind,
      headers: keys.sign(body, { signer, now: scheduler.now() }),
      body,
    })
    const accepted = ended.kind === 'returned' && ended.value === 'accepted'
    if (accepted) {
      state.factWatch.acknowledged(...assertionOf(notice))
      state.told.push(toldBy(notice))
    }
    return accepted && fault === undefined && scheduler.now() - started <= NOTIFY_DEADLINE_MS
  }

  const notify = createNotifier<Notice>({
    scheduler,
    waits: RETRY_DELAYS_MS,
    until: scheduler.now() + conditions.helpMs,
    copies: conditions.copies,
    delay: conditions.queueDelay,
    deliver,
  })

  const payWith = createPayer({ scheduler, conditions }, (number) => model.orders.get(number))
  const pay = (number: string): void =>
    payWith(number, (order) => {
      order.state = 'PAID'
      notify(paymentNotice(order))
    })

  function payLate(number: string, { silent } = { silent: false }): void {
    const order = model.orders.get(number)
    if (order === undefined || order.state === 'PAID') return
    order.late = order.state === 'CLOSED'
    order.state = 'PAID'
    if (!silent) notify(paymentNotice(order))
  }

  return {
    model,
    pay,
    payLate,
    paySilently(number, successTime) {
      const order = model.orders.get(number)
      if (order?.state !== 'NOTPAY') return
      order.state = 'PAID'
      if (successTime !== undefined) order.successTime = successTime
    },
    refundElsewhere: (number, refundNumber, amount, silent = false) =>
      void model.refundElsewhere(number, { number: refundNumber, amount, silent }),
    submit: notify,
    script: (number, steps) => void scripts.set(number, steps),
    connect: (connected) => void (functions = connected),
  }
}

function toldBy({ content }: Notice): ToldContent {
  const text = (name: string) => String(content[name])
  return {
    mchid: MCHID,
    out_trade_no: text('out_trade_no'),
    transaction_id: text('transaction_id'),
    ...(content['out_refund_no'] === undefined
      ? {}
      : { out_refund_no: text('out_refund_no'), refund_status: text('refund_status') }),
  }
}

/** The key of the fact, and WeChat's own number for what it is about. */
function assertionOf({ event_type: event, content }: Notice): readonly [key: string, number: string] {
  const text = (name: string) => String(content[name])
  return event === 'TRANSACTION.SUCCESS'
    ? [paymentFactKey(MCHID, text('out_trade_no'), 'SUCCESS'), text('transaction_id')]
    : [
        refundFactKey(MCHID, text('out_refund_no'), text('refund_status') as RefundFactState),
        text('refund_id'),
      ]
}
