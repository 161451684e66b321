/** WeChat's states are open on input: what is not known is not final, told once and asked again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClose } from '#functions/close/close.ts'
import { createQuery } from '#functions/query/query.ts'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
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

const told = (trade_state: string, rest: object = {}) => ({
  appid: APPID,
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  trade_state,
  trade_state_desc: '已接收，等待扣款',
  amount: { total: 1000, currency: 'CNY', payer_currency: 'CNY' },
  ...rest,
})
const answer = (json: unknown) => it_.primary.answer(signed(it_.platform.publicKey, json))
const wechat = () => it_.client({ logger: world.logger, metrics: world.metrics })
const tellings = () => world.logged.filter(({ code }) => code === 'WECHAT_STATE_UNKNOWN')

async function queried(json: unknown, order = anOrder()) {
  await world.given(order)
  answer(json)
  return createQuery({ ...world, channel: wechat() }).byOutTradeNo('ORDER-0001', { refresh: true })
}

describe('the state of an order', () => {
  it('case 03: ACCEPT, which is documented, is an order that awaits its payment', async () => {
    expect(await queried(told('ACCEPT'))).toMatchObject({ status: 'AWAITING_PAYMENT' })
    expect([world.dispatched, world.measured, tellings()]).toEqual([[], [], []])
  })

  it.each(['USERPAYING', 'NOTPAY', 'REVOKED', 'PAYERROR'])('%s is known and tells nobody', async (state) => {
    expect(await queried(told(state))).toMatchObject({ status: 'AWAITING_PAYMENT' })
    expect(world.measured).toEqual([])
  })

  it.each([
    'REVIEWING',
    'PENDING_REVIEW',
    'PENDING_REFUND',
    'NOT_FINISHED',
    'UNPAID',
    'accept',
    '处理中',
    '__proto__',
    'X'.repeat(64),
  ])('%s is not final: one line, one count, and asked again', async (state) => {
    expect(await queried(told(state, { success_time: 'soon' }))).toMatchObject({ status: 'AWAITING_PAYMENT' })
    expect(world.dispatched).toEqual([])
    expect(tellings()).toHaveLength(1)
    expect(tellings()[0]).toMatchObject({
      level: 'warn',
      fields: { field: 'trade_state', out_trade_no: 'ORDER-0001' },
    })
    expect(world.measured).toEqual([['WechatStateUnknown', 1]])
  })

  it('is repeated in the log only where it looks like a state', async () => {
    await queried(told('PENDING_REVIEW'))
    await queried(told('13800000000 张三'), anOrder({ version: 2 }))
    expect(tellings().map(({ fields }) => ('outcome' in fields ? fields.outcome : undefined))).toEqual([
      'PENDING_REVIEW',
      undefined,
    ])
  })

  it('leaves a paid order as it is', async () => {
    expect(await queried(told('REVIEWING'), paidOrder())).toMatchObject({ status: 'PAID' })
    expect(world.dispatched).toEqual([])
  })

  it('that is unknown does not pass for closed when WeChat refuses to close', async () => {
    await world.given(anOrder())
    it_.primary.answer(failed(400, 'INVALID_REQUEST'), signed(it_.platform.publicKey, told('LOCKED')))
    const close = createClose({ ...world, channel: wechat() })
    await expect(close('ORDER-0001', {})).rejects.toMatchObject({ code: 'wechat_refused' })
    expect(world.dispatched).toEqual([])
  })

  it.each([undefined, null, '', 7, ['SUCCESS'], 'X'.repeat(65)])(
    'of %j is no state at all',
    async (state) => {
      await expect(queried({ ...told('NOTPAY'), trade_state: state })).rejects.toMatchObject({
        code: 'wechat_unavailable',
      })
    },
  )
})

describe('the type of a payment', () => {
  const KNOWN = ['JSAPI', 'NATIVE', 'APP', 'MWEB', 'MICROPAY', 'FACEPAY']
  const paid = (trade_type: string) =>
    told('SUCCESS', {
      trade_type,
      transaction_id: '4200000000000001',
      success_time: '2026-03-01T12:00:05+08:00',
    })

  it.each([...KNOWN, 'AUTH', 'PALM', 'jsapi', 'CODEPAY_V3', '刷掌', 'X'.repeat(600)])(
    '%s may be any, and is told once where it is unknown',
    async (trade_type) => {
      expect(await queried(paid(trade_type))).toMatchObject({ status: 'PAID' })
      const stored = await world.facts.get(world.dispatched[0]!)
      expect(stored?.fact).toMatchObject({ payment: { trade_type: trade_type.slice(0, 512) } })
      const unknown = !KNOWN.includes(trade_type)
      expect(tellings()).toHaveLength(unknown ? 1 : 0)
      expect(world.measured).toEqual(unknown ? [['WechatStateUnknown', 1]] : [])
    },
  )

  it('is told by name only where it looks like one', async () => {
    await queried(paid('PALM'))
    await queried(paid('o-canary 张三'), anOrder({ version: 2 }))
    expect(tellings().map(({ fields }) => fields)).toMatchObject([
      { field: 'trade_type', outcome: 'PALM', out_trade_no: 'ORDER-0001' },
      { field: 'trade_type', out_trade_no: 'ORDER-0001' },
    ])
    expect(JSON.stringify(tellings())).not.toContain('canary')
  })
})

describe('the state of a refund', () => {
  async function asked(status: unknown, change: object = {}) {
    await world.given(paidOrder({ refunds: { R1: { status: 'UNKNOWN' } } }))
    await world.orders.claimRefundNumber(MCHID, 'R1', paidOrder().order_key)
    answer({ ...refundAnswer, status, ...change })
    const query = createQueryRefund({ ...world, channel: wechat() })
    return query('R1', { refresh: true })
  }

  async function created(change: object) {
    await world.given(paidOrder())
    answer({ ...refundAnswer, status: 'PROCESSING', ...change })
    const refund = createRefund({ ...world, notifyUrl: 'https://pay.example/refund', channel: wechat() })
    return refund('ORDER-0001', parseRefundRequest({ out_refund_no: 'R1', amount: { refund: 300 } }), {})
  }

  it.each<[string, object]>([
    ['a create_time in an old form', { create_time: '2020-12-01 16:18:12' }],
    ['a create_time in the oldest form', { create_time: '20201201161812' }],
    ['no create_time', { create_time: undefined }],
    ['a null create_time', { create_time: null }],
    ['an empty create_time', { create_time: '' }],
    ['a create_time that is a number', { create_time: 1_606_810_692 }],
    ['a create_time in Chinese', { create_time: '十二月一日' }],
    ['a channel in Chinese', { channel: '原路退款' }],
    ['a null channel and account', { channel: null, user_received_account: null }],
    ['a success_time before there is a success', { success_time: '0000-00-00 00:00:00' }],
    ['a funds_account that is new', { funds_account: 'ECNY_BASIC' }],
  ])('case 07: PROCESSING with %s is PROCESSING, asked for or created', async (_, change) => {
    expect((await asked('PROCESSING', change)).refund).toMatchObject({ status: 'PROCESSING' })
    world = aWorld()
    expect((await created(change)).refund).toMatchObject({ status: 'PROCESSING' })
    expect(tellings()).toEqual([])
  })

  it.each(['CHANGE', 'REFUNDING', 'WAIT_CLOSE', 'accepted', '处理中', 'TO_BE_CLOSED'])(
    '%s is not final: one line, one count, the amount stays taken',
    async (status) => {
      const { order, refund } = await asked(status, { success_time: undefined })
      expect([refund.status, order.refundable]).toEqual(['PROCESSING', 700])
      expect(tellings()).toHaveLength(1)
      expect(tellings()[0]).toMatchObject({ fields: { field: 'status', out_refund_no: 'R1' } })
      expect(world.measured).toEqual([['WechatStateUnknown', 1]])
    },
  )
})
