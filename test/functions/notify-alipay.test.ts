import { describe, expect, it } from 'vitest'
import { createNotifyAlipay } from '#functions/notify-alipay/notify-alipay.ts'
import { answer, answerOf } from '#functions/notify-alipay/alipay-answer.ts'
import { alipayAccount } from '#shared/facts/account.ts'
import { AppError } from '#shared/errors.ts'
import type { ReadNotification, Told } from '#shared/orders/notification-channel.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { paid, told as refund } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const ACCOUNT = alipayAccount('2021000000000001')
const payment: Told = { kind: 'payment', transaction: { ...paid, mchid: ACCOUNT } }
const named: Told = { kind: 'refund_named', out_trade_no: 'ORDER-0001', out_refund_no: 'R1' }
const read = (...told: readonly Told[]): ReadNotification => ({ ok: true, id: 'n-1', content: 'c', told })

function setUp(notification: ReadNotification, answers: Parameters<typeof fakeWechat>[0] = {}) {
  const world = aWorld()
  const channel = fakeWechat(answers)
  const notify = createNotifyAlipay({
    ...world,
    mchid: ACCOUNT,
    channel,
    notifications: { readNotification: async () => notification },
  })
  const deliver = () => notify({ body: Buffer.from('raw') }, world.logger, {})
  return { world, channel, deliver, counted: () => world.measured.map(([name]) => name) }
}

const PAYMENT = `payment#${ACCOUNT}#ORDER-0001#SUCCESS`
const REFUND = `refund#${ACCOUNT}#R1#SUCCESS`

describe('a notification of Alipay', () => {
  it('is as many facts as it tells, all of them durable and dispatched before it is taken', async () => {
    const { world, deliver } = setUp(read(payment, named), {
      queryRefund: async () => ({ ...refund, status: 'SUCCESS' }),
    })
    expect(await deliver()).toBe('accepted')
    expect(world.dispatched).toEqual([PAYMENT, REFUND])
    expect((await world.facts.get(REFUND))?.fact).toMatchObject({ source: 'query', mchid: ACCOUNT })
  })

  it('keeps what it says of the payment while the refund cannot be asked for, and comes again', async () => {
    const { world, deliver, counted } = setUp(read(payment, named), { queryRefund: failing('timeout') })
    expect(await deliver()).toBe('unread')
    expect(world.dispatched).toEqual([PAYMENT])
    expect(counted()).toContain('RefundNoticeUnread')
  })

  it('that is replayed is the same facts; with other content it contradicts them, and is kept beside them', async () => {
    const { world, deliver, counted } = setUp(read(payment))
    await deliver()
    expect(await deliver()).toBe('accepted')
    const other = { ...paid, mchid: ACCOUNT, transaction_id: '9999' }
    const forged = createNotifyAlipay({
      ...world,
      mchid: ACCOUNT,
      channel: fakeWechat({}),
      notifications: { readNotification: async () => read({ kind: 'payment', transaction: other }) },
    })
    expect(await forged({ body: Buffer.from('raw') }, world.logger, {})).toBe('accepted')
    expect(counted()).toEqual(['NotificationAccepted', 'NotificationDuplicate', 'NotificationConflict'])
    expect(new Set(world.dispatched).size).toBe(2)
  })

  it('of which nothing has to be kept is taken, and stores nothing', async () => {
    const waiting = { ...paid, mchid: ACCOUNT, trade_state: 'NOTPAY' }
    for (const notification of [read(), read({ kind: 'payment', transaction: waiting })]) {
      const { world, deliver } = setUp(notification)
      expect([await deliver(), world.dispatched]).toEqual(['accepted', []])
    }
  })

  it.each([
    [{ ok: false, reason: 'unverified' }, 'unverified', 'NotificationUnverified'],
    [{ ok: false, reason: 'foreign', field: 'app_id' }, 'refused', 'NotificationRefused'],
    [{ ok: false, reason: 'malformed', field: 'total_amount' }, 'refused', 'NotificationRefused'],
    [
      read({ kind: 'payment', transaction: { ...paid, mchid: ACCOUNT, trade_state: 'TRADE_NEW' } }),
      'refused',
      'NotificationRefused',
    ],
  ] as const)('%j is %s, and stores nothing', async (notification, result, metric) => {
    const { world, deliver, counted } = setUp(notification)
    expect([await deliver(), world.dispatched, counted()]).toEqual([result, [], [metric]])
  })

  it('that cannot be stored is not taken', async () => {
    const { world, deliver } = setUp(read(payment))
    world.facts.put = () => Promise.reject(new AppError('storage_unavailable'))
    await expect(deliver()).rejects.toMatchObject({ code: 'storage_unavailable' })
  })
})

describe('the answer to Alipay', () => {
  it('is success, to the letter, for what is durable and for nothing else', () => {
    expect(answer('accepted')).toMatchObject({ statusCode: 200, body: 'success' })
    const others = (['unverified', 'refused', 'unread'] as const).map(answer)
    expect(others.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [401, 'failure'],
      [400, 'failure'],
      [503, 'failure'],
    ])
  })

  it.each([
    [new AppError('body_too_large'), 413],
    [new AppError('unsupported_media_type'), 415],
    [new AppError('storage_unavailable'), 503],
    [new Error('own'), 503],
  ])('to %s is not success', (error, statusCode) => {
    expect(answerOf(error)).toMatchObject({ statusCode, body: 'failure' })
  })
})
