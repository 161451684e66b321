/**
 * What every payment channel has to be to the operations, as a table: a channel passes it whole, with its own client against its own
 * simulator, or it is not registered.
 */
import { expect } from 'vitest'
import { factOfTransaction } from '#shared/facts/facts-of.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { aMerchant } from './bench.ts'
import type { Case, Started } from './bench.ts'
import { UNKNOWN } from './unknown.ts'

const SIX_MINUTES = 6 * 60_000

const CONTRACT: Readonly<Record<string, Case>> = {
  'place: the order waits, and the payer has something to pay with': async (merchant, started, number) => {
    const { order, pay_params } = await merchant.prepay(number)
    expect(order).toMatchObject({ status: 'AWAITING_PAYMENT', mchid: started.account, appid: started.appid })
    const { prepay_id, code_url, h5_url } = order.prepay ?? {}
    expect([prepay_id, code_url, h5_url, pay_params].some((given) => given !== undefined)).toBe(true)
  },

  'repeat: the same request is the same payment, another one is refused': async (merchant, _, number) => {
    const first = await merchant.prepay(number)
    expect((await merchant.prepay(number)).order.prepay).toEqual(first.order.prepay)
    await expect(merchant.prepay(number, 999)).rejects.toMatchObject({ code: 'order_number_used' })
  },

  'unknown outcome of placing: a repeat of the request goes on with it': async (
    merchant,
    started,
    number,
  ) => {
    await started.loseAnswer('prepay')
    await merchant.prepay(number).catch(() => undefined)
    expect((await merchant.prepay(number)).order.status).toBe('AWAITING_PAYMENT')
  },

  'pay: the notification makes it paid, and one event says so': async (merchant, started, number) => {
    await merchant.paid(number)
    const { status, refundable, transaction_id } = await merchant.order(number)
    expect({ status, refundable }).toEqual({ status: 'PAID', refundable: 1000 })
    expect(transaction_id).toMatch(/^\d+$/)
    const paid = merchant.world.published.filter(({ type }) => type.endsWith('payment.succeeded'))
    expect(paid.map(({ data }) => data)).toMatchObject([
      { mchid: started.account, out_trade_no: number, transaction_id },
    ])
  },

  'duplicate: the same notification again is taken, and changes nothing': async (
    merchant,
    started,
    number,
  ) => {
    await merchant.prepay(number)
    await started.pay(number)
    const [arrival] = await merchant.delivered()
    for (let time = 0; time < 3; time += 1) expect(await merchant.notify(arrival!)).toBe(true)
    await merchant.settleAll()
    const once = await merchant.order(number)
    expect(await merchant.notify(arrival!)).toBe(true)
    await merchant.settleAll()
    expect(await merchant.order(number)).toEqual(once)
    expect(merchant.world.published).toHaveLength(1)
  },

  'lost notification: the sweep learns of the payment': async (merchant, started, number) => {
    await merchant.prepay(number)
    await started.loseNotifications()
    await started.pay(number)
    expect(await merchant.delivered()).toEqual([])
    await merchant.sweep(2)
    expect((await merchant.order(number)).status).toBe('PAID')
  },

  'forged: another amount is not taken, and stores nothing': async (merchant, started, number) => {
    await merchant.prepay(number)
    await started.pay(number)
    const [arrival] = await merchant.delivered()
    expect(await merchant.notify(started.forged(arrival!))).toBe(false)
    expect(merchant.world.dispatched).toEqual([])
    expect((await merchant.order(number)).status).toBe('AWAITING_PAYMENT')
  },

  'stale: what was told before comes again later, and undoes nothing': async (merchant, started, number) => {
    await merchant.prepay(number)
    await started.pay(number)
    const [arrival] = await merchant.delivered()
    await merchant.notify(arrival!)
    await merchant.settleAll()
    await merchant.refund(number, `${number}R`, 1000)
    await merchant.sweep(8)
    await merchant.hear()
    const before = await merchant.order(number)
    await merchant.notify(arrival!)
    await merchant.settleAll()
    expect(await merchant.order(number)).toEqual(before)
    expect(before.refundable).toBe(0)
  },

  ...UNKNOWN,

  'close: an order that nobody pays is closed, at the latest when its time is over': async (
    merchant,
    _,
    number,
  ) => {
    const time_expire = new Date(merchant.world.time.now + SIX_MINUTES).toISOString().replace(/\.\d+/, '')
    await merchant.prepay(number, 1000, { time_expire })
    await merchant.sweep(13)
    expect((await merchant.order(number)).status).toBe('CLOSED')
    await expect(merchant.prepay(number, 1000, { time_expire })).rejects.toMatchObject({
      code: 'order_closed',
    })
  },

  'close race: a payment wins, and is told': async (merchant, started, number) => {
    await merchant.prepay(number)
    await started.loseNotifications()
    await started.pay(number)
    await expect(merchant.close(number)).rejects.toMatchObject({ code: 'order_already_paid' })
    await merchant.settleAll()
    expect((await merchant.order(number)).status).toBe('PAID')
  },

  'refund: it ends as made, and its amount is gone': async (merchant, started, number) => {
    await merchant.paid(number)
    const { error } = await merchant.refund(number, `${number}R`, 400)
    expect(error).toBeUndefined()
    await merchant.sweep(8)
    await merchant.hear()
    const { refundable, refunds, holds } = await merchant.order(number)
    expect([refunds[`${number}R`]?.status, refundable, holds]).toEqual(['SUCCESS', 600, {}])
    expect(await started.refundsAt(number)).toEqual([400])
  },

  'unknown outcome of a refund: the same bytes, one refund': async (merchant, started, number) => {
    await merchant.paid(number)
    await started.loseAnswer('refund')
    const { refund } = await merchant.refund(number, `${number}R`, 400)
    expect(refund.status).toBe('UNKNOWN')
    await merchant.sweep(10)
    const { refunds, refundable } = await merchant.order(number)
    expect([refunds[`${number}R`]?.status, refundable]).toEqual(['SUCCESS', 600])
    expect(await started.refundsAt(number)).toEqual([400])
  },

  'partial refunds: each is one, and the last fen can go': async (merchant, started, number) => {
    await merchant.paid(number)
    for (const [index, amount] of [300, 300, 400].entries()) {
      const { error } = await merchant.refund(number, `${number}R${index}`, amount)
      expect(error).toBeUndefined()
      await merchant.advance(61_000)
    }
    await merchant.sweep(8)
    await merchant.hear()
    const { refundable, refunds, holds } = await merchant.order(number)
    expect([Object.values(refunds).map(({ status }) => status), refundable, holds]).toEqual([
      ['SUCCESS', 'SUCCESS', 'SUCCESS'],
      0,
      {},
    ])
    expect([...(await started.refundsAt(number))].toSorted((a, b) => a - b)).toEqual([300, 300, 400])
  },

  'over-refund: what is more than is left is never sent': async (merchant, started, number) => {
    await merchant.paid(number)
    await merchant.refund(number, `${number}R`, 700)
    await expect(merchant.refund(number, `${number}S`, 301)).rejects.toMatchObject({
      code: 'refund_exceeds_refundable',
    })
    expect(await started.refundsAt(number)).toEqual([700])
  },

  'refund elsewhere: it is learned, and its amount is gone': async (merchant, started, number) => {
    await merchant.paid(number)
    await started.refundElsewhere(number, `${number}P`, 250)
    await merchant.hear()
    if (!started.tellsElsewhere) await merchant.queryRefund(`${number}P`)
    await merchant.settleAll()
    const { refunds, refundable } = await merchant.order(number)
    expect([refunds[`${number}P`]?.status, refundable]).toEqual(['SUCCESS', 750])
  },

  'bill: a payment that our books do not have is found, one that they have is not': async (
    merchant,
    started,
    number,
  ) => {
    await merchant.paid(number)
    const unheard = `${number}U`
    await merchant.prepay(unheard, 700)
    await started.loseNotifications()
    await started.pay(unheard)
    const day = await started.morningAfter()
    const keys = [number, unheard].map((one) => orderKey(started.account, one))
    const { found, payments, complete } = await merchant.reconcile(day, keys)
    expect(complete).toBe(true)
    expect(payments.rows).toBeGreaterThanOrEqual(2)
    expect(found.only_at_wechat).toBeGreaterThanOrEqual(1)
    expect((await merchant.order(unheard)).status).toBe('PAID')
    expect((await merchant.order(number)).holds).toEqual({})
  },

  'words: what the channel tells of an order names the account and the order': async (
    merchant,
    started,
    number,
  ) => {
    await merchant.paid(number)
    const told = await started.channel.queryOrder(number)
    const fact = factOfTransaction(told, { source: 'query', received_at: 1 })
    expect(fact?.fact_key).toBe(`payment#${started.account}#${number}#SUCCESS`)
  },
}

export const CASES = Object.keys(CONTRACT)

/** Runs one case with a merchant of its own. */
export async function holds(started: Started, name: string, number: string): Promise<void> {
  const run = CONTRACT[name]
  if (run === undefined) throw new Error(`the contract has no case ${name}`)
  await run(aMerchant(started), started, number)
}
