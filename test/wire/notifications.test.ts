/** A notification is refused for what is read of it, and for nothing else. */
import { describe, expect, it } from 'vitest'
import { NOW } from '#test/support/orders.ts'
import { SUCCESS } from '#test/support/notifying.ts'
import { delivered } from './delivering.ts'
import type { Changes } from './delivering.ts'

describe('what nobody reads', () => {
  it('case 04: a create_time of 20180225112233 does not cost the payment', async () => {
    const { result, world } = await delivered({ envelope: { create_time: '20180225112233' } })
    expect([result, world.dispatched]).toEqual(['accepted', [SUCCESS]])
    expect(world.logged).toMatchObject([{ level: 'info', code: 'NOTIFICATION_STORED' }])
  })

  it.each<[string, Changes]>([
    ['no id', { envelope: { id: null } }],
    ['an id in Chinese', { envelope: { id: '通知一号' } }],
    ['an endless id', { envelope: { id: 'E'.repeat(5000) } }],
    ['another resource_type', { envelope: { resource_type: '加密资源' } }],
    ['an empty create_time', { envelope: { create_time: '' } }],
    ['a create_time that is a number', { envelope: { create_time: 1_519_529_153 } }],
    ['no original_type', { resource: { original_type: null } }],
    ['an original_type in Chinese', { resource: { original_type: '交易' } }],
    ['a null associated_data, sealed for none', { aad: '', resource: { associated_data: null } }],
    ['an empty associated_data', { aad: '', resource: { associated_data: '' } }],
    ['a long associated_data in Chinese', { aad: '交易'.repeat(200) }],
    ['a bank in Chinese', { content: { bank_type: '招商银行'.repeat(300) } }],
    ['an attach that is an object', { content: { attach: { a: 1 } } }],
    ['a success_time in the old form', { content: { success_time: '20260301120005' } }],
    ['nulls throughout', { content: { bank_type: null, attach: '', trade_type: null, payer: null } }],
  ])('%s is taken', async (_, changes) => {
    const { result, world } = await delivered(changes)
    expect([result, world.dispatched]).toEqual(['accepted', [SUCCESS]])
  })

  it.each<[string, object]>([
    ['an odd channel', { channel: ['ORIGINAL'] }],
    ['a success_time of yesterday', { success_time: '昨天' }],
    ['an account that is null', { user_received_account: null }],
    ['an old success_time', { success_time: '2026-03-02 12:00:05' }],
    ['a number for a time', { success_time: 1 }],
  ])('of a refund: %s is taken', async (_, content) => {
    const { result, world } = await delivered({ content, event_type: 'REFUND.SUCCESS' })
    expect([result, world.dispatched]).toHaveLength(2)
    expect(result).toBe('accepted')
  })

  it('text that is kept is cut at 512 characters, never within one', async () => {
    const { world } = await delivered({
      content: { attach: `${'a'.repeat(511)}👍b`, bank_type: '行'.repeat(513) },
    })
    const fact = (await world.facts.get(SUCCESS))?.fact
    expect(fact).toMatchObject({ payment: { attach: 'a'.repeat(511), bank_type: '行'.repeat(512) } })
  })

  it.each([
    '2026-02-30T12:00:05+08:00',
    '2026-04-31T12:00:05+08:00',
    '2026-03-01T24:00:00+08:00',
    '2016-12-31T23:59:60Z',
    '2026-03-01T12:00:05+99:99',
    '20260230120005',
    '昨天',
    1_772_337_605,
    null,
  ])(
    'case 30: a payment is not lost over a success_time of %j: it counts from when it was told',
    async (told) => {
      const { result, world } = await delivered({ content: { success_time: told } })
      expect([result, world.dispatched]).toEqual(['accepted', [SUCCESS]])
      const success_time = new Date(NOW).toISOString()
      expect((await world.facts.get(SUCCESS))?.fact).toMatchObject({ payment: { success_time } })
    },
  )

  it.each(['2026-03-01T12:00:05-00:00', '9999-12-31T23:59:59+08:00', '2026-03-01T12:00:05.123456789+08:00'])(
    'case 30: a success_time of %s is kept as told',
    async (success_time) => {
      const { world } = await delivered({ content: { success_time } })
      expect((await world.facts.get(SUCCESS))?.fact).toMatchObject({ payment: { success_time } })
    },
  )

  it('old times are Beijing time', async () => {
    const { world } = await delivered({ content: { success_time: '2026-03-01 12:00:05' } })
    expect((await world.facts.get(SUCCESS))?.fact).toMatchObject({
      payment: { success_time: '2026-03-01T12:00:05+08:00' },
    })
  })
})

describe('a payment of a type that is not known', () => {
  it.each(['AUTH', 'PALM', 'CODEPAY_V3'])('%s is taken, and told once', async (trade_type) => {
    const { result, world } = await delivered({ content: { trade_type } })
    expect([result, world.dispatched]).toEqual(['accepted', [SUCCESS]])
    expect(world.logged).toMatchObject([
      { level: 'warn', code: 'WECHAT_STATE_UNKNOWN', fields: { field: 'trade_type', outcome: trade_type } },
      { level: 'info', code: 'NOTIFICATION_STORED' },
    ])
    expect(world.measured).toEqual([
      ['WechatStateUnknown', 1],
      ['NotificationAccepted', 1],
    ])
  })
})
