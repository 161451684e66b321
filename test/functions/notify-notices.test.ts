import { describe, expect, it } from 'vitest'
import { createNotify } from '#functions/notify/notify.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { decryptResource } from '#shared/crypto/aead.ts'
import { AppError } from '#shared/errors.ts'
import { echoNumber } from '#shared/facts/notice.ts'
import { createMemoryFactStore } from '#shared/stores/memory-fact-store.ts'
import { merchant, payment, platform, setUp, SUCCESS } from '#test/support/notifying.ts'
import type { Sent } from '#test/support/notifying.ts'
import { MCHID } from '#test/support/orders.ts'
import {
  CARD,
  combinePayment,
  OPENID,
  OTHER_TYPES,
  partnerPayment,
  partnerRefund,
} from '#test/support/other-types.ts'
import { sealNotification, signedHeaders } from '#test/support/wechat-keys.ts'

const KEY = `notification#${MCHID}#EV-1`

/** Delivers it, has it settled, and gives what subscribers got. */
async function told(sent: Sent) {
  const { world, send } = setUp()
  const result = await send(sent)
  const [key = ''] = world.dispatched
  const stored = await world.facts.get(key)
  await createSettle(world)(key)
  return { world, result, key, stored, event: world.published[0] }
}

function noticeIn(stored: Awaited<ReturnType<typeof told>>['stored']) {
  if (stored?.fact.kind !== 'notification') throw new Error('no notice is stored')
  return stored.fact.notice
}

describe('a notification that is no payment and no refund', () => {
  it.each(OTHER_TYPES)(
    '$event_type is stored as WeChat sealed it, dispatched and published',
    async (type) => {
      const { world, result, key, stored, event } = await told(type)
      expect([result, stored?.pending, await world.facts.get(key)]).toMatchObject([
        'accepted',
        true,
        { pending: false },
      ])
      const { event_type, resource } = noticeIn(stored)
      const opened = decryptResource([merchant.apiV3Key], resource!)
      expect([event_type, JSON.parse(String(opened))]).toEqual([type.event_type, type.content])
      expect(event).toMatchObject({
        id: key,
        type: 'notification.received',
        subject: 'EV-1',
        data: { mchid: MCHID, event_type: type.event_type, original_type: type.original_type },
      })
    },
  )

  it('tells subscribers and stores of people only what the stage asks for', async () => {
    const kept = await Promise.all(OTHER_TYPES.map(told))
    for (const { event, stored, world } of kept) {
      const { event_type, content } = noticeIn(stored)
      const asked = event_type.startsWith('MCHTRANSFER.')
      const named = new RegExp(`${OPENID}|${CARD}`).test(JSON.stringify([stored, event, world.logged]))
      expect([event_type, content !== undefined, named && !asked, event?.data['content']]).toEqual([
        event_type,
        asked,
        false,
        content,
      ])
    }
    expect(kept.some(({ event }) => String(event?.data['content']).includes(OPENID))).toBe(true)
  })

  it('comes on either route, and again and again: one notice, one event id, no order', async () => {
    const { world, send } = setUp()
    const complaint = { event_type: 'COMPLAINT.CREATE', content: { complaint_id: '2002' } }
    await send(complaint)
    await createSettle(world)(KEY)
    expect(await send({ ...complaint, kind: 'refund' })).toBe('accepted')
    expect(world.dispatched).toEqual([KEY])
    expect(world.published).toHaveLength(1)
    expect(await world.orders.get(`${MCHID}#2002`)).toBeUndefined()
    expect(world.logged.map(({ code }) => code)).toContain('NOTIFICATION_DUPLICATE')
  })

  it('is dispatched again while it is pending', async () => {
    const { world, send } = setUp()
    await send({ event_type: 'PARKING.STATE' })
    await send({ event_type: 'PARKING.STATE' })
    expect(world.dispatched).toEqual([KEY, KEY])
  })

  it('of the same id and another type is kept beside the first', async () => {
    const { world, send } = setUp()
    await send({ event_type: 'PARKING.STATE' })
    await send({ event_type: 'PARKING.FEE' })
    const [, , second = ''] = world.dispatched
    expect((await world.facts.get(second))?.fact).toMatchObject({
      conflicts_with: KEY,
      notice: { event_type: 'PARKING.FEE' },
    })
  })

  it('of the same id and other content is kept beside the first', async () => {
    const { world, send } = setUp()
    for (const seq of [1, 2, 2]) await send({ event_type: 'PARKING.STATE', content: { seq } })
    const [first, again, second = ''] = world.dispatched
    expect([first, again, new Set(world.dispatched).size]).toEqual([KEY, KEY, 2])
    expect((await world.facts.get(second))?.fact).toMatchObject({ conflicts_with: KEY })
  })

  it.each([
    ['none', ''],
    ['one that no key can hold', 'EV#1'],
    ['one of two hundred characters', 'E'.repeat(200)],
  ])('with an id that is %s is known by its content', async (_, id) => {
    const { world, send } = setUp()
    for (const seq of [1, 2, 1]) await send({ event_type: 'PARKING.STATE', content: { seq }, id })
    const [first, second, third] = world.dispatched
    expect([first, second]).toEqual([third, expect.not.stringContaining(String(first))])
  })

  it('is known by the message, if it is the echo of one', async () => {
    const { key } = await told({ event_type: 'SECURITY_ECHO.SUCCESS', content: { echo_message: 'x1' } })
    expect(key).toBe(`notification#${MCHID}#${echoNumber('x1')}`)
    const odd = await told({ event_type: 'SECURITY_ECHO.SUCCESS', content: { echo_message: 1 } })
    expect(odd.key).toBe(KEY)
  })

  it('whose content is no JSON is stored all the same, and its content told to nobody', async () => {
    const { stored, event } = await told({ event_type: 'MCHTRANSFER.NEW', content: 'hello' })
    expect([noticeIn(stored).content, event?.data['content']]).toEqual([undefined, undefined])
    expect(String(decryptResource([merchant.apiV3Key], noticeIn(stored).resource!))).toBe('hello')
  })

  it.each(['before', 'after'])(
    'lost by a store that fails %s its write is not acknowledged',
    async (when) => {
      const { world, deps } = setUp()
      const facts = createMemoryFactStore()
      const failing = {
        put: async (fact: Parameters<typeof facts.put>[0]) => {
          if (when === 'after') await facts.put(fact)
          throw new AppError('storage_unavailable')
        },
      }
      for (const { event_type, content } of OTHER_TYPES) {
        const body = Buffer.from(sealNotification({ apiV3Key: merchant.apiV3Key, content, event_type }))
        const headers = signedHeaders(platform.certificate, body, { now: world.time.now })
        const delivery = { kind: 'payment', headers, body } as const
        await expect(createNotify({ ...deps, facts: failing })(delivery, world.logger)).rejects.toThrow(
          AppError,
        )
        const dispatcher = { dispatch: async () => Promise.reject(new AppError('storage_unavailable')) }
        await expect(createNotify({ ...deps, dispatcher })(delivery, world.logger)).rejects.toThrow(AppError)
      }
      expect([world.dispatched, world.measured]).toEqual([[], []])
    },
  )
})

