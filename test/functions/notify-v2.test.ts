import { describe, expect, it } from 'vitest'
import { createNotifyV2 } from '#functions/notify-v2/notify-v2.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { loadApiV2Key } from '#shared/crypto/ecb.ts'
import { AppError } from '#shared/errors.ts'
import { refundFactKey } from '#shared/facts/fact-key.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { MCHID, paidOrder } from '#test/support/orders.ts'
import { APIV2_KEY, INNER, refundNotice, xmlOf } from '#test/support/refund-notice.ts'
import type { Told } from '#test/support/refund-notice.ts'
import { told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const KEY = refundFactKey(MCHID, 'C1', 'SUCCESS')
const elsewhere: ChannelRefund = { ...told, out_refund_no: 'C1', status: 'SUCCESS' }

function setUp(
  answers: Partial<PaymentChannel> = {},
  changes: Partial<Parameters<typeof createNotifyV2>[0]> = {},
) {
  const world = aWorld()
  const wechat = fakeWechat({ queryRefund: async () => elsewhere, ...answers })
  const deps = { ...world, wechat, apiV2Keys: async () => [loadApiV2Key(APIV2_KEY)], ...changes }
  const notify = createNotifyV2(deps)
  return {
    world,
    wechat,
    send: (sent: Told | string = {}) =>
      notify({ body: Buffer.from(typeof sent === 'string' ? sent : refundNotice(sent)) }, world.logger, {}),
  }
}

describe('a refund notice of APIv2', () => {
  it('is a hint: WeChat is asked, and its answer is what is stored before anything is acknowledged', async () => {
    const lies = xmlOf('root', {
      ...INNER,
      refund_fee: '1',
      out_trade_no: 'OTHER-1',
      refund_status: 'CHANGE',
    })
    const { world, wechat, send } = setUp()
    await world.given(paidOrder())
    expect(await send({ inner: lies })).toBe('accepted')
    expect(wechat.calls.map(([name, number]) => [name, number])).toEqual([['queryRefund', 'C1']])
    expect((await world.facts.get(KEY))?.fact).toMatchObject({
      source: 'query',
      out_trade_no: 'ORDER-0001',
      refund: { amount: { total: 1000, refund: 300 } },
    })
    for (const key of world.dispatched) await createSettle(world)(key)
    expect(await world.orders.get(orderKey(MCHID, 'ORDER-0001'))).toMatchObject({ refundable: fen(700) })
    expect(await world.orders.findByRefundNumber(MCHID, 'C1')).toBe(orderKey(MCHID, 'ORDER-0001'))
    expect(world.published.map(({ type }) => type)).toEqual(['refund.succeeded'])
  })

  it('may come again: the same fact, dispatched while it is pending', async () => {
    const { world, send } = setUp()
    expect([await send(), await send()]).toEqual(['accepted', 'accepted'])
    expect(world.dispatched).toEqual([KEY, KEY])
    expect(world.measured.map(([name]) => name)).toEqual(['NotificationAccepted', 'NotificationDuplicate'])
  })

  it.each<[string, Told | string, object]>([
    ['no XML', 'hello', { reason: 'malformed' }],
    ['a document type', `<!DOCTYPE xml>${refundNotice()}`, { reason: 'malformed' }],
    ['another merchant', { outer: { mch_id: '1900000999' } }, { reason: 'foreign_merchant' }],
  ])('with %s is refused, and nobody is asked', async (_, sent, fields) => {
    const { world, wechat, send } = setUp()
    expect(await send(sent)).toBe('refused')
    expect([wechat.calls, world.dispatched]).toEqual([[], []])
    expect(world.logged).toEqual([{ level: 'warn', code: 'REFUND_NOTICE_REFUSED', fields }])
  })

  it('that no key of ours opens is not asked for', async () => {
    const { world, wechat, send } = setUp()
    expect(await send({ key: 'x'.repeat(32) })).toBe('unread')
    expect(wechat.calls).toEqual([])
    expect(world.logged).toEqual([
      { level: 'error', code: 'REFUND_NOTICE_UNREAD', fields: { reason: 'undecryptable' } },
    ])
    expect(world.measured).toEqual([['RefundNoticeUnread', 1]])
  })

  it('without an APIv2 key is one line in the log, and comes again', async () => {
    const missing = async () =>
      Promise.reject(new AppError('key_unavailable', 'the apiv2-key secret has no value yet'))
    const { world, wechat, send } = setUp({}, { apiV2Keys: missing })
    expect(await send()).toBe('unread')
    expect(wechat.calls).toEqual([])
    expect(world.logged).toMatchObject([{ code: 'REFUND_NOTICE_UNREAD', fields: { reason: 'no_apiv2_key' } }])
  })

  it.each([
    ['does not know it', failing('not_found', { certain: true, httpStatus: 404 }), 'not_found'],
    ['does not answer', failing('timeout'), 'timeout'],
    ['answers what nobody signed', failing('unverifiable'), 'unverifiable'],
  ])('of which WeChat %s changes nothing, and comes again', async (_, queryRefund, reason) => {
    const { world, send } = setUp({ queryRefund })
    expect(await send()).toBe('unread')
    expect(world.dispatched).toEqual([])
    expect(world.logged).toMatchObject([{ fields: { reason, out_refund_no: 'C1' } }])
  })

  it('whose answer cannot be stored or dispatched promises nothing', async () => {
    const down = async () => Promise.reject(new AppError('storage_unavailable'))
    await expect(setUp({}, { facts: { put: down } }).send()).rejects.toThrow(AppError)
    await expect(setUp({}, { dispatcher: { dispatch: down } }).send()).rejects.toThrow(AppError)
  })
})
