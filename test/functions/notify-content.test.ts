import { describe, expect, it } from 'vitest'
import { parseFactKey } from '#shared/facts/fact-key.ts'
import { payment, refund, refunded, setUp } from '#test/support/notifying.ts'
import type { Sent } from '#test/support/notifying.ts'

describe('the content of a notification', () => {
  it.each<[string, Sent]>([
    ['another merchant', { content: { ...payment, mchid: '1900000999' } }],
    ["another merchant's refund", { ...refunded, content: { ...refund, mchid: '1900000999' } }],
    ['a payment on the refund route', { kind: 'refund' }],
    ['a refund on the payment route', { ...refunded, kind: 'payment' }],
    ['a state that contradicts the event', { content: { ...payment, trade_state: 'NOTPAY' } }],
    ['a refund state that contradicts the event', { ...refunded, event_type: 'REFUND.CLOSED' }],
    ['an amount that is text', { content: { ...payment, amount: { total: '1000', currency: 'CNY' } } }],
    ['an amount that is a fraction', { content: { ...payment, amount: { total: 10.5, currency: 'CNY' } } }],
    ['content that is not JSON', { content: 'hello' }],
  ])('counts and never applies %s', async (_, sent) => {
    const { world, send } = setUp()
    expect(await send(sent)).toBe('refused')
    expect(world.logged).toHaveLength(1)
    expect(world.logged[0]).toMatchObject({
      level: 'error',
      code: expect.stringMatching(/^NOTIFICATION_(REFUSED|FOREIGN)$/),
    })
    expect(world.dispatched).toEqual([])
  })

  it('stores what differs from our configuration or order, for settle to hold', async () => {
    const { world, send } = setUp()
    expect(await send({ content: { ...payment, appid: 'wxforeign' } })).toBe('accepted')
    expect(world.logged).toMatchObject([{ code: 'NOTIFICATION_STORED', fields: { reason: 'foreign_appid' } }])
    expect(await send({ content: { ...payment, amount: { total: 1, currency: 'CNY' } } })).toBe('accepted')
    expect(parseFactKey(world.dispatched.at(-1)!)).toMatchObject({
      key: { suffix: { conflict: expect.any(String) } },
    })
  })
})
