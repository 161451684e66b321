import { describe, expect, it } from 'vitest'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { dueShardOf } from '#shared/stores/order-item.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { MCHID, paidOrder } from '#test/support/orders.ts'
import { told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const request = parseRefundRequest({ out_refund_no: 'R1', amount: { refund: 300 } })

/** What the due index has of the order while WeChat is asked, and after that. */
async function looksAround(accept: PaymentChannel['createRefund']) {
  const world = aWorld()
  await world.given(paidOrder())
  const look = async () => {
    const order: Order = (await world.orders.get(orderKey(MCHID, 'ORDER-0001')))!
    const { next_check_at: at, next_check_class } = order
    return { after: at! - world.clock.now(), class: next_check_class, shard: dueShardOf(order) }
  }
  let during
  const channel = fakeWechat({
    createRefund: async (...args) => ((during = await look()), accept(...args)),
  })
  const refund = createRefund({ ...world, notifyUrl: 'https://pay.example/refund', channel })
  await refund('ORDER-0001', request, {})
  return { during, afterwards: await look() }
}

describe('the look at a refund', () => {
  it('stays where it is when WeChat accepts', async () => {
    const { during, afterwards } = await looksAround(async () => told)
    expect(during).toMatchObject({ after: 60_000, class: 'refund_open' })
    expect(afterwards).toEqual(during)
  })

  it('moves to those that wait behind nobody when the outcome is not known', async () => {
    const { afterwards } = await looksAround(failing('timeout'))
    expect(afterwards).toMatchObject({ after: 60_000, class: 'refund_unknown' })
  })
})
