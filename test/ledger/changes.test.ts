import { describe, expect, it } from 'vitest'
import { changesBetween } from '#shared/ledger/changes.ts'
import { fold } from '#shared/ledger/fold.ts'
import { asked, payment, refund, tell } from './tellings.ts'

describe('what subscribers are told', () => {
  it('is what changed between two states, and nothing where nothing did', () => {
    const steps = [
      asked(),
      tell(asked(), payment()),
      tell(asked(), payment(), refund('R1', 'PROCESSING', 300)),
      tell(
        asked(),
        payment(),
        refund('R1', 'PROCESSING', 300),
        refund('R1', 'SUCCESS', 300),
        refund('C1', 'SUCCESS', 900),
      ),
    ].map((books) => fold(books))
    const types = steps
      .slice(1)
      .map((after, index) => changesBetween(steps[index], after, 'R1').map(({ type }) => type))
    expect(types).toEqual([['payment.succeeded'], ['refund.created'], ['refund.succeeded', 'order.held']])
    expect(changesBetween(steps[3], steps[3]!, 'R1')).toEqual([])
  })

  it('says that a payment beat the close', () => {
    const before = fold(tell(asked(), 'closed'))
    expect(changesBetween(before, fold(tell(asked(), 'closed', payment())))).toEqual([
      { type: 'payment.succeeded', paid_after_close: true },
    ])
  })

  it('says that a hold ended when its cause is gone', () => {
    const before = fold(tell(asked(), refund('R1', 'SUCCESS', 300)))
    expect(changesBetween(before, fold(tell(asked(), refund('R1', 'SUCCESS', 300), payment())))).toEqual([
      { type: 'payment.succeeded' },
      { type: 'order.released', holds: ['refund_without_payment'] },
    ])
  })
})
