import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'

const MINUTE = 60_000

let flow: Flow
beforeAll(async () => {
  flow = await startFlow({ assembly: await givenAssembly() })
})
afterAll(() => flow?.stop())

describe('a refund', () => {
  it('goes from PROCESSING to SUCCESS by the notification, and its event tells both sums', async () => {
    await flow.paid('REFUND-OK', 1000)
    const { status, body } = await flow.refund('REFUND-OK', 'REFUND-OK-1', 300)
    expect([status, body['status']]).toEqual([200, 'PROCESSING'])
    await flow.wechat.finishRefund('REFUND-OK-1')
    const event = await flow.merchant.event(flow.refundKey('REFUND-OK-1'))
    expect(event).toMatchObject({ type: 'refund.succeeded', data: { amount: { total: 1000, refund: 300 } } })
    const told = await flow.merchant.get('/v1/refunds/REFUND-OK-1')
    expect(told.body).toMatchObject({ status: 'SUCCESS', amount: { refund: 300 } })
    expect(await flow.order('REFUND-OK')).toMatchObject({ status: 'PAID', refundable: 700 })
  })

  it('that WeChat closes gives its amount back, which can then be refunded again', async () => {
    await flow.paid('REFUND-CLOSED', 400)
    await flow.refund('REFUND-CLOSED', 'REFUND-CLOSED-1', 400)
    expect((await flow.order('REFUND-CLOSED')).refundable).toBe(0)
    await flow.wechat.finishRefund('REFUND-CLOSED-1', 'CLOSED')
    const event = await flow.merchant.event(flow.refundKey('REFUND-CLOSED-1', 'CLOSED'))
    expect(event.type).toBe('refund.closed')
    expect((await flow.order('REFUND-CLOSED')).refundable).toBe(400)
    expect((await flow.refund('REFUND-CLOSED', 'REFUND-CLOSED-2', 400)).status).toBe(200)
  })

  it('that is ABNORMAL keeps its amount reserved, and may still become SUCCESS', async () => {
    await flow.paid('REFUND-ABNORMAL', 900)
    await flow.refund('REFUND-ABNORMAL', 'REFUND-ABNORMAL-1', 500)
    await flow.wechat.finishRefund('REFUND-ABNORMAL-1', 'ABNORMAL')
    const abnormal = await flow.merchant.event(flow.refundKey('REFUND-ABNORMAL-1', 'ABNORMAL'))
    expect(abnormal.type).toBe('refund.abnormal')
    const kept = await flow.order('REFUND-ABNORMAL')
    expect([kept.refundable, kept.refunds[0]?.status]).toEqual([400, 'ABNORMAL'])
    expect((await flow.refund('REFUND-ABNORMAL', 'REFUND-ABNORMAL-2', 401)).body['code']).toBe(
      'refund_exceeds_refundable',
    )
    const decision = { type: 'MERCHANT_BANK_CARD', by: 'ann', note: 'paid by bank transfer' }
    const applied = await flow.merchant.post('/v1/refunds/REFUND-ABNORMAL-1/abnormal', decision)
    expect(applied).toMatchObject({ status: 200, body: { application: { status: 'ACCEPTED' } } })
    expect(await flow.wechat.refunds()).toContainEqual(
      expect.objectContaining({ out_refund_no: 'REFUND-ABNORMAL-1', status: 'PROCESSING' }),
    )
    await flow.wechat.finishRefund('REFUND-ABNORMAL-1', 'SUCCESS')
    await flow.merchant.event(flow.refundKey('REFUND-ABNORMAL-1'))
    const done = await flow.order('REFUND-ABNORMAL')
    expect([done.refundable, done.refunds[0]?.status]).toEqual([400, 'SUCCESS'])
  })

  it('that a person makes on the merchant platform holds the order until it is learned by its number', async () => {
    await flow.paid('ELSEWHERE-1', 100)
    const { out_refund_no } = await flow.wechat.refundElsewhere({ out_trade_no: 'ELSEWHERE-1', amount: 60 })
    const held = await flow.merchant.get('/v1/payments/ELSEWHERE-1?refresh=true')
    expect(held.body).toMatchObject({ held: true, holds: [{ hold: 'refunds_unknown' }] })
    expect((await flow.refund('ELSEWHERE-1', 'ELSEWHERE-1-R', 60)).body['code']).toBe('order_held')
    const told = await flow.merchant.get(`/v1/refunds/${out_refund_no}?refresh=true`)
    expect(told.body).toMatchObject({ status: 'SUCCESS', amount: { refund: 60 } })
    expect(await flow.order('ELSEWHERE-1')).toMatchObject({ refundable: 40, holds: {} })
    expect((await flow.refund('ELSEWHERE-1', 'ELSEWHERE-1-R', 60)).body['code']).toBe(
      'refund_exceeds_refundable',
    )
  })

  it('that a person makes on the merchant platform is known by the notice in XML, if there is one', async () => {
    await flow.paid('ELSEWHERE-2', 100)
    const { out_refund_no } = await flow.wechat.refundElsewhere({
      out_trade_no: 'ELSEWHERE-2',
      amount: 60,
      notify_url: `${flow.stack.apiUrl}/wechatpay/notify/refund-v2`,
    })
    const event = await flow.merchant.event(flow.refundKey(out_refund_no))
    expect([event.type, event.data['amount']]).toEqual(['refund.succeeded', { total: 100, refund: 60 }])
    const { attempts } = await flow.wechat.waitForNotification({ event_type: 'REFUND.V2' })
    expect(attempts.at(-1)?.status).toBe(200)
    expect(await flow.order('ELSEWHERE-2')).toMatchObject({ refundable: 40, holds: {} })
  })

  it('whose notification is lost is found by the sweep', async () => {
    await flow.paid('REFUND-LOST', 100)
    await flow.refund('REFUND-LOST', 'REFUND-LOST-1', 60)
    await flow.wechat.addFault({ kind: 'drop', match: { out_refund_no: 'REFUND-LOST-1' } })
    await flow.wechat.finishRefund('REFUND-LOST-1')
    await flow.sweepAfter(2 * MINUTE)
    expect((await flow.merchant.event(flow.refundKey('REFUND-LOST-1'))).type).toBe('refund.succeeded')
  })

  it('that WeChat refuses for certain is FAILED, says why, and gives its amount back', async () => {
    await flow.paid('REFUND-REFUSED', 100)
    await flow.wechat.addFault({ kind: 'error', code: 'NOT_ENOUGH', match: { endpoint: 'refund' } })
    const { status, body } = await flow.refund('REFUND-REFUSED', 'REFUND-REFUSED-1', 100)
    expect([status, body['code'], body['wechat_code']]).toEqual([422, 'wechat_refused', 'NOT_ENOUGH'])
    const order = await flow.order('REFUND-REFUSED')
    expect([order.refundable, order.refunds[0]?.status]).toEqual([100, 'FAILED'])
  })

  it('of which 20 are asked for at once never exceeds what was paid', async () => {
    await flow.paid('REFUND-RACE', 1000)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => flow.refund('REFUND-RACE', `REFUND-RACE-${index}`, 150)),
    )
    const accepted = answers.filter(({ status }) => status === 200)
    const refused = answers.filter(({ body }) => body['code'] === 'refund_exceeds_refundable')
    // Whoever lost the race too often is told to repeat, which is no promise either way.
    const busy = answers.filter(({ body }) => body['code'] === 'storage_conflict')
    expect(accepted.length + refused.length + busy.length).toBe(20)
    expect(accepted.length).toBeLessThanOrEqual(6)
    const { refundable, refunds } = await flow.order('REFUND-RACE')
    expect(refundable).toBe(1000 - 150 * refunds.length)
    expect(refunds.length).toBe(accepted.length)
    const known = (await flow.wechat.refunds()).filter(({ out_trade_no }) => out_trade_no === 'REFUND-RACE')
    expect(known.map(({ out_refund_no }) => out_refund_no).sort()).toEqual(
      refunds.map(({ out_refund_no }) => out_refund_no).sort(),
    )
  })
})

