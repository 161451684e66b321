/** A refund whose answer is written into its order and published from there, over in-memory ports. */
import { createRefund } from '#functions/refund/refund.ts'
import type { RefundDeps } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { withTrace } from '#shared/ambient-trace.ts'
import { refundFactKey } from '#shared/facts/fact-key.ts'
import { refundReached } from '#shared/facts/fact.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { untoldBefore } from '#shared/orders/untold.ts'
import { continueTrace } from '#shared/trace.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { MCHID, NOW, paidOrder, refundFact } from '#test/support/orders.ts'
import { told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')
export const CREATED = refundFactKey(MCHID, 'R1', 'PROCESSING')
export const SUCCEEDED = refundFactKey(MCHID, 'R1', 'SUCCESS')
export const MINUTE = 60_000
const trace = continueTrace({ requestId: 'of-the-caller' })
export const request = parseRefundRequest({ out_refund_no: 'R1', amount: { refund: 300 } })
/** The same refund as WeChat answers. */
export const notified = (amount = 300) =>
  refundReached(
    { ...refundFact('R1', 'SUCCESS'), received_at: NOW + 5 },
    { ...refundFact('R1', 'SUCCESS', amount).refund, refund_id: told.refund_id },
  )
export const down = async () => Promise.reject(new Error('the topic is down'))

export async function telling(answer: Partial<ChannelRefund> = {}) {
  const world = aWorld()
  await world.given(paidOrder())
  const answered = async () => ({ ...told, ...answer })
  const channel = fakeWechat({ createRefund: answered, queryRefund: answered })
  const deps = { ...world, notifyUrl: 'https://pay.example/refund', channel }
  const stored = async () => (await world.orders.get(KEY))!
  return {
    world,
    channel,
    stored,
    refund: (changes: Partial<RefundDeps> = {}, call = {}, asked = request) =>
      withTrace(trace, () => createRefund({ ...deps, ...changes })('ORDER-0001', asked, call)),
    untold: async () => untoldBefore(await stored(), Infinity),
    settle: createSettle(world),
    sweep: async (changes: Partial<typeof world> = {}) => {
      world.time.now += MINUTE
      await createSweep({ ...world, ...changes, channels: { wechat: channel } })({})
    },
    /** Orders whose second write after the answer fails. */
    unmarking: (save: typeof world.orders.save) => ({
      orders: {
        ...world.orders,
        save: (order: Parameters<typeof save>[0]) =>
          order.handled[CREATED]?.told === true ? save(order) : world.orders.save(order),
      },
    }),
  }
}
