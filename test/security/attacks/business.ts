/** Attacks 31 to 35: authentic notifications that say something else than we expect. */
import { expect, it } from 'vitest'
import { expectRefused, json, paidOrder } from '#test/security/expectations.ts'
import type { AttackedStack } from '#test/security/attacked-stack.ts'

export function businessAttacks(attacked: () => AttackedStack): void {
  const told = (changes: object, number = attacked().freshNumber()) =>
    attacked().genuine({ number, content: { ...attacked().transaction(number), ...changes } })
  const deliver = async (changes: object, number?: string) =>
    (await attacked().deliver(told(changes, number))).status
  const view = async (number: string) => json(await attacked().merchant('GET', `/v1/payments/${number}`))
  const metric = (name: string) =>
    attacked()
      .lines('notify')
      .filter((line) => line.includes(`"${name}":1`)).length
  const settled = (number: string) =>
    attacked().stack.logs.waitFor(({ line }) => line.includes('"FACT_SETTLED"') && line.includes(number))

  it('31 another merchant, application or sub-merchant', async () => {
    const foreign = metric('NotificationForeign')
    await expectRefused(attacked(), told({ mchid: '1900000999' }))
    expect(metric('NotificationForeign')).toBe(foreign + 1)
    const number = attacked().freshNumber()
    const { mchid: sp_mchid, ...rest } = attacked().transaction(number)
    const partner = { ...rest, sp_mchid, sub_mchid: sp_mchid }
    const kept = metric('NotificationHeld')
    const { status } = await attacked().deliver(attacked().genuine({ number, content: partner }))
    expect([status, metric('NotificationHeld'), (await view(number))['code']]).toEqual([
      204,
      kept + 1,
      'order_not_found',
    ])
    const others = { ...partner, sp_mchid: '1900000999', sub_mchid: '1900000998' }
    await expectRefused(attacked(), attacked().genuine({ number, content: others }))

    const order = attacked().freshNumber()
    await attacked().merchant('POST', '/v1/payments', {
      channel: 'native',
      out_trade_no: order,
      description: 'tea',
      amount: { total: 1000 },
    })
    expect(await deliver({ appid: 'wx0000000000000bad' }, order)).toBe(204)
    await settled(order)
    expect(await view(order)).toMatchObject({ status: 'AWAITING_PAYMENT', held: true })
  })

  it('32 another amount or currency than the order has: the order is held, not paid', async () => {
    for (const amount of [
      { total: 1, currency: 'CNY' },
      { total: 1001, currency: 'CNY' },
      { total: 1000, currency: 'USD' },
    ]) {
      const order = attacked().freshNumber()
      await attacked().merchant('POST', '/v1/payments', {
        channel: 'native',
        out_trade_no: order,
        description: 'tea',
        amount: { total: 1000 },
      })
      expect(await deliver({ amount }, order)).toBe(204)
      expect((await settled(order)).line).toContain('"event_type":"order.held"')
      expect(await view(order)).toMatchObject({ status: 'AWAITING_PAYMENT', held: true, refundable: 0 })
    }
  })

  it('33 a state that is not SUCCESS under the event of a success', async () => {
    for (const trade_state of [
      'NOTPAY',
      'CLOSED',
      'REFUND',
      'REVOKED',
      'USERPAYING',
      'PAYERROR',
      'success',
      '',
      1,
    ]) {
      await expectRefused(attacked(), told({ trade_state }))
    }
  })

  it('34 an order that is not known: stored, held and alarmed, and never lost', async () => {
    const number = attacked().freshNumber()
    expect(await deliver({}, number)).toBe(204)
    expect(await attacked().stored(number)).toBe(true)
    expect((await settled(number)).line).toMatch(/"event_type":"order.held"/)
    await attacked().stack.logs.waitFor(({ line }) => line.includes('"FactHeld":1'))
  })

  it('35 an event of an unknown type is stored, counted, published, and changes no order', async () => {
    const before = metric('NotificationUnexpected')
    const number = await paidOrder(attacked())
    const { status } = await attacked().deliver(
      attacked().genuine({ number, event_type: 'TRANSACTION.UNHEARD_OF' }),
    )
    expect([status, metric('NotificationUnexpected')]).toEqual([204, before + 1])
    await attacked().stack.logs.waitFor(
      ({ line }) => line.includes('NOTICE_PUBLISHED') && line.includes('TRANSACTION.UNHEARD_OF'),
    )
    expect((await view(number))['status']).toBe('PAID')
  })
}
