/** Containers whose clocks differ: what one takes for over, another one may still be at. */
import { describe, expect, it } from 'vitest'
import { createRefund } from '#functions/refund/refund.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { fen } from '#shared/money.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { API_DEADLINE_MS, REQUEST_OVER_MS } from '#shared/time-limits.ts'
import { rememberingWechat } from '#test/support/remembering-wechat.ts'
import { paidOrder } from '#test/support/orders.ts'
import { KEY, MINUTE, refunding } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const SECOND = 1000
/** How far the clock of the sweep is ahead. More than 300 s off, nothing is verified at all. */
const APART = [-300, -60, -35, 0, 35, 60, 300].map((seconds) => seconds * SECOND)

function setUp() {
  const world = aWorld()
  const { wechat, contents } = rememberingWechat()
  const ahead = (ms: number) => ({ ...world, clock: { now: () => world.time.now + ms } })
  const settleAll = async () => {
    for (const key of world.dispatched) await createSettle(world)(key)
  }
  const refund = async () => (await world.orders.get(KEY))?.refunds['R1']
  return { world, wechat, contents, ahead, settleAll, refund }
}

const request = { out_refund_no: 'R1', amount: { refund: fen(300), currency: 'CNY' } } as const
const usedAlready = new ChannelError('refused', 'known already', {
  certain: true,
  httpStatus: 400,
  wechatCode: 'INVALID_REQUEST',
})

describe.each(APART)('a sweep whose clock is %i ms ahead', (ms) => {
  it('may send what the request is still sending: the refusal that the request then gets gives nothing back', async () => {
    const { world, wechat, contents, ahead, settleAll, refund } = setUp()
    await world.given(paidOrder())
    const own = Promise.withResolvers<never>()
    const sweeps = Promise.withResolvers<void>()
    const sent = Promise.withResolvers<void>()
    const createRefundSlowly: PaymentChannel['createRefund'] = async (body) => {
      const told = await wechat.createRefund(body)
      sent.resolve()
      await sweeps.promise
      return told
    }
    const atWork = Promise.withResolvers<void>()
    const first = { ...wechat, createRefund: async () => (atWork.resolve(), own.promise) }
    const asked = createRefund({ ...world, channel: first, notifyUrl: 'https://pay.example/r' })
    const answered = asked('ORDER-0001', request, {})
    await atWork.promise
    world.time.now += API_DEADLINE_MS
    const second = { ...wechat, createRefund: createRefundSlowly }
    const swept = createSweep({ ...ahead(ms), channels: { wechat: second } })({})
    await Promise.race([sent.promise, swept])
    const wasSent = contents.has('R1')
    expect(wasSent).toBe(API_DEADLINE_MS + ms >= REQUEST_OVER_MS)
    // Without a sweep that was faster, WeChat has no reason to refuse.
    if (wasSent) own.reject(usedAlready)
    else own.reject(new ChannelError('timeout', 'no answer', { certain: false }))
    await answered.catch(() => undefined)
    await settleAll()
    expect((await refund())?.status).not.toBe('FAILED')
    expect((await world.orders.get(KEY))?.refundable).toBe(700)
    sweeps.resolve()
    await swept
    for (let minute = 0; minute < 8; minute += 1) {
      world.time.now += MINUTE
      await createSweep({ ...world, channels: { wechat } })({})
    }
    await settleAll()
    expect(await refund()).toMatchObject({ status: 'PROCESSING', amount: 300 })
    expect((await world.orders.get(KEY))?.refundable).toBe(700)
    expect(contents.get('R1')?.size).toBe(1)
  })

  it('may take what another sweep has: the same bytes go out, under one number', async () => {
    const { world, wechat, contents, ahead, settleAll, refund } = setUp()
    await world.given(
      refunding({
        status: 'REQUESTED',
        request: '{"out_refund_no":"R1","amount":{"total":1000,"refund":300}}',
      }),
    )
    const runs = [
      createSweep({ ...world, channels: { wechat } })({}),
      createSweep({ ...ahead(ms), channels: { wechat } })({}),
    ]
    await Promise.allSettled(runs)
    await settleAll()
    expect(await refund()).toMatchObject({ status: 'PROCESSING' })
    expect((await world.orders.get(KEY))?.refundable).toBe(700)
    expect(contents.get('R1')?.size).toBe(1)
  })
})
