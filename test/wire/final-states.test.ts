/** A state that is not known here and looks final holds its order, until WeChat tells a known one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClose } from '#functions/close/close.ts'
import { createQuery } from '#functions/query/query.ts'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { looksFinal } from '#shared/facts/final-looking.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { anOrder, APPID, MCHID, paidOrder } from '#test/support/orders.ts'
import { startWechat } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { failed, signed } from '#test/support/wechat-peer.ts'
import { aWorld } from '#test/support/world.ts'
import type { World } from '#test/support/world.ts'
import { refundAnswer } from './messages.ts'

let it_: WechatFixture
let world: World
beforeEach(async () => {
  it_ = await startWechat()
  world = aWorld()
})
afterEach(() => it_.close())

const MINUTE = 60_000
const told = (trade_state: string, rest: object = {}) => ({
  appid: APPID,
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  trade_state,
  amount: { total: 1000, currency: 'CNY' },
  ...rest,
})
const paid = {
  transaction_id: '4200000000000001',
  success_time: '2026-03-01T12:00:05+08:00',
}
const wechat = () => it_.client({ logger: world.logger, metrics: world.metrics })

/** A minute later each time. */
async function queried(json: unknown) {
  world.time.now += MINUTE
  it_.primary.answer(signed(it_.platform.publicKey, json))
  return createQuery({ ...world, channel: wechat() }).byOutTradeNo('ORDER-0001', { refresh: true })
}

async function refundQueried(json: unknown, { refresh } = { refresh: true }) {
  world.time.now += MINUTE
  it_.primary.answer(signed(it_.platform.publicKey, json))
  return createQueryRefund({ ...world, channel: wechat() })('R1', { refresh })
}

const askRefund = () =>
  createRefund({ ...world, notifyUrl: 'https://pay.example/refund', channel: wechat() })(
    'ORDER-0001',
    parseRefundRequest({ out_refund_no: 'R2', amount: { refund: 300 } }),
    {},
  )
const stored = () => world.orders.get(orderKey(MCHID, 'ORDER-0001'))

describe('the form of a state', () => {
  it.each([
    'FINISHED',
    'REVERSED',
    'SUCCESS ',
    'success',
    'PARTIAL_REFUND',
    'REFUNDCLOSE',
    'FAIL',
    'USER_CANCEL',
    'PAY_FAILURE',
    'ORDER_EXPIRED',
    'BANKERROR',
    'THE_END',
  ])('%j says an end', (state) => {
    expect(looksFinal({ state })).toBe(true)
  })

  it.each([
    'PENDING_REVIEW',
    'PENDING_REFUND',
    'WAIT_CLOSE',
    'NOT_FINISHED',
    'NOTPAID',
    'UNPAID',
    'PRE_CLOSED',
    'TO_BE_CLOSED',
    'REFUNDING',
    'SUSPENDED',
    'ACCEPTED',
    'CHANGE',
    '处理完成',
    'X'.repeat(64),
  ])('%j says none, unless it comes with the time of a success', (state) => {
    expect(looksFinal({ state })).toBe(false)
    expect(looksFinal({ state, success_time: paid.success_time })).toBe(true)
  })
})

