/** An abnormal refund that is paid to a bank card: decided by a person, sent once, asked about, and nothing of the card kept. */
import { describe, expect, it } from 'vitest'
import { createHold } from '#functions/hold/hold.ts'
import { createAbnormal } from '#functions/refund/abnormal.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { MAX_APPLICATIONS } from '#shared/ledger/application.ts'
import { holdDecision } from '#shared/ledger/decide.ts'
import { parseAbnormalRequest } from '#functions/refund/schema.ts'
import { orderView } from '#shared/api/order-view.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { MCHID, paidOrder } from '#test/support/orders.ts'
import { MINUTE } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')
const signed = { by: 'ann', note: 'the card of the payer is gone' }
const merchants = parseAbnormalRequest({ type: 'MERCHANT_BANK_CARD', ...signed })
const card = { bank_type: 'ICBC_DEBIT', bank_account: '6222020012345678901', real_name: '张三丰' }
const users = parseAbnormalRequest({ type: 'USER_BANK_CARD', ...card, ...signed })
const told: ChannelRefund = {
  refund_id: '5000R1',
  out_refund_no: 'R1',
  transaction_id: '4200000000000001',
  out_trade_no: 'ORDER-0001',
  status: 'PROCESSING',
  amount: { total: fen(1000), refund: fen(300) },
}
const abnormal = { ...told, status: 'ABNORMAL' } as const

