import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import { startAlipayWorld } from './fixture.ts'
import type { AlipayWorld } from './fixture.ts'

let world: AlipayWorld
beforeAll(async () => {
  world = await startAlipayWorld()
})
beforeEach(async () => {
  await world.show.control.reset()
  world.receiver.arrivals.length = 0
  world.receiver.respond = (response) => response.writeHead(200).end('success')
})
afterAll(() => world.stop())

const MINUTES = [4, 10, 10, 60, 120, 360, 900]
const read = (at: number) =>
  world.notices.readNotification(world.receiver.arrivals[at]?.body ?? Buffer.alloc(0))

describe('a notification', () => {
  it('tells a payment, and comes once where it is answered success', async () => {
    await world.paid('NOTE-1', { attach: 'shop 7' })
    await world.simulator.advance(25 * 3_600_000)
    expect(world.receiver.arrivals).toHaveLength(1)
    expect(world.receiver.arrivals[0]?.headers['content-type']).toContain('application/x-www-form-urlencoded')
    expect(await read(0)).toMatchObject({
      ok: true,
      told: [
        {
          kind: 'payment',
          transaction: { out_trade_no: 'NOTE-1', trade_state: 'SUCCESS', attach: 'shop 7' },
        },
      ],
    })
    expect(await world.show.control.waitForNotification({ out_trade_no: 'NOTE-1' })).toMatchObject({
      state: 'delivered',
    })
  })

  it.each([
    ['another status', 500, 'success'],
    ['no content', 204, ''],
    ['another case', 200, 'SUCCESS'],
    ['more than that', 200, 'success\n'],
  ])(
    'that is answered with %s comes eight times in 25 hours, the same each time',
    async (_, status, text) => {
      world.receiver.respond = (response) => response.writeHead(status).end(text)
      await world.paid('NOTE-2')
      await world.simulator.advance(0)
      for (const [at, minutes] of MINUTES.entries()) {
        await world.simulator.advance(minutes * 60_000 - 1)
        expect(world.receiver.arrivals).toHaveLength(at + 1)
        await world.simulator.advance(1)
        expect(world.receiver.arrivals).toHaveLength(at + 2)
      }
      await world.simulator.advance(48 * 3_600_000)
      expect(world.receiver.arrivals).toHaveLength(8)
      expect(await world.show.control.notifications()).toMatchObject([{ state: 'given_up' }])
      expect(await read(7)).toEqual(await read(0))
    },
  )

  it('of a refund comes over the address of the payment, and names the refund', async () => {
    await world.paid('NOTE-3')
    const payment = { out_trade_no: 'NOTE-3', amount: { total: fen(8880), currency: 'CNY' } }
    const asked = { out_refund_no: 'R1', amount: { refund: fen(880) } }
    await world.alipay.createRefund(world.alipay.refundBody(payment, asked, ''))
    await world.show.control.refundElsewhere({ out_trade_no: 'NOTE-3', out_request_no: 'P1' })
    await world.simulator.advance(0)
    const told = await Promise.all([0, 1, 2].map(read))
    const payments = { kind: 'payment', transaction: { trade_state: 'SUCCESS' } }
    expect(told).toMatchObject([
      { told: [payments] },
      { told: [payments, { kind: 'refund_named', out_refund_no: 'R1' }] },
      { told: [payments, { kind: 'refund_named', out_refund_no: 'P1' }] },
    ])
    const forms = world.receiver.arrivals.map(({ body }) =>
      Object.fromEntries(new URLSearchParams(body.toString())),
    )
    expect(forms.map(({ trade_status, refund_fee }) => [trade_status, refund_fee])).toEqual([
      ['TRADE_SUCCESS', undefined],
      ['TRADE_SUCCESS', '8.80'],
      ['TRADE_CLOSED', '88.80'],
    ])
  })

  it('of a close comes for wap and app alone', async () => {
    const given = await world.alipay.clientParameters('wap_pay', { body: world.body('NOTE-4') })
    await world.show.control.open({ ...given })
    await world.alipay.prepay('precreate', world.body('NOTE-5'))
    await world.show.control.open({ out_trade_no: 'NOTE-5' })
    await Promise.all(['NOTE-4', 'NOTE-5'].map((number) => world.alipay.closeOrder(number)))
    await world.simulator.advance(0)
    expect(world.receiver.arrivals).toHaveLength(1)
    expect(await read(0)).toMatchObject({
      told: [{ transaction: { out_trade_no: 'NOTE-4', trade_state: 'CLOSED' } }],
    })
  })
})

