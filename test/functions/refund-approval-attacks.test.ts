/** What people, crashes and other containers do to refunds that wait: none is sent that nobody approved. */
import { describe, expect, it, vi } from 'vitest'
import { createHold } from '#functions/hold/hold.ts'
import { AppError } from '#shared/errors.ts'
import { decided, refundFailed } from '#shared/facts/fact.ts'
import { approvalDecision, holdDecision } from '#shared/ledger/decide.ts'
import { fen } from '#shared/money.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import { failing } from '#test/support/fake-wechat.ts'
import { told } from '#test/support/sweeping.ts'
import { asked, NOW } from '#test/ledger/tellings.ts'
import { ann, aStageWithRules } from '#test/support/approving.ts'

const RULES = { singleAbove: 300 }

describe('approvals', () => {
  it('of a refund that has all it needs are no more: the order does not grow while refunds are paused', async () => {
    const { world, refund, release, stored } = await aStageWithRules(RULES)
    await refund('R1', 301)
    world.switchedOn.add('refunds')
    await release('approve')
    const { books } = await stored()
    await expect(release('approve', { ...ann, by: 'ben' })).rejects.toMatchObject({ code: 'hold_not_found' })
    await release('approve', { ...ann, by: 'Ann' })
    expect((await stored()).books).toEqual(books)
  })

  it.each(['ann\u200b', '\u2060ann', 'a\u00adnn', 'ann\ufe0f', 'ANN', '\uff41nn', 'ann\u3164'])(
    'by ann and %j are those of one person',
    async (by) => {
      const { refund, release, later, sent } = await aStageWithRules({ ...RULES, approvals: 2 })
      await refund('R1', 301)
      await release('approve')
      await release('approve', { ...ann, by })
      await later(1)
      expect(sent()).toBe(0)
    },
  )

  it('of many refunds leave room for a person to hold the order', () => {
    const decided = Array.from({ length: 120 }, (_, index) => ({
      action: 'approve' as const,
      ...ann,
      hold: `approval#R${index}`,
      at: NOW,
    }))
    const placed = holdDecision({ ...asked(), decided }, { by: 'ann', note: 'stop', at: NOW })
    expect(placed).toMatchObject({ known: false })
  })

  it('two sweeps at once send it once, and a hold that comes between approval and sending keeps it', async () => {
    const { world, refund, release, sent, sweep, stored } = await aStageWithRules(RULES)
    await refund('R1', 301)
    await release('approve')
    await createHold(world).place('ORDER-0001', { by: 'ann', note: 'stop' })
    world.time.now += 60_000
    await sweep()
    expect(sent()).toBe(0)
    const [byHand = ''] = Object.keys((await stored()).holds)
    await release('dismiss', { ...ann, hold: byHand })
    world.time.now += 300_000
    await Promise.all([sweep(), sweep(), sweep()])
    expect(sent()).toBe(1)
  })
})

describe('a crash', () => {
  it.each([1, 2, 3, 4, 5, 6])('at write %i of asking sends nothing, whoever repeats it', async (nth) => {
    const { world, refund, sent, later } = await aStageWithRules(RULES)
    let writes = 0
    const crashing = <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) => {
      return async (...args: Args): Promise<Result> => {
        writes += 1
        if (writes === nth) throw new AppError('storage_unavailable')
        return work(...args)
      }
    }
    const save = world.orders.save.bind(world.orders)
    const put = world.facts.put.bind(world.facts)
    vi.spyOn(world.orders, 'save').mockImplementation(crashing(save))
    vi.spyOn(world.facts, 'put').mockImplementation(crashing(put))
    await refund('R1', 301).catch(() => {})
    await later(1)
    await refund('R1', 301).catch(() => {})
    await later(20)
    await refund('R1', 301)
    await later(20)
    expect(sent()).toBe(0)
  })

  it('after the sending was begun leaves it to the sweep, unless refunds are paused', async () => {
    const { world, wechat, refund, release, sent, later, r1 } = await aStageWithRules(RULES)
    await refund('R1', 301)
    await release('approve')
    const call = vi.spyOn(wechat, 'createRefund').mockRejectedValueOnce(new Error('gone'))
    await later(1)
    call.mockRestore()
    world.switchedOn.add('refunds')
    await later(5)
    expect([sent(), (await r1())?.status]).toEqual([0, 'REQUESTED'])
  })
})

