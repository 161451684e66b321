/** Endpoints of profit sharing, as far as they touch orders and refunds: what is frozen, and giving it free. */
import { beijingTime } from './beijing-time.ts'
import { parseBody } from './field-rules.ts'
import type { Ids } from './ids.ts'
import type { Ledger, Order, Unfreeze } from './ledger.ts'
import { findShared, frozenAmount, UNFREEZE_SCHEMA, unfreezeRest } from './profit-sharing.ts'
import type { Route } from './route.ts'
import type { Timeline } from './timeline.ts'
import type { Wire } from './views.ts'

export interface SharingDeps {
  readonly mchid: string
  readonly ledger: Ledger
  readonly timeline: Timeline
  readonly ids: Ids
}

/** Creates the endpoints. */
export function createSharingRoutes({ mchid, ledger, timeline, ids }: SharingDeps): readonly Route[] {
  return [
    {
      endpoint: 'unsplit_amount',
      method: 'GET',
      pattern: /^\/v3\/profitsharing\/transactions\/(?<transaction_id>[^/]+)\/amounts$/,
      dialect: 'others',
      handle({ path }) {
        const { transaction_id = '' } = path
        const order = findShared(ledger, transaction_id, mchid)
        return { transaction_id, unsplit_amount: frozenAmount(ledger, order, timeline.now()) }
      },
    },
    {
      endpoint: 'unfreeze',
      method: 'POST',
      pattern: /^\/v3\/profitsharing\/orders\/unfreeze$/,
      dialect: 'others',
      handle({ body }) {
        const request = parseBody(UNFREEZE_SCHEMA, body)
        const { order, unfreeze } = unfreezeRest(ledger, request, { mchid, now: timeline.now(), ids })
        return unfreezeView(order, unfreeze)
      },
    },
  ]
}

/** What is given free goes to the merchant of the order, who stands among the receivers. */
function unfreezeView({ request, payment }: Order, { orderId, outOrderNo, at, amount }: Unfreeze): Wire {
  const { mchid, sub } = request
  return {
    ...(sub === undefined ? {} : { sub_mchid: sub.mchid }),
    transaction_id: payment?.transactionId,
    out_order_no: outOrderNo,
    order_id: orderId,
    state: 'FINISHED',
    receivers: [
      {
        amount,
        description: '解冻给分账方',
        type: 'MERCHANT_ID',
        account: sub?.mchid ?? mchid,
        result: 'SUCCESS',
        detail_id: orderId.replace(/^30/, '36'),
        create_time: beijingTime(at),
        finish_time: beijingTime(at),
      },
    ],
  }
}