describe('an order whose state is not known and looks final', () => {
  it.each(['REVERSED', 'FINISHED', 'USER_CANCEL', 'success', 'ORDER_EXPIRED', 'PAY_FAILURE'])(
    '%s is held: nothing is sent for it, and subscribers are told once',
    async (state) => {
      await world.given(paidOrder())
      expect(await queried(told(state))).toMatchObject({
        status: 'PAID',
        holds: { trade_state_unknown: 'trade_state_unknown' },
      })
      expect(world.dispatched).toHaveLength(1)
      await createSettle(world)(world.dispatched[0]!, world.logger)
      expect(world.published.map(({ type, data }) => [type, data['opened']])).toEqual([
        ['order.held', ['trade_state_unknown']],
      ])
      expect(world.measured).toContainEqual(['FactHeld', 1])
      await expect(askRefund()).rejects.toMatchObject({ code: 'order_held' })
      await queried(told(state))
      expect(world.dispatched).toHaveLength(1)
    },
  )

  it.each(['REVOKED', 'PAYERROR'])('%s is such a state once a payment was told', async (state) => {
    await world.given(anOrder())
    expect(await queried(told(state))).toMatchObject({ status: 'AWAITING_PAYMENT', holds: {} })
    await queried(told('SUCCESS', paid))
    const revoked = await queried(told(state))
    expect(revoked).toMatchObject({ status: 'PAID', refundable: 1000 })
    expect(revoked).toHaveProperty('holds.trade_state_unknown')
    // What cannot follow a payment proves nothing.
    expect(await queried(told('NOTPAY'))).toHaveProperty('holds.trade_state_unknown')
    expect(await queried(told('SUCCESS', paid))).toHaveProperty('holds', {})
  })

  it.each(['NOTPAY', 'USERPAYING', 'ACCEPT', 'CLOSED'])('%s lags behind a payment', async (state) => {
    await world.given(paidOrder())
    expect(await queried(told(state))).toMatchObject({ status: 'PAID', holds: {} })
  })

  it('is released by a known state, one that was told before or another', async () => {
    await world.given(paidOrder())
    await queried(told('REVERSED'))
    expect(await queried(told('SUCCESS', paid))).toMatchObject({ status: 'PAID', holds: {} })
    expect(await queried(told('REVERSED'))).toHaveProperty('holds.trade_state_unknown')
    expect(await queried(told('REFUND', paid))).toHaveProperty('holds', {
      refunds_unknown: 'refunds_unknown',
    })
    for (const key of world.dispatched) await createSettle(world)(key, world.logger)
    expect(world.published.map(({ type, data }) => [type, data['trade_state']])).toEqual([
      ['order.held', 'REVERSED'],
      ['order.released', 'SUCCESS'],
      ['order.held', 'REVERSED'],
      ['order.held', 'REFUND'],
      ['order.released', 'REFUND'],
    ])
  })

  it.each([
    ['NOTPAY', {}, 'AWAITING_PAYMENT'],
    ['CLOSED', {}, 'CLOSED'],
    ['SUCCESS', paid, 'PAID'],
  ])('and unpaid is released by %s', async (state, rest, status) => {
    await world.given(anOrder())
    expect(await queried(told('FINISHED'))).toMatchObject({
      status: 'AWAITING_PAYMENT',
      holds: { trade_state_unknown: 'trade_state_unknown' },
    })
    expect(await queried(told(state, rest))).toMatchObject({ status, holds: {} })
  })

  it('stays held while WeChat tells what says nothing, and is asked for again', async () => {
    await world.given(paidOrder())
    const held = await queried(told('REVERSED'))
    expect(held.next_check_at).toBe(world.time.now + MINUTE)
    expect(await queried(told('REVIEWING'))).toHaveProperty('holds.trade_state_unknown')
  })

  it('says what it came to in the time of its success, whatever it is called', async () => {
    await world.given(anOrder())
    expect(await queried(told('处理完', paid))).toHaveProperty('holds.trade_state_unknown')
    expect(JSON.stringify((await stored())?.books)).not.toContain('处理完')
  })

  it('does not pass for closed when WeChat refuses to close, and is held', async () => {
    await world.given(anOrder())
    it_.primary.answer(failed(400, 'INVALID_REQUEST'), signed(it_.platform.publicKey, told('FINISHED')))
    const close = createClose({ ...world, channel: wechat() })
    await expect(close('ORDER-0001', {})).rejects.toMatchObject({ code: 'wechat_refused' })
    expect(await stored()).toHaveProperty('holds.trade_state_unknown')
  })
})

describe('a refund whose state is not known and looks final', () => {
  const answer = (status: string, change: object = {}) => ({
    ...refundAnswer,
    status,
    success_time: undefined,
    ...change,
  })

  async function given(status: 'UNKNOWN' | 'CLOSED') {
    await world.given(paidOrder({ refunds: { R1: { status } } }))
    await world.orders.claimRefundNumber(MCHID, 'R1', paidOrder().order_key)
  }

  it.each(['REFUNDCLOSE', 'FAIL', 'success', 'RETURNED', 'REJECTED', 'ABORTED'])(
    '%s holds the order, and its amount stays taken',
    async (status) => {
      await given('UNKNOWN')
      const { order, refund } = await refundQueried(answer(status))
      expect([refund.status, order.refundable]).toEqual(['PROCESSING', 700])
      expect(order.holds).toEqual({ 'refund_state_unknown#R1': 'refund_state_unknown' })
      await expect(askRefund()).rejects.toMatchObject({ code: 'order_held' })
      const known = await refundQueried(answer('SUCCESS', { success_time: '2026-03-02T12:00:05+08:00' }))
      expect([known.refund.status, known.order.holds]).toEqual(['SUCCESS', {}])
    },
  )

  it('takes again what was given back, until WeChat says what it said before', async () => {
    await given('CLOSED')
    const unclear = await refundQueried(answer('REOPENED', { success_time: '2026-03-02T12:00:05+08:00' }))
    expect([unclear.order.refundable, Object.keys(unclear.order.holds)]).toEqual([
      700,
      ['refund_state_unknown#R1'],
    ])
    const closed = await refundQueried(answer('CLOSED'), { refresh: false })
    expect([closed.refund.status, closed.order.refundable, closed.order.holds]).toEqual(['CLOSED', 1000, {}])
  })
})
