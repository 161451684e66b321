/** Cases of the contract about what a channel adds without notice: types of notifications, and states. */
import { expect } from 'vitest'
import type { Case } from './bench.ts'

export const UNKNOWN: Readonly<Record<string, Case>> = {
  'unknown type: what nobody here knows is kept, told once, and touches no order': async (
    merchant,
    started,
    number,
  ) => {
    await merchant.paid(number)
    const before = await merchant.order(number)
    const arrival = await started.ofUnknownType(number)
    for (let time = 0; time < 2; time += 1) {
      expect(await merchant.notify(arrival)).toBe(true)
      await merchant.settleAll()
    }
    const notices = merchant.world.published.filter(({ type }) => type === 'notification.received')
    expect(notices.map(({ data }) => data['mchid'])).toEqual([started.account])
    const [notice] = notices
    expect((await merchant.world.facts.get(notice!.id))?.fact.kind).toBe('notification')
    expect(await merchant.order(number)).toEqual(before)
  },

  'unknown state: what looks like an end holds the order until a known one is told': async (
    merchant,
    started,
    number,
  ) => {
    await merchant.prepay(number)
    await started.loseNotifications()
    await started.pay(number)
    await started.tellStrangeState()
    await merchant.query(number)
    expect((await merchant.order(number)).holds).toHaveProperty('trade_state_unknown')
    await merchant.sweep(2)
    const { status, holds } = await merchant.order(number)
    expect([status, holds]).toEqual(['PAID', {}])
  },
}
