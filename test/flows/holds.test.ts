import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultInput } from '#simulator/faults.ts'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { until } from '#test/support/until.ts'
import { storedFacts, storedOrders } from '#test/support/stored.ts'

let flow: Flow
beforeAll(async () => {
  flow = await startFlow({ assembly: await givenAssembly() })
})
afterAll(() => flow?.stop())

/** Sends a notification that WeChat signed and that says what it never said. */
async function send(resource: object, event_type = 'TRANSACTION.SUCCESS'): Promise<number> {
  const { headers, body } = await flow.wechat.build({
    event_type,
    resource: { mchid: flow.mchid, ...resource },
  })
  const path = event_type.startsWith('REFUND') ? 'refund' : 'payment'
  const response = await fetch(`${flow.stack.apiUrl}/wechatpay/notify/${path}`, {
    method: 'POST',
    headers,
    body,
  })
  return response.status
}

const payment = (out_trade_no: string, total: number) => ({
  appid: flow.appid,
  out_trade_no,
  transaction_id: `4200${out_trade_no.replaceAll(/\D/g, '')}`,
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  success_time: '2026-03-01T12:00:05+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total, payer_total: total, currency: 'CNY', payer_currency: 'CNY' },
})

/** Resolves when a function has written this metric. */
const counted = (metric: string) => flow.stack.logs.waitFor(({ line }) => line.includes(metric))

/** Pays an order whose notification is spoiled, and waits until it is held. @returns the key of the hold */
async function held(outTradeNo: string, fault: FaultInput): Promise<string> {
  await flow.place(outTradeNo, 1000)
  await flow.wechat.addFault({ ...fault, match: { out_trade_no: outTradeNo } })
  await flow.wechat.pay({ out_trade_no: outTradeNo })
  const event = await flow.merchant.event(flow.paymentKey(outTradeNo))
  expect(event.type).toBe('order.held')
  const [hold = ''] = event.data['opened'] as string[]
  return hold
}

const release = (outTradeNo: string, hold: string, decision: string) =>
  flow.merchant.post(`/v1/payments/${outTradeNo}/release`, {
    hold,
    decision,
    by: 'li.wei',
    note: 'looked it up at the merchant platform',
  })

describe('a payment that does not fit its order', () => {
  it.each([
    ['amount', { kind: 'wrong_amount', amount: 999 }, 'amount_differs'],
    ['appid', { kind: 'wrong_appid' }, 'appid_differs'],
  ] as const)(
    'by its %s is acknowledged, holds the order, and says so in the query',
    async (what, fault, reason) => {
      const number = `HELD-${what}`
      const hold = await held(number, fault)
      const { attempts } = await flow.wechat.waitForNotification({ out_trade_no: number })
      expect(attempts.map(({ status }) => status)).toEqual([204])
      expect((await flow.merchant.event(flow.paymentKey(number))).data['hold_reason']).toBe(reason)
      expect(await flow.order(number)).toMatchObject({
        status: 'AWAITING_PAYMENT',
        holds: { [hold]: reason },
      })
      const { body } = await flow.merchant.get(`/v1/payments/${number}`)
      expect(body).toMatchObject({
        holds: [{ hold, reason }],
        payments: [{ transaction_id: expect.any(String) }],
      })
      const refund = await flow.refund(number, `${number}-R`, 1)
      expect(refund.body['code']).toBe('order_held')
    },
  )

  it('is applied when a person accepts it, with what WeChat said in place of ours', async () => {
    const hold = await held('HELD-ACCEPT', { kind: 'wrong_amount', amount: 900 })
    const { status, body } = await release('HELD-ACCEPT', hold, 'accept')
    expect([status, body['status'], body['held']]).toEqual([200, 'PAID', false])
    const event = await flow.merchant.when(
      () => flow.merchant.events.find(({ data }) => data['decision'] === 'accept' && data['hold'] === hold),
      'the event of the accepted payment',
    )
    expect(event).toMatchObject({ type: 'payment.succeeded', data: { by: 'li.wei', refundable: 900 } })
    expect(await flow.order('HELD-ACCEPT')).toMatchObject({ status: 'PAID', refundable: 900, holds: {} })
    const { body: told } = await flow.merchant.get('/v1/payments/HELD-ACCEPT')
    expect(told['audit']).toMatchObject([{ action: 'accept', hold, by: 'li.wei' }])
  })

  it('changes nothing when a person dismisses it, and the entry stays', async () => {
    const hold = await held('HELD-DISMISS', { kind: 'wrong_amount', amount: 1 })
    const { status, body } = await release('HELD-DISMISS', hold, 'dismiss')
    expect([status, body['status'], body['held']]).toEqual([200, 'AWAITING_PAYMENT', false])
    expect(body['audit']).toMatchObject([{ action: 'dismiss', hold, by: 'li.wei' }])
    // The same decision again adds nothing.
    expect((await release('HELD-DISMISS', hold, 'dismiss')).body).toEqual(body)
    expect((await release('HELD-DISMISS', 'amount_differs#none', 'dismiss')).body['code']).toBe(
      'hold_not_found',
    )
  })
})

