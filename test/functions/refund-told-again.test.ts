import { describe, expect, it } from 'vitest'
import { recordFact } from '#shared/facts/record-fact.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { told } from '#test/support/sweeping.ts'
import { down, notified, SUCCEEDED, telling as setUp } from '#test/support/telling.ts'

describe('the answer to a refund', () => {
  it('is told as it was told first, whoever tells it again', async () => {
    const { world, refund, untold, settle } = await setUp({ status: 'SUCCESS', refund_channel: 'ORIGINAL' })
    await refund({ publisher: { publish: down } })
    await recordFact(world, notified())
    await settle(SUCCEEDED)
    expect(world.published).toMatchObject([
      { id: SUCCEEDED, time: '2026-03-01T04:00:00.000Z', data: { channel: 'ORIGINAL' } },
    ])
    expect(await untold()).toEqual([])
    expect((await world.facts.get(SUCCEEDED))?.pending).toBe(false)
  })

  it('is not told a second time by a notification that says the same', async () => {
    const { world, refund, settle } = await setUp({ status: 'SUCCESS' })
    await refund()
    await recordFact(world, notified())
    await settle(SUCCEEDED)
    expect(world.published).toHaveLength(1)
    expect((await world.facts.get(SUCCEEDED))?.pending).toBe(false)
  })

  it('is contradicted by a telling of other content under its key, which is applied and told', async () => {
    const { world, refund, settle, stored } = await setUp({ status: 'SUCCESS' })
    await refund()
    await recordFact(world, notified(400))
    await settle(SUCCEEDED)
    await settle(SUCCEEDED)
    expect((await stored()).books.said.refunds.map(({ amount }) => amount)).toEqual([400, 300])
    expect(world.published.map(({ type, data }) => [type, data['conflicts_with']])).toEqual([
      ['refund.succeeded', undefined],
      ['order.held', SUCCEEDED],
    ])
  })

  it('contradicts a telling that came first as any fact would', async () => {
    const { world, refund, settle, stored } = await setUp({ status: 'SUCCESS' })
    const channel = fakeWechat({
      createRefund: async () => {
        await recordFact(world, notified(400))
        await settle(SUCCEEDED)
        return { ...told, status: 'SUCCESS' }
      },
    })
    await refund({ channel })
    expect(world.dispatched.at(-1)).toMatch(/^refund#.*#R1#SUCCESS#CONFLICT#/)
    expect((await stored()).books.said.refunds.map(({ amount }) => amount)).toEqual([400, 300])
  })

  it('is not told where it comes after the result, which said more', async () => {
    const { world, refund, untold, settle, stored } = await setUp()
    const channel = fakeWechat({
      createRefund: async () => {
        await recordFact(world, notified())
        await settle(SUCCEEDED)
        return told
      },
    })
    expect((await refund({ channel })).refund.status).toBe('SUCCESS')
    expect(world.published.map(({ id }) => id)).toEqual([SUCCEEDED])
    expect([await untold(), 'next_check_at' in (await stored())]).toEqual([[], false])
  })
})