describe('an hour that cannot be counted', () => {
  it('sends nothing, and leaves the number to any order', async () => {
    const { world, refund, sent } = await aStageWithRules({ hourlyCount: 9 }, 2)
    const down = new AppError('storage_unavailable')
    vi.spyOn(world.counts, 'countRefund').mockRejectedValueOnce(down)
    await expect(refund('R1', 1, 'ORDER-0001')).rejects.toBe(down)
    expect(sent()).toBe(0)
    expect((await refund('R1', 1, 'ORDER-0002')).order.out_trade_no).toBe('ORDER-0002')
  })
})

describe('a repeat', () => {
  it('whose refund fails for want of money just then is not sent past the rules and the switch', async () => {
    const { world, wechat, refund, stored, sent } = await aStageWithRules({ hourlyCount: 1 })
    vi.spyOn(wechat, 'createRefund').mockImplementationOnce(failing('timeout'))
    await refund('R1', 301)
    world.switchedOn.add('refunds')
    const claim = world.orders.claimRefundNumber.bind(world.orders)
    vi.spyOn(world.orders, 'claimRefundNumber').mockImplementationOnce(async (...args) => {
      const order = await stored()
      const failed = { out_refund_no: 'R1', attempt: 1, failure_code: 'NOT_ENOUGH' }
      const telling = { ...failed, source: 'answer', received_at: world.time.now } as const
      await learnFact(world, order, refundFailed({ ...order, ...telling }))
      return claim(...args)
    })
    await refund('R1', 301)
    expect([(await stored()).refunds['R1']?.status, sent()]).toEqual(['FAILED', 0])
  })
})

describe('a refusal', () => {
  it('gives the bytes of its refund back, so that others may be asked for', async () => {
    const { refund, release, stored } = await aStageWithRules(RULES)
    await refund('R1', 301)
    await release('refuse')
    expect((await stored()).books.ours.refunds[0]?.request).toBeUndefined()
  })

  it('that comes as it is being sent sends it not again when WeChat refuses it for want of money', async () => {
    const { world, wechat, refund, release, r1, sent, stored, later } = await aStageWithRules(RULES)
    await refund('R1', 301)
    await release('approve')
    const books = (await stored()).books
    const call = vi.spyOn(wechat, 'createRefund').mockImplementationOnce(async () => {
      const late = approvalDecision(books, { ...ann, action: 'refuse', at: world.time.now })
      if ('decision' in late) await learnFact(world, await stored(), decided(await stored(), late.decision))
      return failing('refused', { certain: true, httpStatus: 403, wechatCode: 'NOT_ENOUGH' })()
    })
    await later(1)
    expect([call.mock.calls.length, await r1()]).toEqual([1, expect.objectContaining({ status: 'FAILED' })])
    expect((await refund('R1', 301)).refund.status).toBe('FAILED')
    await later(5)
    expect([call.mock.calls.length, sent()]).toEqual([1, 0])
  })

  it('of one whose earlier sending is in doubt leaves it watched: WeChat may have it after all', async () => {
    const { world, wechat, refund, release, later, r1, stored } = await aStageWithRules({ perOrder: 1 })
    const poor = failing('refused', { certain: true, httpStatus: 403, wechatCode: 'NOT_ENOUGH' })
    const call = vi.spyOn(wechat, 'createRefund').mockImplementationOnce(failing('timeout'))
    call.mockImplementation(poor)
    await refund('R1', 301)
    for (let minutes = 0; minutes < 80; minutes += 1) await later(1)
    expect(await r1()).toMatchObject({ status: 'FAILED', failure_code: 'NOT_ENOUGH' })
    call.mockRestore()
    await refund('R0', 100)
    expect((await refund('R1', 301)).refund.approval?.state).toBe('waiting')
    await release('refuse')
    expect((await stored()).next_check_at).toBeDefined()
    vi.spyOn(wechat, 'queryRefund').mockImplementation(async (out_refund_no) => ({
      ...told,
      out_refund_no,
      amount: { total: fen(1000), refund: fen(out_refund_no === 'R1' ? 301 : 100) },
      transaction_id: '4200000000000001',
    }))
    world.time.now += 90 * 60_000
    await later(1)
    expect(await r1()).toMatchObject({ status: told.status })
  })
})
