import { describe, expect, it } from 'vitest'
import { answer, answerOf } from '#functions/notify-alipay/alipay-answer.ts'
import { ALIPAY_NOTIFY_RESULTS } from '#functions/notify-alipay/notify-alipay.ts'
import { AppError, errorCodes } from '#shared/errors.ts'
import { failing } from '#test/support/fake-wechat.ts'
import {
  ACCOUNT,
  inState,
  named,
  payment,
  PAYMENT,
  read,
  REFUND,
  setUp,
} from '#test/support/notifying-alipay.ts'
import { paid, told as refund } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

describe('a notification of Alipay', () => {
  it('is as many facts as it tells, all of them durable and dispatched before it is taken', async () => {
    const { world, deliver } = setUp(read(payment, named), {
      queryRefund: async () => ({ ...refund, status: 'SUCCESS' }),
    })
    expect(await deliver()).toBe('accepted')
    expect(world.dispatched).toEqual([PAYMENT, REFUND])
    expect((await world.facts.get(REFUND))?.fact).toMatchObject({ source: 'query', mchid: ACCOUNT })
  })

  it('hands on which request brought it, for the log of whoever settles it', async () => {
    const dispatched: unknown[] = []
    const dispatcher = { dispatch: async (...told: unknown[]) => void dispatched.push(told) }
    const { deliver } = setUp(read(payment), {}, { ...aWorld(), dispatcher })
    await deliver('request-7')
    expect(dispatched).toEqual([[PAYMENT, 'request-7']])
  })

  it('that is replayed is the same facts; with other content it contradicts them, and is kept beside them', async () => {
    const { world, deliver, counted } = setUp(read(payment))
    await deliver()
    expect(await deliver()).toBe('accepted')
    const other = { ...paid, mchid: ACCOUNT, transaction_id: '9999' }
    const second = setUp(read({ kind: 'payment', transaction: other }), {}, world)
    expect(await second.deliver()).toBe('accepted')
    expect(counted()).toEqual(['NotificationAccepted', 'NotificationDuplicate', 'NotificationConflict'])
    expect(new Set(world.dispatched).size).toBe(2)
  })

  it('of which nothing has to be kept is taken, and stores nothing', async () => {
    const { world, deliver } = setUp(read(inState('NOTPAY')))
    expect([await deliver(), world.dispatched]).toEqual(['accepted', []])
  })

  it.each([
    [{ ok: false, reason: 'unverified' }, 'unverified', 'NotificationUnverified'],
    [{ ok: false, reason: 'foreign', field: 'app_id' }, 'refused', 'NotificationRefused'],
    [{ ok: false, reason: 'foreign', field: 'seller_id' }, 'refused', 'NotificationRefused'],
  ] as const)('%j is %s, and stores nothing', async (notification, result, metric) => {
    const { world, deliver, counted } = setUp(notification)
    expect([await deliver(), world.dispatched, counted()]).toEqual([result, [], [metric]])
  })

  it.each([
    ['a payment', payment],
    ['a type that nobody knows', undefined],
    ['a state that nobody knows', inState('TRADE_WAITING')],
    ['a refund that cannot be asked for', named],
  ])('of %s that cannot be stored is not taken', async (_, told) => {
    const { world, deliver } = setUp(read(...(told === undefined ? [] : [told])), {
      queryRefund: failing('timeout'),
    })
    world.facts.put = () => Promise.reject(new AppError('storage_unavailable'))
    await expect(deliver()).rejects.toMatchObject({ code: 'storage_unavailable' })
  })
})

describe('the answer to Alipay', () => {
  it.each(ALIPAY_NOTIFY_RESULTS)(
    'is success, to the letter, if it is accepted and only then: %s',
    (result) => {
      const { statusCode, body } = answer(result)
      const expected = { accepted: [200, 'success'], unverified: [401, 'failure'], refused: [400, 'failure'] }
      expect([statusCode, body]).toEqual(expected[result])
    },
  )

  it('is never success to an error, whichever it is', () => {
    const errors = [...errorCodes().map((code) => new AppError(code)), new Error('own'), undefined]
    const answers = errors.map(answerOf)
    expect(answers.filter(({ statusCode, body }) => statusCode < 400 || body !== 'failure')).toEqual([])
  })

  it.each([
    [new AppError('body_too_large'), 413],
    [new AppError('unsupported_media_type'), 415],
    [new AppError('storage_unavailable'), 503],
    [new Error('own'), 503],
  ])('to %s has its status', (error, statusCode) => {
    expect(answerOf(error)).toMatchObject({ statusCode })
  })
})
