/** What the release before the books writes into an order while it is still deployed beside this one. */
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { orderKey, refundPointerKey } from '#shared/orders/order-key.ts'
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import { fromItem, toItem } from '#shared/stores/dynamo.ts'
import { MCHID, NOW } from '#test/support/orders.ts'
import { ORDER, paidBefore } from './before.ts'
import type { Scenario, Stage } from './scenario.ts'

interface Refund {
  readonly number: string
  readonly amount: number
  /** Epoch ms. */
  readonly now: number
}

/** Reserves a refund and sends it; its answer is lost. It leaves what it does not know of as it is. */
function refundByOlderRelease(
  { state, wechat }: Stage,
  outTradeNo: string,
  { number, amount, now }: Refund,
): void {
  const key = orderKey(MCHID, outTradeNo)
  const order = fromItem(state.dynamo.orders.items.get(key) ?? {})
  // It reads form 1 alone, and refuses what is not there to refund.
  if (order['v'] !== 1 || order['status'] !== 'PAID' || Number(order['refundable']) < amount) return
  const request = JSON.stringify({
    transaction_id: order['transaction_id'],
    out_refund_no: number,
    amount: { refund: amount, total: 1000, currency: 'CNY' },
  })
  const refund = {
    out_refund_no: number,
    status: 'UNKNOWN',
    amount,
    request,
    request_hash: canonicalHash({ number, amount }),
    created_at: now,
    updated_at: now,
  }
  state.dynamo.orders.put(toItem({ order_key: refundPointerKey(MCHID, number), v: 1, target: key }))
  state.dynamo.orders.put(
    toItem({
      ...order,
      version: Number(order['version']) + 1,
      refundable: Number(order['refundable']) - amount,
      refunds: [...(order['refunds'] as object[]), refund],
      due_shard: String(DUE_SHARDS.refund_unknown[0]),
      next_check_at: now + 60_000,
    }),
  )
  state.refundSends.wechat.asked(number, amount)
  try {
    wechat.model.takeRefund(request)
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
  }
}

export const olderReleaseBeside: Scenario = {
  // Two releases at once: the older one refunds as well, and nobody notifies of anything.
  name: 'older-release-beside',
  async play(stage) {
    await paidBefore(stage)
    stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
    stage.at(61_000, () =>
      refundByOlderRelease(stage, ORDER, { number: 'R-2', amount: 200, now: NOW + 61_000 }),
    )
    stage.at(70_000, () => void stage.merchant.refund(ORDER, 'R-3', 600))
  },
  conditions: { helpMs: 0, form: () => 1 },
  pairs: 10,
}