describe('a refund number', () => {
  it('answers what is stored for the same request and is refused for another one', async () => {
    await flow.paid('REFUND-TWICE', 1000)
    await flow.refund('REFUND-TWICE', 'REFUND-TWICE-1', 300)
    const known = (await flow.wechat.refunds()).length
    const same = await flow.refund('REFUND-TWICE', 'REFUND-TWICE-1', 300)
    const other = await flow.refund('REFUND-TWICE', 'REFUND-TWICE-1', 200)
    await flow.paid('REFUND-OTHER', 1000)
    const elsewhere = await flow.refund('REFUND-OTHER', 'REFUND-TWICE-1', 300)
    expect([same.status, same.body['status']]).toEqual([200, 'PROCESSING'])
    expect([other.status, other.body['code']]).toEqual([409, 'refund_number_used'])
    expect([elsewhere.status, elsewhere.body['code']]).toEqual([409, 'refund_number_used'])
    expect((await flow.wechat.refunds()).length).toBe(known)
  })

  it('is of no use for an order that is not paid or not there', async () => {
    await flow.place('REFUND-UNPAID')
    const unpaid = await flow.refund('REFUND-UNPAID', 'REFUND-UNPAID-1', 1)
    const absent = await flow.refund('REFUND-NOBODY', 'REFUND-UNPAID-2', 1)
    expect([unpaid.body['code'], absent.body['code']]).toEqual(['order_not_paid', 'order_not_found'])
    expect((await flow.merchant.get('/v1/refunds/REFUND-NOBODY-1')).body['code']).toBe('refund_not_found')
  })
})

describe('money that profit sharing keeps back', () => {
  it('is shown, and given free by a number of its own when WeChat takes it', async () => {
    const number = 'SHARED-1'
    const order = { channel: 'native', out_trade_no: number, description: 'tea', amount: { total: 100 } }
    await flow.merchant.post('/v1/payments', { ...order, settle_info: { profit_sharing: true } })
    await flow.wechat.pay({ out_trade_no: number })
    await flow.settled(flow.paymentKey(number))
    const shown = await flow.merchant.get(`/v1/payments/${number}?refresh=true`)
    expect(shown.body['profit_sharing']).toMatchObject({ unsplit_amount: 100 })
    const unfreeze = () =>
      flow.merchant.post(`/v1/payments/${number}/unfreeze`, {
        out_order_no: 'UNFREEZE-1',
        description: 'rest',
      })
    // WeChat takes it from a minute after the payment on.
    expect(await unfreeze()).toMatchObject({ status: 422, body: { wechat_code: 'INVALID_REQUEST' } })
    const refused = await flow.merchant.get(`/v1/payments/${number}`)
    expect(refused.body['profit_sharing']).toMatchObject({ unfreeze: { status: 'FAILED' } })
  })
})
