import { describe, expect, it } from 'vitest'
import { decided } from '#shared/facts/fact.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { CircuitOpen } from '#functions/sweep/circuit.ts'
import { driveOrder } from '#functions/sweep/drive-order.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import type { Order } from '#shared/orders/order.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { anOrder, MCHID, NOW, paidOrder } from '#test/support/orders.ts'
import { DUE, due, KEY, MINUTE, notPaid, paid, refunding, told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'
import { SWEEP_TIMEOUT_MS } from '#shared/time-limits.ts'

const number = { out_trade_no: 'ORDER-0001' }
const refundNumber = { ...number, out_refund_no: 'R1' }
const notFound = failing('not_found', { certain: true })

/** Drives one order by itself; gives what came of it and what was logged. */
async function driven(order: Order | undefined, answers: Partial<PaymentChannel> = {}) {
  const world = aWorld()
  if (order !== undefined) await world.given(order)
  const wechat = fakeWechat(answers)
  const result = await driveOrder({ ...world, channel: wechat }, DUE, {}).catch((error: unknown) => error)
  const logged = world.logged.map(({ level, code, fields }) => [level, code, fields])
  return {
    result,
    logged,
    calls: wechat.calls.map(([name]) => name),
    order: await world.orders.get(KEY),
    world,
  }
}

describe('one due order', () => {
  it.each([
    ['unknown', undefined],
    ['not due', anOrder()],
    ['due later', anOrder({ next_check_at: NOW + 1 })],
    ['claimed by another', due({ claimed_until: NOW + 1 })],
  ])('is left alone when it is %s', async (_, order) => {
    const { result, calls, order: after } = await driven(order)
    expect([result, calls, after]).toEqual([{ outcome: 'left_to_another' }, [], order])
  })

  it('is claimed for less than a minute, also where an older claim has just ended', async () => {
    const { result, order, logged } = await driven(due({ claimed_until: NOW }), {
      queryOrder: async () => notPaid,
    })
    expect([result, order?.claimed_until]).toEqual([{ outcome: 'looked_at' }, NOW + SWEEP_TIMEOUT_MS])
    expect(logged).toEqual([['info', 'ORDER_QUERIED', { ...number, outcome: 'NOTPAY' }]])
  })

  it('learns a payment from a query', async () => {
    const { logged, world } = await driven(due(), { queryOrder: async () => paid })
    expect(logged).toEqual([['info', 'ORDER_QUERIED', { ...number, outcome: 'SUCCESS' }]])
    expect((await world.facts.get(paymentFactKey(MCHID, 'ORDER-0001', 'SUCCESS')))?.fact.source).toBe('query')
  })

  it('is known to be placed once WeChat has it', async () => {
    const placed = await driven(due({ status: 'CREATED' }), { queryOrder: async () => notPaid })
    expect(placed.order?.status).toBe('AWAITING_PAYMENT')
    const waiting = await driven(due(), { queryOrder: async () => notPaid })
    expect(waiting.order).toMatchObject({ status: 'AWAITING_PAYMENT', updated_at: NOW })
  })

  it('is closed when its time is over', async () => {
    const late = due({ time_expire: '2026-03-01T11:55:00+08:00' })
    const { logged } = await driven(late, { queryOrder: async () => notPaid, closeOrder: async () => {} })
    expect(logged.at(-1)).toEqual(['info', 'ORDER_EXPIRED', number])
  })

  it('is given up only when it was never placed, and only after ten minutes', async () => {
    const old = due({ status: 'CREATED', created_at: NOW - 10 * MINUTE })
    const abandoned = await driven(old, { queryOrder: notFound })
    expect(abandoned.order).toMatchObject({ status: 'REJECTED', rejected_code: 'ORDER_NOT_EXIST' })
    expect(abandoned.logged).toEqual([['info', 'ORDER_ABANDONED', number]])
    const young = await driven({ ...old, created_at: NOW - 10 * MINUTE + 1 }, { queryOrder: notFound })
    expect([young.order?.status, young.logged]).toEqual(['CREATED', []])
    const vanished = await driven(due({ created_at: NOW - 60 * MINUTE }), { queryOrder: notFound })
    expect([vanished.order?.status, vanished.logged]).toEqual([
      'AWAITING_PAYMENT',
      [['error', 'ORDER_VANISHED', number]],
    ])
  })

  it('fails when the query fails in any other way', async () => {
    const { result } = await driven(due(), { queryOrder: failing('refused', { certain: true }) })
    expect(result).toMatchObject({ code: 'refused' })
    const own = await driven(due(), { queryOrder: async () => Promise.reject(new TypeError('own')) })
    expect(own.result).toBeInstanceOf(TypeError)
  })
})

const heldBy = (order: Order) => {
  const decision = { action: 'hold', hold: 'operator#1', by: 'ann', note: 'look', at: NOW } as const
  return applyFact(order, decided(order, decision), NOW).order
}

describe('one open refund', () => {
  it('is asked about, a paid order with nothing open is not', async () => {
    expect((await driven(paidOrder({ next_check_at: NOW }))).calls).toEqual([])
    expect((await driven(refunding({ created_at: NOW - MINUTE + 1 }))).calls).toEqual([])
    expect((await driven(refunding({}), { queryRefund: async () => told })).calls).toEqual(['queryRefund'])
  })

  it('that cannot be asked does not keep the others of its order waiting', async () => {
    const { calls, result, order } = await driven(refunding({ status: 'PROCESSING' }, {}), {
      queryRefund: async (no) =>
        no === 'R1' ? failing('invalid_answer')() : { ...told, out_refund_no: 'R2' },
    })
    expect(calls).toEqual(['queryRefund', 'queryRefund'])
    expect([result, order?.refunds['R2']?.status]).toMatchObject([{ code: 'invalid_answer' }, 'PROCESSING'])
  })

  it('is left with the others when WeChat is not to be had', async () => {
    const { calls, result } = await driven(refunding({}, {}), {
      queryRefund: async () => Promise.reject(new CircuitOpen('open')),
    })
    expect([calls, result]).toEqual([['queryRefund'], expect.any(CircuitOpen)])
    expect((await driven(refunding({}), { queryRefund: async () => told })).result).toEqual({
      outcome: 'looked_at',
    })
  })

  it('takes turns with the others in being sent again', async () => {
    const sentAt = async (now: number) => {
      const world = aWorld(now)
      await world.given(refunding({}, {}))
      const wechat = fakeWechat({ queryRefund: notFound, createRefund: failing('timeout') })
      await driveOrder({ ...world, channel: wechat }, DUE, {}).catch(() => {})
      return wechat.calls.find(([name]) => name === 'createRefund')?.[1]
    }
    expect(new Set([await sentAt(NOW), await sentAt(NOW + MINUTE)])).toEqual(new Set(['bytes 1', 'bytes 2']))
  })

  it('of a held order is asked about and never sent, also when the hold is a moment old', async () => {
    const answers = { queryRefund: notFound, createRefund: async () => told }
    const held = await driven(heldBy(refunding({})), answers)
    expect(held.calls).toEqual(['queryRefund'])
    const world = aWorld()
    await world.given(refunding({}))
    const queryRefund = async () => {
      const order = (await world.orders.get(KEY))!
      await world.orders.save(heldBy(order))
      return notFound()
    }
    const wechat = fakeWechat({ ...answers, queryRefund })
    await driveOrder({ ...world, channel: wechat }, DUE, {})
    expect(wechat.calls.map(([name]) => name)).toEqual(['queryRefund'])
  })

  it('is learned from a query', async () => {
    const { logged, calls } = await driven(refunding({}), { queryRefund: async () => told })
    expect([calls, logged]).toEqual([
      ['queryRefund'],
      [['info', 'REFUND_QUERIED', { ...refundNumber, outcome: 'PROCESSING' }]],
    ])
  })

  it.each(['UNKNOWN', 'REQUESTED'] as const)(
    'that is %s is sent again only when WeChat does not know it',
    async (status) => {
      const sent = await driven(refunding({ status }), {
        queryRefund: notFound,
        createRefund: async () => told,
      })
      expect(sent.calls).toEqual(['queryRefund', 'createRefund'])
      expect(sent.logged.at(-1)).toEqual([
        'info',
        'REFUND_SENT_AGAIN',
        { ...refundNumber, outcome: 'PROCESSING' },
      ])
      for (const queryRefund of [failing('timeout'), async () => Promise.reject(new TypeError('own'))]) {
        const asked = await driven(refunding({ status }), { queryRefund })
        expect([asked.calls, asked.result]).toEqual([['queryRefund'], expect.any(Error)])
      }
    },
  )

  it('that WeChat refuses says why', async () => {
    const refused = failing('refused', { certain: true, wechatCode: 'NOT_ENOUGH', httpStatus: 403 })
    const { logged } = await driven(refunding({}), { queryRefund: notFound, createRefund: refused })
    expect(logged.at(-1)).toMatchObject([
      'info',
      'REFUND_SENT_AGAIN',
      { ...refundNumber, wechat_code: 'NOT_ENOUGH' },
    ])
  })

  it.each([
    ['was known to WeChat before', { status: 'PROCESSING' }],
    ['has no request to repeat', { request: undefined }],
  ] as const)('that %s is never sent', async (_, changes) => {
    const { logged, calls } = await driven(refunding(changes as never), { queryRefund: notFound })
    expect([calls, logged]).toEqual([['queryRefund'], [['error', 'REFUND_VANISHED', refundNumber]]])
  })

  it('waits for the next run after another one of its order was sent', async () => {
    const { calls } = await driven(refunding({}, {}), {
      queryRefund: notFound,
      createRefund: async () => told,
    })
    expect(calls).toEqual(['queryRefund', 'createRefund', 'queryRefund'])
    const learned = await driven(refunding({}, {}), {
      queryRefund: async (no) => (no === 'R1' ? told : notFound()),
      createRefund: async () => ({ ...told, out_refund_no: 'R2' }),
    })
    expect(learned.calls).toEqual(['queryRefund', 'queryRefund', 'createRefund'])
  })
})
