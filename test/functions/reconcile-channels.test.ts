import { describe, expect, it } from 'vitest'
import { reconcileEach } from '#functions/reconcile/each-channel.ts'
import { alipayAccount } from '#shared/facts/account.ts'
import { daysOfChannel } from '#shared/orders/day-index.ts'
import { orderKey, refundPointerKey } from '#shared/orders/order-key.ts'

const ACCOUNT = alipayAccount('2021000000000001')

describe('the reconciliation of a stage with two channels', () => {
  const ran: string[] = []
  const of =
    (name: string, failing = false) =>
    async () => {
      ran.push(name)
      if (failing) throw new Error(`${name} is down`)
      return { ran: true, days: [] }
    }

  it.each([
    ['by the clock', {}, ['wechat', 'alipay']],
    ['by hand', { day: '2026-01-01' }, ['wechat']],
    ['by hand and name', { day: '2026-01-01', provider: 'alipay' }, ['alipay']],
  ])('runs %s whom it has to', async (_, event, expected) => {
    ran.length = 0
    await reconcileEach({ wechat: of('wechat'), alipay: of('alipay') }, {}, event)
    expect(ran).toEqual(expected)
  })

  it('runs the only one by hand, with and without its name', async () => {
    ran.length = 0
    for (const provider of [undefined, 'alipay'])
      await reconcileEach({ alipay: of('alipay') }, {}, { day: '2026-01-01', provider })
    expect(ran).toEqual(['alipay', 'alipay'])
  })

  it('goes on with one where the other fails, and fails then', async () => {
    ran.length = 0
    const operations = { wechat: of('wechat', true), alipay: of('alipay') }
    await expect(reconcileEach(operations, {}, {})).rejects.toThrow('wechat is down')
    expect(ran).toEqual(['wechat', 'alipay'])
  })

  it.each([
    [{ day: '2026-01-01', provider: 'paypal' }, /must be wechat or alipay/],
    [{ day: '2026-01-01', provider: 'alipay' }, /must be one that this stage has: wechat/],
  ])('refuses %j', async (event, rule) => {
    await expect(reconcileEach({ wechat: of('wechat') }, {}, event)).rejects.toThrow(rule)
  })

  it('refuses WeChat where the stage has Alipay alone', async () => {
    const event = { day: '2026-01-01', provider: 'wechat' }
    await expect(reconcileEach({ alipay: of('alipay') }, {}, event)).rejects.toThrow(
      /must be one that this stage has: alipay/,
    )
  })

  it('compares each with orders of its own', async () => {
    const keys = ['1900000109', ACCOUNT].flatMap((mchid) => [
      orderKey(mchid, 'ORDER-1'),
      refundPointerKey(mchid, 'R1'),
    ])
    const index = {
      async *list() {
        yield keys.map((key) => ({ key }))
      },
    }
    const listed = async (account: string) => {
      const found: string[] = []
      for await (const entries of daysOfChannel(index, account).list('2026-01-01'))
        found.push(...entries.map(({ key }) => key))
      return found
    }
    expect(await listed('1900000109')).toEqual(keys.slice(0, 2))
    expect(await listed(ACCOUNT)).toEqual(keys.slice(2))
  })
})
