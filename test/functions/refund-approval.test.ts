/** Refunds that break a rule of the stage: reserved, held, told, and sent only when people have approved them. */
import { describe, expect, it, vi } from 'vitest'
import { createHold } from '#functions/hold/hold.ts'
import { orderView } from '#shared/api/order-view.ts'
import { AppError } from '#shared/errors.ts'
import { ann, aStageWithRules, HOLD } from '#test/support/approving.ts'

describe('a refund above the limit', () => {
  it('is reserved, held and told, and nothing is sent for it', async () => {
    const { refund, r1, stored, sent, settled, later, measured } = await aStageWithRules({ singleAbove: 300 })
    await refund('R0', 300)
    expect(sent()).toBe(1)
    const { order } = await refund('R1', 301)
    expect(orderView(order)).toMatchObject({ held: true, holds: [{ hold: HOLD, reason: 'approval' }] })
    const waiting = { status: 'REQUESTED', held: 'approval', approval: { rules: ['singleAbove'], names: 1 } }
    expect(await r1()).toMatchObject(waiting)
    expect((await refund('R1', 301)).refund.approval?.state).toBe('waiting')
    await expect(refund('R2', 1)).rejects.toMatchObject({ code: 'order_held' })
    await later(20)
    expect([sent(), (await stored()).refundable]).toEqual([1, 399])
    expect((await settled()).at(-1)).toMatchObject({
      type: 'order.held',
      data: { opened: [HOLD], hold_reason: 'approval', by: 'refund rules', note: 'singleAbove' },
    })
    expect([measured('RefundWaits'), measured('FactHeld')]).toEqual([1, 0])
  })

  it('is sent once by the sweep when it is approved, and is then a refund like any other', async () => {
    const { refund, r1, release, sent, later, settled } = await aStageWithRules({ singleAbove: 300 })
    await refund('R1', 301)
    await release('approve')
    expect((await r1())?.held).toBeUndefined()
    await later(1)
    await later(5)
    expect(sent()).toBe(1)
    expect(await r1()).toEqual(expect.objectContaining({ status: 'PROCESSING', refund_id: '50R1' }))
    // The same once more is known, and a refusal comes too late.
    expect(orderView(await release('approve')).held).toBe(false)
    await expect(release('refuse')).rejects.toMatchObject({ code: 'hold_not_found' })
    expect((await settled()).map(({ type }) => type)).toEqual([
      'order.held',
      'order.released',
      'refund.created',
    ])
  })

  it('is given back and told as failed when it is refused, whoever approved it before', async () => {
    const { refund, r1, release, stored, sent, later, settled } = await aStageWithRules({
      singleAbove: 300,
      approvals: 2,
    })
    await refund('R1', 301)
    await release('approve')
    await release('refuse', { ...ann, by: 'ben' })
    await expect(release('approve', { ...ann, by: 'carl' })).rejects.toMatchObject({ code: 'hold_not_found' })
    await later(1)
    expect([sent(), (await stored()).refundable]).toEqual([0, 1000])
    expect(await r1()).toMatchObject({ status: 'FAILED', failure_code: 'NOT_APPROVED' })
    expect((await settled()).map(({ type }) => type)).toEqual([
      'order.held',
      'refund.failed',
      'order.released',
    ])
    expect((await refund('R1', 301)).refund.status).toBe('FAILED')
  })

  it('needs two people where the stage asks for two, and one of them is one however the name is spelled', async () => {
    const { refund, r1, release, sent, later } = await aStageWithRules({ singleAbove: 300, approvals: 2 })
    await refund('R1', 301)
    await release('approve')
    await release('approve', { ...ann, by: ' ANN ', note: 'again' })
    await later(1)
    expect([sent(), (await r1())?.approval]).toEqual([
      0,
      { rules: ['singleAbove'], names: 2, approved_by: ['ann'] },
    ])
    await release('approve', { ...ann, by: 'ben' })
    await later(1)
    expect(sent()).toBe(1)
  })

  it('is neither dismissed nor accepted, and nothing else is approved', async () => {
    const { refund, release, world } = await aStageWithRules({ singleAbove: 300 })
    await refund('R1', 301)
    for (const decision of ['dismiss', 'accept'] as const)
      await expect(release(decision)).rejects.toMatchObject({ code: 'hold_decision_unfit' })
    const held = await createHold(world).place('ORDER-0001', { by: 'ann', note: 'odd' })
    const byHand = Object.keys(held.holds).find((key) => key !== HOLD)!
    await expect(release('approve', { ...ann, hold: byHand })).rejects.toMatchObject({
      code: 'hold_decision_unfit',
    })
    await expect(release('approve', { ...ann, hold: 'approval#R9' })).rejects.toMatchObject({
      code: 'hold_not_found',
    })
  })

  it('is not sent while refunds are paused, or the order is held for another reason', async () => {
    const { refund, release, sent, later, world } = await aStageWithRules({ singleAbove: 300 })
    await refund('R1', 301)
    const held = await createHold(world).place('ORDER-0001', { by: 'ann', note: 'odd' })
    await release('approve')
    await later(1)
    const byHand = Object.keys(held.holds).find((key) => key !== HOLD)!
    world.switchedOn.add('refunds')
    await release('dismiss', { ...ann, hold: byHand })
    await later(2)
    expect(sent()).toBe(0)
    world.switchedOn.clear()
    await later(5)
    expect(sent()).toBe(1)
  })

  it('is told of by the sweep where a crash kept it from being told', async () => {
    const { world, refund, stored, later, settled } = await aStageWithRules({ singleAbove: 300 })
    const crash = vi.spyOn(world.facts, 'put').mockRejectedValueOnce(new AppError('storage_unavailable'))
    await expect(refund('R1', 301)).rejects.toMatchObject({ code: 'storage_unavailable' })
    crash.mockRestore()
    expect((await stored()).refunds['R1']?.approval?.state).toBe('waiting')
    await later(1)
    expect(Object.keys((await stored()).holds)).toEqual([HOLD])
    expect((await settled()).map(({ type }) => type)).toEqual(['order.held'])
  })

  it('is told again when it is overdue, and at last pauses all refunds, once', async () => {
    const { refund, later, measured, world, r1 } = await aStageWithRules({
      singleAbove: 300,
      remindMinutes: 30,
      pauseMinutes: 120,
    })
    await refund('R1', 301)
    await later(29)
    expect(measured('ApprovalOverdue')).toBe(0)
    await later(1)
    await later(30)
    expect([measured('ApprovalOverdue'), [...world.switchedOn]]).toEqual([1, []])
    await later(60)
    expect([measured('ApprovalOverdue'), [...world.switchedOn]]).toEqual([2, ['refunds']])
    world.switchedOn.clear()
    await later(60)
    expect([...world.switchedOn]).toEqual([])
    expect((await r1())?.held).toBe('approval')
  })
})