describe('a payment or refund in a form that is not supported', () => {
  const combined = ['SUB-0001', 'SUB-0002'].map((out_trade_no, index) => ({
    out_trade_no,
    combine_out_trade_no: 'COMBINE-0001',
    transaction_id: `420000000000000${index}`,
    mchid: MCHID,
    amount: 100 + index,
  }))
  const partner = {
    out_trade_no: 'PARTNER-0001',
    transaction_id: '4200000000000009',
    mchid: MCHID,
    sub_mchid: '1900000999',
  }
  const refunded = { event_type: 'REFUND.SUCCESS', original_type: 'refund', kind: 'refund' } as const
  it.each<[string, Sent, string, readonly object[]]>([
    ['combined orders', { content: combinePayment }, 'combine', combined],
    ['of a provider', { content: partnerPayment }, 'partner', [{ ...partner, amount: 300 }]],
    [
      'refund of a provider',
      { content: partnerRefund, ...refunded },
      'partner',
      [{ ...partner, out_refund_no: 'PARTNER-R', amount: 100 }],
    ],
    [
      'refund of a provider as the sample shows it',
      { content: { ...partnerRefund, sp_mchid: undefined, mchid: MCHID }, ...refunded },
      'partner',
      [{ ...partner, out_refund_no: 'PARTNER-R', amount: 100 }],
    ],
    [
      'combined orders with nothing in them',
      { content: { ...combinePayment, sub_orders: [1, null, { amount: 'x' }] } },
      'combine',
      [{ out_trade_no: '', combine_out_trade_no: 'COMBINE-0001' }],
    ],
  ])('%s: stored and held, and no order is touched', async (_, sent, form, orders) => {
    const { world, result, key, stored, event } = await told(sent)
    expect([result, key, noticeIn(stored).held]).toEqual(['accepted', KEY, { form, orders }])
    expect(event?.data).toMatchObject({ held: form, orders })
    expect(world.measured.map(([name]) => name)).toContain('NotificationHeld')
    expect(JSON.stringify([stored, event, world.logged])).not.toMatch(new RegExp(`${OPENID}|${CARD}`))
    expect(await world.orders.get(`${MCHID}#PARTNER-0001`)).toBeUndefined()
  })

  it.each([
    ['a provider', { ...partnerPayment, sp_mchid: '1900000998' }],
    ['combined orders', { ...combinePayment, combine_mchid: '1900000998', sub_orders: [] }],
  ])('is refused where %s is somebody else', async (_, content) => {
    const { world, send } = setUp()
    expect(await send({ content })).toBe('refused')
    expect([world.dispatched, world.logged[0]?.code]).toEqual([[], 'NOTIFICATION_FOREIGN'])
  })

  it('does not take the place of an ordinary payment', async () => {
    const { world, send } = setUp()
    await send({ content: payment })
    expect(world.dispatched).toEqual([SUCCESS])
  })
})

describe('how long a notice is kept', () => {
  it.each<[string, Sent, number | undefined]>([
    ['a complaint, for 180 days', { event_type: 'COMPLAINT.CREATE' }, 180 * 86_400_000],
    ['what is about money, for ever', { content: partnerPayment }, undefined],
  ])('%s', async (_, sent, kept) => {
    const { world, send } = setUp()
    await send(sent)
    const until: (number | undefined)[] = []
    const facts: typeof world.facts = {
      ...world.facts,
      markSettled: async (key, at, keep) => {
        until.push(keep && keep.until - at)
        return world.facts.markSettled(key, at, keep)
      },
    }
    await createSettle({ ...world, facts })(KEY)
    expect(until).toEqual([kept])
  })
})
