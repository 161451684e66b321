/**
 * Takes a notification of Alipay: verifies the raw bytes, stores each thing that it tells as a fact of its own, and whatever of it
 * nobody here understands as a notice; dispatches them. Only then is the answer the one that ends the repetitions.
 *
 * Nothing in a notification says when it was sent. What holds against a replay is what is stored: the same telling again is the same
 * fact, and another one under the same key contradicts it, is kept beside it and holds its order.
 */
import type { Clock } from '#shared/clock.ts'
import type { Fact, Storable } from '#shared/facts/fact.ts'
import { factsOfRefund, factsOfTransaction, refundNamed } from '#shared/facts/notified.ts'
import type { Notice } from '#shared/facts/notice.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import type { RecordDeps, Recorded } from '#shared/facts/record-fact.ts'
import { given } from '#shared/given.ts'
import type { LogFields, Logger } from '#shared/log.ts'
import type { MetricName, Metrics } from '#shared/metrics.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { NotificationChannel, ReadNotification, Told } from '#shared/orders/notification-channel.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { NOTIFY_ASK_MS } from '#shared/time-limits.ts'
import { noticeOf } from './keep-notice.ts'
import type { Verified } from './keep-notice.ts'

/** - `accepted`: everything that it tells is durable and dispatched. - `unverified`, `refused`: nothing that we take. */
export const ALIPAY_NOTIFY_RESULTS = ['accepted', 'unverified', 'refused'] as const
export type AlipayNotifyResult = (typeof ALIPAY_NOTIFY_RESULTS)[number]

export interface NotifyAlipayDeps extends RecordDeps {
  /** The account of the app. */
  readonly mchid: string
  readonly notifications: Pick<NotificationChannel, 'readNotification'>
  readonly channel: Pick<PaymentChannel, 'queryRefund'>
  readonly clock: Clock
  readonly metrics: Metrics
  /** How long Alipay is asked for a refund. Default `NOTIFY_ASK_MS`. */
  readonly askMs?: number
}

export interface AlipayDelivery {
  /** Exactly the bytes received. */
  readonly body: Uint8Array
  readonly correlationId?: string
}

/** What one delivery is judged with. */
interface Delivered extends NotifyAlipayDeps {
  readonly correlationId: string | undefined
  readonly log: Logger
  readonly call: CallOptions
}

/** Creates the operation. A rejection means that nothing was promised. */
export function createNotifyAlipay(deps: NotifyAlipayDeps) {
  return async (delivery: AlipayDelivery, log: Logger, call: CallOptions): Promise<AlipayNotifyResult> => {
    const read = await deps.notifications.readNotification(delivery.body)
    if (!read.ok) return rejected(deps, log, read)
    await take({ ...deps, correlationId: delivery.correlationId, log, call }, read)
    return 'accepted'
  }
}

function rejected(
  { metrics }: NotifyAlipayDeps,
  log: Logger,
  { reason, field }: Extract<ReadNotification, { ok: false }>,
): AlipayNotifyResult {
  if (reason === 'unverified') {
    log.warn('ALIPAY_NOTIFICATION_UNVERIFIED', { reason })
    metrics.put('NotificationUnverified')
    return 'unverified'
  }
  log.error('ALIPAY_NOTIFICATION_REFUSED', { reason, ...(field === undefined ? {} : { field }) })
  metrics.put('NotificationRefused')
  return 'refused'
}

async function take(deps: Delivered, said: Verified): Promise<void> {
  const named = given({ notification_id: said.id })
  let count = 0
  // One after the other: a refund builds upon its payment.
  for (const one of said.told)
    for (const fact of await factsOf(deps, said, one)) {
      const { out_trade_no } = fact
      await record(deps, fact, { ...named, out_trade_no })
      count += 1
    }
  const notice = noticeOf(deps, said)
  if (notice !== undefined) await keep(deps, notice, said)
  else if (count === 0) deps.log.info('ALIPAY_NOTIFICATION_TAKEN', { ...named, outcome: 'nothing_told' })
}

async function keep(deps: Delivered, fact: Notice, { malformed: field }: Verified): Promise<void> {
  const { log, metrics } = deps
  const { event_type, notification_id, out_trade_no, trade_state: outcome } = fact.notice
  await record(deps, fact, given({ notification_id, event_type }))
  if (field !== undefined) {
    log.error('ALIPAY_NOTIFICATION_HELD', { field, reason: 'malformed' })
    metrics.put('NotificationHeld')
  } else if (outcome === undefined) {
    log.warn('ALIPAY_TYPE_UNKNOWN', { event_type })
    metrics.put('NotificationUnexpected')
  } else {
    log.warn('ALIPAY_STATE_UNKNOWN', { field: 'trade_status', outcome, ...given({ out_trade_no }) })
    metrics.put('WechatStateUnknown')
  }
}

const RECORDED: Readonly<Record<Recorded, MetricName>> = {
  stored: 'NotificationAccepted',
  duplicate_pending: 'NotificationDuplicate',
  duplicate_settled: 'NotificationDuplicate',
  conflict: 'NotificationConflict',
}

async function record(deps: Delivered, fact: Storable, fields: LogFields): Promise<void> {
  const outcome = await recordFact(deps, fact, deps.correlationId)
  deps.log.info('ALIPAY_NOTIFICATION_TAKEN', { ...fields, fact_key: fact.fact_key, outcome })
  deps.metrics.put(RECORDED[outcome])
}

/** None of an order that somebody has begun to pay: nothing of it has to be kept. */
async function factsOf(
  { mchid, clock, ...deps }: Delivered,
  { content }: Verified,
  told: Told,
): Promise<readonly Fact[]> {
  const notified = { received_at: clock.now(), content }
  switch (told.kind) {
    case 'payment':
      return factsOfTransaction(told.transaction, notified)
    case 'refund':
      return factsOfRefund(mchid, told.refund, notified)
    case 'refund_named': {
      const refund = await asked(deps, told)
      return refund === undefined
        ? [refundNamed(mchid, told, notified)]
        : factsOfRefund(mchid, refund, notified)
    }
  }
}

/** @returns undefined where it could not be asked for: then the sweep asks, from what is stored. */
async function asked(
  { channel, call, log, metrics, askMs = NOTIFY_ASK_MS }: Omit<Delivered, 'mchid' | 'clock'>,
  { out_trade_no, out_refund_no }: Extract<Told, { kind: 'refund_named' }>,
) {
  const signal = AbortSignal.any([AbortSignal.timeout(askMs), ...(call.signal ? [call.signal] : [])])
  try {
    return await channel.queryRefund(out_refund_no, { signal, outTradeNo: out_trade_no })
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    log.warn('ALIPAY_REFUND_NOT_ASKED', { out_trade_no, out_refund_no, reason: error.code })
    metrics.put('RefundNoticeUnread')
    return undefined
  }
}