describe('a notification about something that we do not know', () => {
  it('is kept and held when the order is not ours', async () => {
    expect(await send(payment('UNKNOWN-ORDER-1', 50))).toBe(204)
    const key = flow.paymentKey('UNKNOWN-ORDER-1')
    const event = await flow.merchant.event(key)
    expect([event.type, event.data['hold_reason']]).toEqual(['order.held', 'order_unknown'])
    expect(await flow.order('UNKNOWN-ORDER-1')).toMatchObject({
      status: 'UNRECOGNIZED',
      refundable: 0,
      holds: { order_unknown: 'order_unknown' },
    })
  })

  it('that tells a known payment otherwise is kept beside it and holds the order, which stays paid', async () => {
    await flow.paid('CONFLICT-1', 300)
    expect(await send(payment('CONFLICT-1', 300))).toBe(204)
    const conflict = await flow.merchant.when(
      () => flow.merchant.events.find(({ data }) => data['conflicts_with'] === flow.paymentKey('CONFLICT-1')),
      'the event of the conflict',
    )
    expect([conflict.type, conflict.data['hold_reason']]).toEqual(['order.held', 'payment_conflict'])
    const order = await flow.order('CONFLICT-1')
    expect([order.status, Object.keys(order.holds)]).toEqual(['PAID', ['payment_conflict']])
    expect((await flow.refund('CONFLICT-1', 'CONFLICT-1-R', 1)).body['code']).toBe('order_held')
  })

  it('is stored and published when its type is unknown, and touches no order', async () => {
    await flow.place('UNHEARD-OF-1')
    await flow.wechat.addFault({ kind: 'drop', match: { out_trade_no: 'UNHEARD-OF-1' } })
    await flow.wechat.pay({ out_trade_no: 'UNHEARD-OF-1' })
    const { id } = await flow.wechat.waitForNotification({ out_trade_no: 'UNHEARD-OF-1', state: 'dropped' })
    // An event comes before the last write of its fact.
    await until(
      async () => (await storedFacts(flow.stack)).every((fact) => fact.pending_shard === undefined),
      'every fact is settled',
    )
    const before = await storedOrders(flow.stack)
    const [attempt] = await flow.wechat.resend(id, { faults: [{ kind: 'unknown_event_type' }] })
    expect(attempt?.status).toBe(204)
    const event = await flow.merchant.event(`notification#${flow.mchid}#${id}`)
    expect([event.type, event.data['event_type']]).toEqual([
      'notification.received',
      'TRANSACTION.UNHEARD_OF',
    ])
    await flow.settled(event.id)
    expect(await storedOrders(flow.stack)).toEqual(before)
    await counted('NotificationUnexpected')
  })

  it('is refused, counted and not stored when it is for another merchant', async () => {
    const before = await storedFacts(flow.stack)
    expect(await send({ ...payment('FOREIGN-1', 5), mchid: '1900000001' })).toBe(400)
    expect(await storedFacts(flow.stack)).toEqual(before)
    await counted('NotificationForeign')
  })
})

describe('a payment after the close', () => {
  it('wins, because money is truth, and its event says so', async () => {
    await flow.place('AFTER-CLOSE-1', 70)
    await flow.merchant.post('/v1/payments/AFTER-CLOSE-1/close', {})
    await flow.merchant.event(flow.paymentKey('AFTER-CLOSE-1', 'CLOSED'))
    expect(await send(payment('AFTER-CLOSE-1', 70))).toBe(204)
    const event = await flow.merchant.event(flow.paymentKey('AFTER-CLOSE-1'))
    expect([event.type, event.data['paid_after_close']]).toEqual(['payment.succeeded', true])
    expect((await flow.order('AFTER-CLOSE-1')).status).toBe('PAID')
  })
})

describe('a hold by hand', () => {
  it('stops refunds until it is dismissed', async () => {
    await flow.paid('BY-HAND-1', 100)
    const { body } = await flow.merchant.post('/v1/payments/BY-HAND-1/hold', { by: 'li.wei', note: 'fraud?' })
    expect((await flow.refund('BY-HAND-1', 'BY-HAND-1-R', 1)).body['code']).toBe('order_held')
    const [hold] = body['holds'] as { hold: string }[]
    await release('BY-HAND-1', hold?.hold ?? '', 'dismiss')
    expect((await flow.refund('BY-HAND-1', 'BY-HAND-1-R', 1)).status).toBe(200)
  })
})
