/**
 * Takes a notification of Alipay: verifies the raw bytes, stores each thing that it tells as a fact of its own, dispatches them. Only
 * then is the answer the one that ends the repetitions.
 *
 * Nothing in a notification says when it was sent. What holds against a replay is what is stored: the same telling again is the same
 * fact, and another one under the same key contradicts it, is kept beside it and holds its order.
 */
import type { Clock } from '#shared/clock.ts'
import { factOfRefund, factOfTransaction } from '#shared/facts/facts-of.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import type { RecordDeps, Recorded } from '#shared/facts/record-fact.ts'
import { isTradeState } from '#shared/facts/telling.ts'
import type { LogFields, Logger } from '#shared/log.ts'
import type { MetricName, Metrics } from '#shared/metrics.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { NotificationChannel, ReadNotification, Told } from '#shared/orders/notification-channel.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'

/**
 * - `accepted`: everything that it tells is durable and dispatched. - `unverified`, `refused`: nothing that we take.
 * - `unread`: what it names could not be asked for now; Alipay sends it again.
 */
export type AlipayNotifyResult = 'accepted' | 'unverified' | 'refused' | 'unread'

export interface NotifyAlipayDeps extends RecordDeps {
  /** The account of the app. */
  readonly mchid: string
  readonly notifications: Pick<NotificationChannel, 'readNotification'>
  readonly channel: Pick<PaymentChannel, 'queryRefund'>
  readonly clock: Clock
  readonly metrics: Metrics
}

export interface AlipayDelivery {
  /** Exactly the bytes received. */
  readonly body: Uint8Array
  readonly correlationId?: string
}

/** Creates the operation. A rejection means that nothing was promised. */
export function createNotifyAlipay(deps: NotifyAlipayDeps) {
  return async (delivery: AlipayDelivery, log: Logger, call: CallOptions): Promise<AlipayNotifyResult> => {
    const read = await deps.notifications.readNotification(delivery.body)
    if (!read.ok) return rejected(deps, log, read)
    const { dispatcher } = deps
    const dispatch = (key: string) => dispatcher.dispatch(key, delivery.correlationId)
    const recording = { ...deps, dispatcher: { dispatch } }
    const { id: notification_id, told } = read
    if (told.some(isUnknown)) return refused(deps, log, { notification_id, reason: 'state_unknown' })
    try {
      // One after the other: a refund builds upon its payment.
      for (const one of told) await record(recording, { one, notification_id, log }, call)
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      log.error('ALIPAY_NOTIFICATION_UNREAD', { notification_id, reason: error.code })
      deps.metrics.put('RefundNoticeUnread')
      return 'unread'
    }
    if (told.length === 0) log.info('ALIPAY_NOTIFICATION_TAKEN', { notification_id, outcome: 'nothing_told' })
    return 'accepted'
  }
}

function rejected(
  deps: NotifyAlipayDeps,
  log: Logger,
  { reason, field }: Extract<ReadNotification, { ok: false }>,
): AlipayNotifyResult {
  if (reason !== 'unverified')
    return refused(deps, log, { reason, ...(field === undefined ? {} : { field }) })
  log.warn('ALIPAY_NOTIFICATION_UNVERIFIED', { reason })
  deps.metrics.put('NotificationUnverified')
  return 'unverified'
}

function refused({ metrics }: NotifyAlipayDeps, log: Logger, fields: LogFields): AlipayNotifyResult {
  log.error('ALIPAY_NOTIFICATION_REFUSED', fields)
  metrics.put('NotificationRefused')
  return 'refused'
}

/** Authentic, and nothing that we could act upon: it is told again until somebody looks. */
function isUnknown(told: Told): boolean {
  return told.kind === 'payment' && !isTradeState(told.transaction.trade_state)
}

interface Telling {
  readonly one: Told
  readonly notification_id: string
  readonly log: Logger
}

const RECORDED: Readonly<Record<Recorded, MetricName>> = {
  stored: 'NotificationAccepted',
  duplicate_pending: 'NotificationDuplicate',
  duplicate_settled: 'NotificationDuplicate',
  conflict: 'NotificationConflict',
}

async function record(
  deps: NotifyAlipayDeps,
  { one, notification_id, log }: Telling,
  call: CallOptions,
): Promise<void> {
  const fact = await factOf(deps, one, call)
  // Somebody has begun to pay: nothing that has to be kept.
  if (fact === undefined) return
  const outcome = await recordFact(deps, fact)
  const { fact_key, out_trade_no } = fact
  log.info('ALIPAY_NOTIFICATION_TAKEN', { notification_id, fact_key, out_trade_no, outcome })
  deps.metrics.put(RECORDED[outcome])
}

async function factOf(
  { mchid, clock, channel }: NotifyAlipayDeps,
  told: Told,
  call: CallOptions,
): Promise<Fact | undefined> {
  const received_at = clock.now()
  switch (told.kind) {
    case 'payment':
      return factOfTransaction(told.transaction, { source: 'notification', received_at })
    case 'refund':
      return factOfRefund(mchid, told.refund, { source: 'notification', received_at })
    case 'refund_named': {
      const { out_refund_no, out_trade_no: outTradeNo } = told
      const refund = await channel.queryRefund(out_refund_no, { ...call, outTradeNo })
      return factOfRefund(mchid, refund, { source: 'query', received_at })
    }
  }
}
