import { describe, expect, it, vi } from 'vitest'
import { createSettle } from '#functions/settle/settle.ts'
import type { PublishOptions } from '#shared/events/payment-event.ts'
import { refundFactKey } from '#shared/facts/fact-key.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { MCHID, NOW } from '#test/support/orders.ts'
import { told } from '#test/support/sweeping.ts'
import {
  CREATED,
  down,
  MINUTE,
  notified,
  request,
  SUCCEEDED,
  telling as setUp,
} from '#test/support/telling.ts'

describe('the answer to a refund', () => {
  it('is written into its order, then published, and needs no fact and no queue', async () => {
    const { world, refund, stored, untold } = await setUp()
    const before: unknown[] = []
    const publish: typeof world.publisher.publish = async (event) => {
      before.push([(await stored()).refunds['R1']?.status, await untold()])
      await world.publisher.publish(event)
    }
    const { order, refund: made } = await refund({ publisher: { publish } })
    expect(made).toMatchObject({ status: 'PROCESSING', refund_id: '50' })
    expect(before).toEqual([['PROCESSING', [CREATED]]])
    expect(await world.facts.get(CREATED)).toBeUndefined()
    expect(world.dispatched).toEqual([])
    // Reserved, answered, told.
    expect([order.version, (await stored()).version, await untold()]).toEqual([4, 4, []])
    expect(world.published).toMatchObject([
      {
        id: CREATED,
        type: 'refund.created',
        time: '2026-03-01T04:00:00.000Z',
        xrequestid: 'of-the-caller',
        data: { out_refund_no: 'R1', refund_id: '50', refund_status: 'PROCESSING', order_version: 3 },
      },
    ])
    expect(world.measured).toEqual([['EventPublished', 1]])
  })

  it('is published by settle when the topic did not take it, the same, and the look sees to that', async () => {
    const { world, refund, untold, sweep, settle, stored } = await setUp()
    const published = await setUp()
    await published.refund()
    expect((await refund({ publisher: { publish: down } })).refund.status).toBe('PROCESSING')
    expect(await untold()).toEqual([CREATED])
    expect(world.logged).toMatchObject([{ level: 'warn', code: 'ANSWER_NOT_TOLD' }])
    await sweep()
    expect(world.dispatched).toEqual([CREATED])
    await settle(CREATED)
    expect(world.published).toEqual(published.world.published)
    expect(await untold()).toEqual([])
    // Whatever woke settle up once more.
    await settle(CREATED)
    expect(world.published).toHaveLength(1)
    expect((await stored()).refunds['R1']?.status).toBe('PROCESSING')
  })

  it('is published again, the same, when that it was is not noted', async () => {
    const { world, refund, untold, settle, unmarking } = await setUp()
    await refund(unmarking(async () => Promise.reject(new Error('no answer'))))
    expect(await untold()).toEqual([CREATED])
    await settle(CREATED)
    expect(world.published).toHaveLength(2)
    expect(world.published[1]).toEqual(world.published[0])
    expect(await untold()).toEqual([])
  })

  it('takes its own mark away and no other, whoever wrote the order meanwhile', async () => {
    const { world, refund, untold, unmarking, stored } = await setUp()
    await refund({ publisher: { publish: down } })
    const second = { ...request, out_refund_no: 'R2', amount: { ...request.amount } }
    const other = refundFactKey(MCHID, 'R2', 'PROCESSING')
    const channel = fakeWechat({
      createRefund: async () => ({ ...told, out_refund_no: 'R2', refund_id: '51' }),
    })
    await refund({ channel, publisher: { publish: down } }, {}, second)
    expect(await untold()).toEqual([CREATED, other])
    let lost = 0
    const racing = unmarking(async (order) => {
      if ((lost += 1) > 1) return world.orders.save(order)
      const current = await stored()
      await world.orders.save({ ...current, version: current.version + 1, description: 'written meanwhile' })
      return false
    })
    await createSettle({ ...world, ...racing })(CREATED)
    expect(await untold()).toEqual([other])
    expect((await stored()).description).toBe('written meanwhile')
  })

  it.each([
    ['the caller', async (own: AbortController) => own.abort()],
    ['a second', async (_: AbortController, patience: AbortController) => patience.abort()],
  ])('waits for a slow topic no longer than %s', async (_, over) => {
    const { world, refund, untold } = await setUp()
    const [own, patience] = [new AbortController(), new AbortController()]
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(patience.signal)
    const publish = (_event: unknown, { signal }: PublishOptions = {}) =>
      new Promise<void>((_resolve, reject) => {
        signal!.addEventListener('abort', () => reject(new Error('aborted')))
        void over(own, patience)
      })
    const { refund: made } = await refund({ publisher: { publish } }, { signal: own.signal })
    expect(timeout).toHaveBeenCalledExactlyOnceWith(1000)
    timeout.mockRestore()
    expect(made.status).toBe('PROCESSING')
    expect(await untold()).toEqual([CREATED])
    expect(world.published).toEqual([])
  })

  it('is told although the result comes first, and is looked at for that alone', async () => {
    const { world, refund, untold, sweep, settle, stored } = await setUp()
    await refund({ publisher: { publish: down } })
    await recordFact(world, notified())
    await settle(SUCCEEDED)
    expect((await stored()).refunds['R1']?.status).toBe('SUCCESS')
    expect(await untold()).toEqual([CREATED])
    expect(await stored()).toHaveProperty('next_check_at')
    world.dispatched.length = 0
    await sweep()
    await settle(world.dispatched[0]!)
    expect(world.published.map(({ id, data }) => [id, data['order_version']])).toEqual([
      [SUCCEEDED, 4],
      [CREATED, 3],
    ])
    expect(await stored()).not.toHaveProperty('next_check_at')
  })

  it('is told by the one of two requests that sent it', async () => {
    const { world, channel, refund } = await setUp()
    await Promise.allSettled([refund(), refund()])
    expect(channel.calls).toHaveLength(1)
    expect(world.published).toHaveLength(1)
  })

  it('is looked at for that alone where the refund is at its end with it', async () => {
    const { world, refund, untold, stored, sweep, settle } = await setUp({ status: 'SUCCESS' })
    await refund({ publisher: { publish: down } })
    expect(await stored()).toMatchObject({ next_check_at: NOW + MINUTE, next_check_class: 'refund_open' })
    await sweep()
    await settle(world.dispatched[0]!)
    expect([world.published.length, await untold()]).toEqual([1, []])
    expect(await stored()).not.toHaveProperty('next_check_at')
  })

  it('does not keep its refund from being asked about while the queue is down', async () => {
    const { channel, refund, sweep } = await setUp()
    await refund({ publisher: { publish: down } })
    await sweep({ dispatcher: { dispatch: down } })
    expect(channel.calls.map(([name]) => name)).toEqual(['createRefund', 'queryRefund'])
  })
})