describe('a fault of notifications', () => {
  it.each([
    ['wrong_amount', { ok: true, told: [{ transaction: { amount: { total: 1 } } }] }],
    ['wrong_app_id', { ok: false, reason: 'foreign', field: 'app_id' }],
    ['wrong_seller_id', { ok: false, reason: 'foreign', field: 'seller_id' }],
    ['tampered_body', { ok: false, reason: 'unverified' }],
    ['foreign_key', { ok: false, reason: 'unverified' }],
    ['kept_sign_type', { ok: false, reason: 'unverified' }],
    ['unsigned_notification', { ok: false, reason: 'unverified' }],
  ] as const)('%s spoils one delivery', async (kind, expected) => {
    world.receiver.respond = (response) => response.writeHead(500).end()
    await world.show.control.addFault({ kind })
    await world.paid('FAULT-1')
    await world.simulator.advance(4 * 60_000)
    expect(await read(0)).toMatchObject(expected)
    expect(await read(1)).toMatchObject({ ok: true, told: [{ transaction: { amount: { total: 8880 } } }] })
  })

  it('loses one, delays one, or sends one many times at once', async () => {
    await world.show.control.addFault({ kind: 'drop', match: { out_trade_no: 'LOST' } })
    await world.show.control.addFault({ kind: 'delay', delay_ms: 60_000, match: { out_trade_no: 'LATE' } })
    await world.show.control.addFault({ kind: 'duplicate', times: 20, match: { out_trade_no: 'MANY' } })
    await Promise.all(['LOST', 'LATE', 'MANY'].map((number) => world.paid(number)))
    await world.simulator.advance(0)
    expect(world.receiver.arrivals).toHaveLength(20)
    await world.simulator.advance(25 * 3_600_000)
    expect(world.receiver.arrivals).toHaveLength(21)
    const states = (await world.show.control.notifications()).map(({ out_trade_no, state }) => [
      out_trade_no,
      state,
    ])
    expect(Object.fromEntries(states)).toEqual({ LOST: 'dropped', LATE: 'delivered', MANY: 'delivered' })
  })
})

describe('on command', () => {
  it('one is sent again, and built for whoever delivers it by himself', async () => {
    await world.paid('HAND-1')
    await world.simulator.advance(0)
    const [{ id } = { id: '' }] = await world.show.control.notifications()
    expect(await world.show.control.resend(id, { times: 2 })).toMatchObject([
      { taken: true },
      { taken: true },
    ])
    expect(await read(2)).toEqual(await read(0))
    const built = await world.show.control.build({ out_trade_no: 'HAND-1', fields: { total_amount: '1.00' } })
    expect(built.url).toBe(world.receiver.url)
    expect(await world.notices.readNotification(Buffer.from(built.body))).toMatchObject({
      ok: true,
      told: [{ transaction: { amount: { total: 100 } } }],
    })
    await expect(world.show.control.resend('none')).rejects.toThrow(/no_such_notification/)
    await expect(world.show.control.build({ out_trade_no: 'NONE' })).rejects.toThrow(/no_such_trade/)
  })

  it('nothing is sent to hosts that were not named', async () => {
    await world.paid('HOST-1', { notify_url: 'http://shop.example/notify' })
    await world.simulator.advance(0)
    expect(await world.show.control.notifications()).toMatchObject([
      { attempts: [{ error: 'host_not_allowed', taken: false }] },
    ])
    await world.show.control.reset()
    expect(await world.show.control.trades()).toEqual([])
  })

  it('what never comes is waited for no longer than asked', async () => {
    const wanted = { out_trade_no: 'NEVER', timeout_ms: 1 }
    await expect(world.show.control.waitForNotification(wanted)).rejects.toThrow(/not_yet/)
  })
})
