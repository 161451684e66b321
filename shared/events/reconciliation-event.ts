/** The event of a day whose reconciliation is complete: what its report comes to, and where what it lists is to be had. */
import { reconciliationKey } from '#shared/orders/order-key.ts'
import type { PaymentEvent, ReconciliationData } from './payment-event.ts'

interface Completed extends Pick<ReconciliationData, 'mchid' | 'day'> {
  /** Of the report: a later one that says more is another event. */
  readonly digest: string
  readonly summary: Pick<
    ReconciliationData,
    'matched' | 'unsettled' | 'unlisted' | 'found' | 'outcomes' | 'payments' | 'refunds'
  >
  /** Epoch ms. */
  readonly completed_at: number
}

/** A function of what is stored: a repeat after a crash has the same id and content. */
export function reconciliationCompleted({
  mchid,
  day,
  digest,
  summary,
  completed_at,
}: Completed): PaymentEvent {
  const { matched, unsettled, unlisted, found, outcomes, payments, refunds } = summary
  return {
    specversion: '1.0',
    id: `${reconciliationKey(mchid, day)}#${digest.slice(0, 16)}`,
    source: `/wechatpay/${mchid}`,
    type: 'reconciliation.completed',
    subject: day,
    time: new Date(completed_at).toISOString(),
    datacontenttype: 'application/json',
    data: { mchid, day, matched, unsettled, unlisted, found, outcomes, payments, refunds },
  }
}
