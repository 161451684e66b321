/** WeChat: do not change the refund number when repeating a failed refund. A refusal that can be cured keeps its number. */
import { describe, expect, it } from 'vitest'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { digestOf } from '#shared/ledger/digest.ts'
import { changed } from '#shared/orders/changed.ts'
import { attemptedAt } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { MCHID, onlyLeft, paidOrder } from '#test/support/orders.ts'
import { MINUTE, refunding, setUp, told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')
const request = parseRefundRequest({ out_refund_no: 'R1', amount: { refund: 300 } })
const held = { action: 'hold', hold: 'operator#1', by: 'ann', note: 'look', at: 1 } as const
const refusedWith = (wechatCode: string) => failing('refused', { certain: true, httpStatus: 403, wechatCode })

async function refunds(answer: PaymentChannel['createRefund'], order: Order = paidOrder()) {
  const world = aWorld()
  await world.given(order)
  let current = answer
  const wechat = fakeWechat({ createRefund: (body) => current(body) })
  const create = (notifyUrl: string) => createRefund({ ...world, notifyUrl, channel: wechat })
  return {
    world,
    sent: () => wechat.calls.map(([, body]) => body),
    answers: (next: PaymentChannel['createRefund']) => void (current = next),
    refund: (changes: Partial<typeof request> = {}, notifyUrl = 'https://pay.example/refund') =>
      create(notifyUrl)('ORDER-0001', { ...request, ...changes }, {}),
    order: async () => (await world.orders.get(KEY))!,
    change: async (books: (order: Order) => Partial<Order['books']>) => {
      const before = (await world.orders.get(KEY))!
      await world.orders.save(changed(before, { books: books(before) }, world.time.now))
    },
  }
}

describe('case 09: a refund refused for want of money', () => {
  it('is sent again, the same bytes under the same number, by the same request', async () => {
    const { refund, answers, sent, order } = await refunds(refusedWith('NOT_ENOUGH'))
    expect((await refund()).error).toMatchObject({ code: 'wechat_refused', wechatCode: 'NOT_ENOUGH' })
    expect((await order()).refundable).toBe(1000)
    answers(async () => told)
    // A release in between may have another address for notifications: WeChat has to see the same request.
    const again = await refund({}, 'https://other.example/refund')
    expect(again).toMatchObject({ refund: { status: 'PROCESSING' }, order: { refundable: 700 } })
    expect(again.error).toBeUndefined()
    expect(again.refund.failure_code).toBeUndefined()
    expect(sent()).toHaveLength(2)
    expect(sent()[1]).toBe(sent()[0])
    await refund()
    expect(sent()).toHaveLength(2)
  })

  it('is in the hands of the request that sends it anew, and not of the sweep, from then on', async () => {
    const { world, refund, answers } = await refunds(refusedWith('NOT_ENOUGH'))
    await refund()
    world.time.now += 60 * MINUTE
    answers(async () => told)
    const again = await refund()
    expect(attemptedAt(again.refund)).toBe(world.time.now)
    expect(again.refund.created_at).toBe(world.time.now - 60 * MINUTE)
  })

  it.each([
    ['WeChat', 'NOTENOUGH'],
    ['Alipay', 'ACQ.SELLER_BALANCE_NOT_ENOUGH'],
  ])('is refused as often as %s refuses it, and gives its amount back each time', async (_, code) => {
    const { refund, sent, order } = await refunds(refusedWith(code))
    await refund()
    expect((await refund()).error).toMatchObject({ code: 'wechat_refused' })
    expect(sent()).toHaveLength(2)
    expect(await order()).toMatchObject({ refundable: 1000, refunds: { R1: { status: 'FAILED' } } })
  })

  it('reserves again under the guard: what is gone, held or used up is not sent', async () => {
    const { refund, change, sent } = await refunds(refusedWith('NOT_ENOUGH'))
    await refund()
    await expect(
      refund({ amount: { ...request.amount, refund: request.amount.refund }, reason: 'other' }),
    ).rejects.toMatchObject({
      code: 'refund_number_used',
    })
    await change(({ books }) => ({ decided: [...books.decided, held] }))
    await expect(refund()).rejects.toMatchObject({ code: 'order_held' })
    const released = { ...held, action: 'dismiss', evidence: digestOf(held.hold) } as const
    await change(({ books }) => ({
      decided: [...books.decided, released],
      said: { ...books.said, refunds: paidOrder(onlyLeft(299)).books.said.refunds },
    }))
    await expect(refund()).rejects.toMatchObject({ code: 'refund_exceeds_refundable' })
    expect(sent()).toHaveLength(1)
  })

  it('is reserved anew by one of many requests at once', async () => {
    const { refund, answers, sent, order } = await refunds(refusedWith('NOT_ENOUGH'))
    await refund()
    answers(async () => told)
    await Promise.all(Array.from({ length: 8 }, () => refund()))
    expect(sent()).toHaveLength(2)
    expect((await order()).refundable).toBe(700)
  })

  it.each(['INVALID_REQUEST', 'PARAM_ERROR', 'NO_AUTH', 'USER_ACCOUNT_ABNORMAL'])(
    'but one refused with %s is answered as it is',
    async (code) => {
      const { refund, sent } = await refunds(refusedWith(code))
      await refund()
      expect((await refund()).refund.status).toBe('FAILED')
      expect(sent()).toHaveLength(1)
    },
  )

  it('FAILED after an unknown outcome is in doubt as before: one refusal does not end it', async () => {
    const { refund, order, change } = await refunds(refusedWith('NOT_ENOUGH'))
    await refund()
    await change(({ books: { ours } }) => ({
      ours: { ...ours, refunds: ours.refunds.map((one) => ({ ...one, in_doubt: true })) },
    }))
    expect((await refund()).refund.status).toBe('UNKNOWN')
    expect((await order()).refundable).toBe(700)
  })

  it('is left alone by the sweep while the request that sends it again may be at work', async () => {
    const now = aWorld().time.now
    const { calls, sweep } = await setUp(
      {},
      refunding({ status: 'REQUESTED', created_at: now - 60 * MINUTE, attempted_at: now - MINUTE + 1 }),
    )
    await sweep()
    expect(calls()).toEqual([])
  })
})