async function setUp(answers: Partial<PaymentChannel>, status: 'ABNORMAL' | 'SUCCESS' = 'ABNORMAL') {
  const world = aWorld()
  await world.given(paidOrder({ refunds: { R1: { status, out_refund_no: 'R1' } } }))
  await world.orders.claimRefundNumber(MCHID, 'R1', KEY)
  const wechat = fakeWechat({ queryRefund: async () => abnormal, ...answers })
  const apply = createAbnormal({ ...world, channel: wechat })
  const stored = async () => (await world.orders.get(KEY))!
  return {
    world,
    apply: (request = merchants, number = 'R1') => apply(number, request, {}),
    sent: () => wechat.calls.filter(([name]) => name === 'applyAbnormalRefund').length,
    stored,
    application: async () => orderView(await stored()).refunds[0]?.application,
  }
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

describe('an abnormal refund', () => {
  it('is decided, then sent once, and its order shows who, why and what became of it', async () => {
    let during: unknown
    const { world, apply, stored, application, sent } = await setUp({
      applyAbnormalRefund: async () => ((during = await world.orders.get(KEY)), told),
    })
    await apply()
    expect(during).toMatchObject({
      books: {
        decided: [{ action: 'pay_to_card', hold: 'abnormal#R1', ...signed, choice: 'MERCHANT_BANK_CARD' }],
        ours: { applications: [{ out_refund_no: 'R1', state: 'REQUESTED' }] },
      },
    })
    expect(await application()).toMatchObject({ type: 'MERCHANT_BANK_CARD', status: 'ACCEPTED' })
    expect(orderView(await stored()).audit).toMatchObject([{ action: 'pay_to_card', by: 'ann' }])
    await apply()
    await apply(users)
    expect(sent()).toBe(1)
  })

  it('that WeChat refuses again and again ends at a limit, and leaves room for a hold', async () => {
    const refused = failing('refused', { certain: true, httpStatus: 400, wechatCode: 'PARAM_ERROR' })
    const { world, apply, sent, stored } = await setUp({ applyAbnormalRefund: refused })
    for (let index = 0; index < MAX_APPLICATIONS; index += 1) await apply()
    await expect(apply()).rejects.toMatchObject({ code: 'invalid_request' })
    expect([sent(), (await stored()).books.decided.length]).toEqual([MAX_APPLICATIONS, MAX_APPLICATIONS])
    const { books } = await stored()
    const many = Array.from({ length: 3 }, () => books.decided).flat()
    const hold = holdDecision({ ...books, decided: many }, { ...signed, at: world.time.now })
    expect(hold).toMatchObject({ known: false })
  })

  it('releases nothing, though the memory of its decision is lost', async () => {
    const { world, apply, stored } = await setUp({ applyAbnormalRefund: async () => told })
    await apply()
    const order = await stored()
    await world.orders.save({ ...order, version: order.version + 1, handled: {} })
    for (const key of new Set(world.dispatched)) await createSettle(world)(key)
    expect(world.published.map(({ type }) => type)).not.toContain('order.released')
  })

  it('is sent by one of two at once', async () => {
    const { apply, sent } = await setUp({ applyAbnormalRefund: async () => told })
    await Promise.all([apply(), apply(), apply()])
    expect(sent()).toBe(1)
  })

  it('of unknown outcome is asked about and never sent again by itself', async () => {
    const { world, apply, sent, application } = await setUp({ applyAbnormalRefund: failing('timeout') })
    await apply()
    expect(await application()).toMatchObject({ status: 'UNKNOWN' })
    world.time.now += 29 * MINUTE
    await apply()
    expect(sent()).toBe(1)
    // A person may decide again, when WeChat had the time to show it.
    world.time.now += MINUTE
    await apply()
    expect(sent()).toBe(2)
    expect((await world.orders.get(KEY))?.books.decided).toHaveLength(2)
  })

  it('can be applied for again after a refusal', async () => {
    const refuse = failing('refused', { certain: true, httpStatus: 400, wechatCode: 'INVALID_REQUEST' })
    const { apply, application, sent } = await setUp({ applyAbnormalRefund: refuse })
    expect((await apply()).error).toMatchObject({ code: 'wechat_refused', wechatCode: 'INVALID_REQUEST' })
    expect(await application()).toMatchObject({ status: 'REFUSED', failure_code: 'INVALID_REQUEST' })
    await apply()
    expect(sent()).toBe(2)
  })

  it('is refused where it is not abnormal, not known, held, or while refunds are paused', async () => {
    const { world, apply, sent } = await setUp({})
    await expect((await setUp({}, 'SUCCESS')).apply()).rejects.toMatchObject({ code: 'refund_not_abnormal' })
    await expect(apply(merchants, 'R9')).rejects.toMatchObject({ code: 'refund_not_found' })
    world.switchedOn.add('refunds')
    await expect(apply()).rejects.toMatchObject({ code: 'refunds_paused' })
    world.switchedOn.clear()
    await createHold(world).place('ORDER-0001', signed)
    await expect(apply()).rejects.toMatchObject({ code: 'order_held' })
    expect(sent()).toBe(0)
  })

  it('keeps nothing of a card: not in the order, the facts, the log or an error', async () => {
    const given: unknown[] = []
    const { world, apply, stored } = await setUp({
      applyAbnormalRefund: async (application) => {
        given.push(application)
        return failing('refused', { certain: true, httpStatus: 400 })()
      },
    })
    const { error } = await apply(users)
    expect(given).toEqual([{ type: 'USER_BANK_CARD', refundId: '5000R1', outRefundNo: 'R1', ...card }])
    const facts = await Promise.all(world.dispatched.map((key) => world.facts.get(key)))
    const all = JSON.stringify([await stored(), facts, world.logged, world.published, String(error), error])
    for (const secret of [card.bank_account, card.real_name]) expect(all).not.toContain(secret)
    expect(all).toContain('pay_to_card')
  })

  it.each([
    [{ type: 'USER_BANK_CARD', ...card, bank_account: 'x6222020012345678901' }, 'bank_account'],
    [{ type: 'USER_BANK_CARD', ...card, real_name: '' }, 'real_name'],
    [{ type: 'USER_BANK_CARD', ...card, bank_type: 'ICBC_CREDIT' }, 'bank_type'],
    [{ type: 'MERCHANT_BANK_CARD', bank_account: card.bank_account }, 'bank_account'],
  ])('names a wrong field and not its value: %#', (body, field) => {
    const refused = thrownBy(() => parseAbnormalRequest({ ...body, ...signed }))
    expect(refused).toMatchObject({ code: 'invalid_request', fields: [{ field }] })
    expect(JSON.stringify([refused, String(refused)])).not.toContain('6222020012345678901')
  })
})
