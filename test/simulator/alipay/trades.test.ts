import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import { failureOf } from '#test/alipay/gateway-fixture.ts'
import { startAlipayWorld } from './fixture.ts'
import type { AlipayWorld } from './fixture.ts'

let world: AlipayWorld
beforeAll(async () => {
  world = await startAlipayWorld()
})
afterAll(() => world.stop())

const payment = (out_trade_no: string) => ({ out_trade_no, amount: { total: fen(8880), currency: 'CNY' } })
const refund = (out_refund_no: string, amount: number) => ({ out_refund_no, amount: { refund: fen(amount) } })
const refunding = (number: string, refundNo: string, amount: number) =>
  world.alipay.createRefund(world.alipay.refundBody(payment(number), refund(refundNo, amount), ''))

describe('an order by code', () => {
  it('is not known until its payer opens it, and then waits, and is paid', async () => {
    const { alipay, show } = world
    const { code_url } = await alipay.prepay('precreate', world.body('CODE-1'))
    const state = async () => (await alipay.queryOrder('CODE-1')).trade_state
    expect((await show.control.trades())[0]).toMatchObject({ trade_status: 'NOT_OPENED', total: 8880 })
    expect(await state()).toBe('NOTPAY')
    expect(await failureOf(alipay.closeOrder('CODE-1'))).toMatchObject({ code: 'not_found' })
    await show.control.giveUp({ qr_code: code_url ?? '' })
    expect(await state()).toBe('NOTPAY')
    const { trade_no = '' } = await show.control.pay({ qr_code: code_url ?? '' })
    expect(await alipay.queryTransaction(trade_no)).toMatchObject({
      out_trade_no: 'CODE-1',
      trade_state: 'SUCCESS',
      transaction_id: trade_no,
      amount: { total: 8880, payer_total: 8880, currency: 'CNY' },
    })
  })

  it('is placed again alike, and refused with another amount or once it is paid', async () => {
    const { alipay } = world
    const first = await alipay.prepay('precreate', world.body('CODE-2'))
    expect(await alipay.prepay('precreate', world.body('CODE-2'))).toEqual(first)
    const other = world.body('CODE-2', { amount: { total: fen(1), currency: 'CNY' } })
    expect(await failureOf(alipay.prepay('precreate', other))).toMatchObject({ code: 'number_used' })
    await world.show.control.pay({ out_trade_no: 'CODE-2' })
    expect(await failureOf(alipay.prepay('precreate', world.body('CODE-2')))).toMatchObject({
      code: 'already_paid',
    })
  })

  it('is closed by the merchant or by its time', async () => {
    const { alipay, show, simulator } = world
    await alipay.prepay('precreate', world.body('CODE-3'))
    await show.control.open({ out_trade_no: 'CODE-3' })
    await alipay.closeOrder('CODE-3')
    expect(await alipay.queryOrder('CODE-3')).toMatchObject({ trade_state: 'CLOSED' })
    await expect(show.control.pay({ out_trade_no: 'CODE-3' })).rejects.toThrow(
      /TRADE_CLOSED and cannot be paid/,
    )
    const inAMinute = { expiresAt: Date.now() + 60_000 }
    await alipay.prepay('precreate', world.body('CODE-4'), inAMinute)
    await show.control.open({ out_trade_no: 'CODE-4' })
    await simulator.advance(61_000)
    expect(await alipay.queryOrder('CODE-4')).toMatchObject({ trade_state: 'CLOSED' })
    expect(await failureOf(alipay.prepay('precreate', world.body('CODE-4')))).toMatchObject({
      code: 'order_closed',
    })
  })
})

describe('an order by link', () => {
  it.each([
    ['page_pay', 'page'],
    ['wap_pay', 'wap'],
    ['app_pay', 'app'],
  ] as const)('of %s is paid with what the client was given', async (way, product) => {
    const number = `LINK-${product}`
    const given = await world.alipay.clientParameters(way, { body: world.body(number) })
    expect(await world.alipay.queryOrder(number)).toMatchObject({ trade_state: 'NOTPAY' })
    expect(await world.show.control.pay({ ...given })).toMatchObject({
      product,
      trade_status: 'TRADE_SUCCESS',
    })
    expect(await world.alipay.queryOrder(number)).toMatchObject({ trade_state: 'SUCCESS' })
  })

  it('that was changed opens nothing, in a browser either', async () => {
    const given = await world.alipay.clientParameters('page_pay', { body: world.body('LINK-2') })
    const pay_url = 'pay_url' in given ? given.pay_url : ''
    const cheap = pay_url.replace('88.80', '0.01')
    await expect(world.show.control.open({ pay_url: cheap })).rejects.toThrow(/isv.invalid-signature/)
    expect((await fetch(cheap)).status).toBe(400)
    expect((await fetch(pay_url)).status).toBe(200)
    expect(await world.show.control.pay({ out_trade_no: 'LINK-2' })).toMatchObject({ total: 8880 })
  })
})

describe('a refund', () => {
  it('is made at once, in parts, and no more than was paid', async () => {
    await world.paid('REFUND-1')
    expect(await refunding('REFUND-1', 'R1', 1000)).toMatchObject({
      status: 'SUCCESS',
      amount: { refund: 1000 },
    })
    expect(await world.alipay.queryOrder('REFUND-1')).toMatchObject({ trade_state: 'SUCCESS' })
    expect(await failureOf(refunding('REFUND-1', 'R2', 8000))).toMatchObject({
      code: 'refused',
      wechatCode: 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL',
    })
    expect(await refunding('REFUND-1', 'R3', 7880)).toMatchObject({ status: 'SUCCESS' })
    expect(await world.alipay.queryOrder('REFUND-1')).toMatchObject({ trade_state: 'REFUND' })
  })

  it('that is repeated moves nothing, and one of another amount under its number is not made', async () => {
    await world.paid('REFUND-2')
    const first = await refunding('REFUND-2', 'R1', 1000)
    expect(await refunding('REFUND-2', 'R1', 1000)).toEqual(first)
    expect(await failureOf(refunding('REFUND-2', 'R1', 2000))).toMatchObject({
      code: 'server_error',
      certain: false,
    })
    const { refunds } =
      (await world.show.control.trades()).find((trade) => trade.out_trade_no === 'REFUND-2') ?? {}
    expect(refunds).toMatchObject([{ out_request_no: 'R1', amount: 1000, origin: 'api' }])
  })

  it('made on the merchant platform is found by its number', async () => {
    await world.paid('REFUND-3')
    const made = await world.show.control.refundElsewhere({ out_trade_no: 'REFUND-3', amount: 500 })
    const told = await world.alipay.queryRefund(made.out_request_no, { outTradeNo: 'REFUND-3' })
    expect(told).toMatchObject({ status: 'SUCCESS', amount: { total: 8880, refund: 500 } })
    expect(await failureOf(world.alipay.queryRefund('NONE', { outTradeNo: 'REFUND-3' }))).toMatchObject({
      code: 'not_found',
    })
    expect((await world.show.control.books()).refunds.count).toBeGreaterThan(0)
  })

  it('of what nobody paid is refused', async () => {
    await world.alipay.prepay('precreate', world.body('REFUND-4'))
    expect(await failureOf(refunding('REFUND-4', 'R1', 1))).toMatchObject({ code: 'not_found' })
    await world.show.control.open({ out_trade_no: 'REFUND-4' })
    expect(await failureOf(refunding('REFUND-4', 'R1', 1))).toMatchObject({
      wechatCode: 'ACQ.TRADE_STATUS_ERROR',
    })
  })
})