describe('the hour of a merchant', () => {
  it('holds a refund that is too many, or too much, whatever order it is of', async () => {
    const { refund } = await aStageWithRules({ hourlyCount: 2, hourlyAbove: 500 }, 3)
    const rulesOf = async (...args: Parameters<typeof refund>) =>
      (await refund(...args)).refund.approval?.rules
    expect(await rulesOf('R1', 400, 'ORDER-0001')).toBeUndefined()
    expect(await rulesOf('R2', 101, 'ORDER-0002')).toEqual(['hourlyAbove'])
    expect(await rulesOf('R3', 1, 'ORDER-0003')).toEqual(['hourlyAbove', 'hourlyCount'])
    // A repeat is no refund more.
    expect(await rulesOf('R1', 400, 'ORDER-0001')).toBeUndefined()
  })

  it('lets no more than the limit through of many at once', async () => {
    const { refund, sent } = await aStageWithRules({ hourlyCount: 3 }, 9)
    await Promise.all(
      Array.from({ length: 9 }, (_, index) => refund(`R${index}`, 1, `ORDER-000${index + 1}`)),
    )
    expect(sent()).toBe(3)
  })

  it('holds a refund when too large a share of the payments is refunded, once there are enough to say so', async () => {
    const { refund, world } = await aStageWithRules({ hourlyPercent: 50, hourlyPercentFrom: 2 }, 3)
    for (const number of ['A', 'B', 'C']) await world.counts.countPayment(number, world.time.now)
    expect((await refund('R1', 1, 'ORDER-0001')).refund.approval).toBeUndefined()
    expect((await refund('R2', 1, 'ORDER-0002')).refund.approval?.rules).toEqual(['hourlyPercent'])
  })

  it('holds the refund with which one order has too many', async () => {
    const { refund } = await aStageWithRules({ perOrder: 2 })
    await refund('R1', 1)
    await refund('R2', 1)
    expect((await refund('R3', 1)).refund.approval?.rules).toEqual(['perOrder'])
  })
})
