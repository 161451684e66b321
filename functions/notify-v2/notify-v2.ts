/**
 * Takes a refund notice of APIv2. Nothing authenticates it but that our key opens it, so it is a hint: WeChat is asked for the
 * refund that it names, and the signed answer is what becomes the fact.
 */
import type { KeyObject } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import { AppError } from '#shared/errors.ts'
import { factOfRefund } from '#shared/facts/facts-of.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import type { RecordDeps, Recorded } from '#shared/facts/record-fact.ts'
import { failureFields } from '#shared/failure-fields.ts'
import type { LogFields, Logger } from '#shared/log.ts'
import type { MetricName, Metrics } from '#shared/metrics.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { readRefundNotice, refundNumberIn } from '#shared/wechat/v2/refund-notice.ts'

/**
 * - `accepted`: the refund that WeChat told us of is durable and dispatched. - `refused`: nothing that we take.
 * - `unread`: we cannot read or check it now; WeChat sends it again.
 */
export type NoticeResult = 'accepted' | 'refused' | 'unread'

export interface NotifyV2Deps extends RecordDeps {
  readonly mchid: string
  /** Fails when no key is stored, or it cannot be read. */
  readonly apiV2Keys: () => Promise<readonly KeyObject[]>
  readonly wechat: Pick<PaymentChannel, 'queryRefund'>
  readonly clock: Clock
  readonly metrics: Metrics
}

export interface NoticeDelivery {
  /** Exactly the bytes received. */
  readonly body: Uint8Array
  readonly correlationId?: string
}

/** Creates the operation. A rejection means that nothing was promised. */
export function createNotifyV2(deps: NotifyV2Deps) {
  return async (delivery: NoticeDelivery, log: Logger, call: CallOptions): Promise<NoticeResult> => {
    const notice = readRefundNotice(delivery.body)
    const tell = told(deps.metrics, log)
    if (notice === undefined) return tell.refused({ reason: 'malformed' })
    if (notice.mch_id !== deps.mchid) return tell.refused({ reason: 'foreign_merchant' })
    let keys: readonly KeyObject[]
    try {
      keys = await deps.apiV2Keys()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return tell.unread({ ...failureFields(error), reason: 'no_apiv2_key' })
    }
    const number = refundNumberIn(notice, keys)
    if (number === undefined) return tell.unread({ reason: 'undecryptable' })
    return ask(deps, { number, delivery, tell }, call)
  }
}

interface Question {
  readonly number: string
  readonly delivery: NoticeDelivery
  readonly tell: ReturnType<typeof told>
}

async function ask(
  deps: NotifyV2Deps,
  { number, delivery, tell }: Question,
  call: CallOptions,
): Promise<NoticeResult> {
  try {
    const refund = await deps.wechat.queryRefund(number, call)
    const fact = factOfRefund(deps.mchid, refund, { source: 'query', received_at: deps.clock.now() })
    const outcome = await recordFact(deps, fact, delivery.correlationId)
    const { fact_key, out_trade_no, out_refund_no } = fact
    return tell.recorded(outcome, { fact_key, out_trade_no, out_refund_no })
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    return tell.unread({ ...failureFields(error), reason: error.code, out_refund_no: number })
  }
}

const RECORDED: Readonly<Record<Recorded, MetricName>> = {
  stored: 'NotificationAccepted',
  duplicate_pending: 'NotificationDuplicate',
  duplicate_settled: 'NotificationDuplicate',
  conflict: 'NotificationConflict',
}

/** How each outcome is logged and counted. */
function told(metrics: Metrics, log: Logger) {
  return {
    refused(fields: LogFields): NoticeResult {
      log.warn('REFUND_NOTICE_REFUSED', fields)
      metrics.put('NotificationRefused')
      return 'refused'
    },
    unread(fields: LogFields): NoticeResult {
      log.error('REFUND_NOTICE_UNREAD', fields)
      metrics.put('RefundNoticeUnread')
      return 'unread'
    },
    recorded(outcome: Recorded, fields: LogFields): NoticeResult {
      log.info('REFUND_NOTICE_TAKEN', { ...fields, outcome })
      metrics.put(RECORDED[outcome])
      return 'accepted'
    },
  }
}
