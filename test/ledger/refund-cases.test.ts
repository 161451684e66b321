/** The acceptance cases of the ledger that a pure function decides, by their numbers; the payment is 1000 fen. */
import { describe, expect, it } from 'vitest'
import { fold } from '#shared/ledger/fold.ts'
import { nextLook } from '#shared/ledger/look-plan.ts'
import { fen } from '#shared/money.ts'
import { reserve, reservationOf } from '#shared/ledger/reservation.ts'
import { refusalIsFinal, withFailure, withRefusal, withUnknownOutcome } from '#shared/ledger/sending.ts'
import { accepting, dismissing, everyOrder } from './deciding.ts'
import { asked, holdsOf, HOUR, MINUTE, NOW, payment, picture, refund, reserved, tell } from './tellings.ts'

const paid = tell(asked(), payment())
function asking(number: string, amount: number) {
  return { out_refund_no: number, amount: fen(amount), request: '{}', request_hash: `hash of ${number}` }
}

const R1 = reserved(paid, 'R1', 600)
const r1Processing = refund('R1', 'PROCESSING', 600)
const r1Closed = refund('R1', 'CLOSED', 600)

describe('refunds here and elsewhere', () => {
  it('case 1: a refund elsewhere that did not fit fits once ours is closed', () => {
    const end = everyOrder(R1, r1Processing, refund('C1', 'SUCCESS', 1000), r1Closed)
    expect(fold(end)).toMatchObject({ refundable: 0, deficit: 0, held: false })
    expect(fold(end).refunds.get('C1')?.status).toBe('SUCCESS')
  })

  it('case 2: a dismissal in between erases nothing', () => {
    const held = tell(R1, r1Processing, refund('C1', 'SUCCESS', 1000))
    expect(holdsOf(held)).toEqual(['over_refunded'])
    const end = tell(dismissing(held, 'over_refunded'), r1Closed, refund('C1', 'SUCCESS', 1000))
    expect(fold(end)).toMatchObject({ refundable: 0, deficit: 0, held: false })
    expect(reserve(end, asking('R2', 1), NOW)).toEqual({ refused: 'refund_exceeds_refundable' })
  })

  it('case 3: what is left is what WeChat has left', () => {
    const end = everyOrder(tell(R1, r1Processing), refund('C0', 'SUCCESS', 900), r1Closed)
    expect(fold(end)).toMatchObject({ refundable: 100, deficit: 0, held: false })
  })

  it('case 4: more out than came in is held and says by how much; a dismissal changes no number', () => {
    const end = everyOrder(R1, refund('R1', 'SUCCESS', 600), refund('C1', 'SUCCESS', 600))
    expect(fold(end)).toMatchObject({ refundable: 0, deficit: 200, held: true })
    expect(fold(dismissing(end, 'over_refunded'))).toMatchObject({ refundable: 0, deficit: 200, held: false })
  })

  it('case 5: an abnormal refund elsewhere, then its success', () => {
    const end = everyOrder(
      R1,
      r1Processing,
      refund('C1', 'ABNORMAL', 500),
      r1Closed,
      refund('C1', 'SUCCESS', 500),
    )
    expect(fold(end)).toMatchObject({ refundable: 500, deficit: 0, held: false })
  })

  it('case 6: success and closed of one refund is one hold with one key, and the amount stays taken', () => {
    const base = reserved(paid, 'R1', 300)
    const end = everyOrder(base, refund('R1', 'SUCCESS', 300), refund('R1', 'CLOSED', 300))
    expect(fold(end).refundable).toBe(700)
    expect(holdsOf(end)).toEqual(['refund_contradiction#R1'])
  })

  it('case 11: a refund of another transaction is held and gives nothing back', () => {
    const other = { transaction_id: '42_X' }
    const told = everyOrder(asked(), payment(), refund('C1', 'SUCCESS', 300, other))
    expect(holdsOf(told)).toEqual(['refund_of_other_transaction#C1'])
    const base = reserved(paid, 'R1', 300)
    const closed = tell(base, refund('R1', 'CLOSED', 300, other))
    expect(fold(closed)).toMatchObject({ refundable: 700, held: true })
  })

  it('case 12: a refund of an unpaid or closed order proves a payment, which is asked for at once', () => {
    for (const before of [asked(), tell(asked(), 'closed')]) {
      const held = tell(before, refund('C1', 'SUCCESS', 300))
      expect(holdsOf(held)).toEqual(['refund_without_payment'])
      const order = { ...held, created_at: NOW - HOUR }
      expect(nextLook(order, fold(held), NOW)).toEqual({ class: 'refund_unknown', at: NOW + 1000 })
      const end = tell(held, payment())
      expect(fold(end)).toMatchObject({ status: 'PAID', refundable: 700, held: false })
      expect(picture(end)).toBe(picture(tell(before, payment(), refund('C1', 'SUCCESS', 300))))
    }
  })

  it('a refund of another total or amount is held, and the larger amount counts', () => {
    const base = reserved(paid, 'R1', 300)
    const larger = everyOrder(base, refund('R1', 'SUCCESS', 400), refund('R1', 'PROCESSING', 300))
    expect(fold(larger).refundable).toBe(600)
    expect(holdsOf(larger)).toEqual(['refund_amount_differs#R1'])
    const smaller = tell(base, refund('R1', 'CLOSED', 200))
    expect(fold(smaller).refundable).toBe(700)
    expect(fold(accepting(smaller, 'refund_amount_differs#R1'))).toMatchObject({
      refundable: 1000,
      held: false,
    })
    const otherTotal = tell(paid, refund('C1', 'SUCCESS', 200, { total: fen(999) }))
    expect(holdsOf(otherTotal)).toEqual(['refund_amount_differs#C1'])
  })
})

describe('a refund that WeChat refused', () => {
  const base = reserved(paid, 'R1', 300)

  it('case 8: FAILED, and alive after all: its amount is taken again and it is watched', () => {
    const failed = { ...base, ...withFailure(base, { out_refund_no: 'R1', attempt: 1, code: 'X', at: NOW }) }
    expect(fold(failed).refundable).toBe(1000)
    const alive = tell(failed, refund('R1', 'PROCESSING', 300))
    expect(fold(alive)).toMatchObject({ refundable: 700, held: false })
    expect(fold(alive).refunds.get('R1')?.status).toBe('PROCESSING')
    expect(nextLook({ ...alive, created_at: NOW }, fold(alive), NOW)).toMatchObject({ class: 'refund_open' })
  })

  it('case 9: after an unknown outcome two refusals a minute apart prove nothing', () => {
    const unknown = { ...base, ...withUnknownOutcome(base, 'R1', NOW) }
    const refusal = { out_refund_no: 'R1', code: 'INVALID_REQUEST', first: false }
    const at = (now: number) => ({ ...refusal, now })
    expect(refusalIsFinal(reservationOf(unknown, 'R1')!, at(NOW + MINUTE))).toBe(false)
    const refused = { ...unknown, ...withRefusal(unknown, at(NOW + MINUTE)) }
    expect(refusalIsFinal(reservationOf(refused, 'R1')!, at(NOW + 2 * MINUTE))).toBe(false)
    expect(refusalIsFinal(reservationOf(refused, 'R1')!, at(NOW + 31 * MINUTE - 1))).toBe(false)
    expect(refusalIsFinal(reservationOf(refused, 'R1')!, at(NOW + 31 * MINUTE))).toBe(true)
    expect(withRefusal(refused, at(NOW + 2 * MINUTE))).toBeUndefined()
    expect(fold(refused)).toMatchObject({ refundable: 700 })
    expect(fold(refused).refunds.get('R1')?.status).toBe('UNKNOWN')
  })

  it('case 10: FAILED after an unknown outcome is looked at within 24 hours, and not for ever', () => {
    const unknown = { ...base, ...withUnknownOutcome(base, 'R1', NOW) }
    const failure = { out_refund_no: 'R1', attempt: 1, code: 'X', at: NOW + HOUR }
    const failed = { ...unknown, ...withFailure(unknown, failure), created_at: NOW }
    const looks = [NOW + HOUR, NOW + 2 * HOUR, NOW + 7 * HOUR, NOW + 25 * HOUR, NOW + 169 * HOUR]
    const planned = looks.map((now) => nextLook(failed, fold(failed), now)?.at)
    expect(planned).toEqual([...looks.slice(1), undefined])
  })

  it('for certain at the first send is FAILED at once, gives back, and is not looked at', () => {
    expect(refusalIsFinal(reservationOf(base, 'R1')!, { first: true, now: NOW })).toBe(true)
    const failed = { ...base, ...withFailure(base, { out_refund_no: 'R1', attempt: 1, code: 'X', at: NOW }) }
    expect(fold(failed).refundable).toBe(1000)
    expect(nextLook({ ...failed, created_at: NOW }, fold(failed), NOW)).toBeUndefined()
    expect(reservationOf(failed, 'R1')).not.toHaveProperty('request')
  })

  it('for want of money keeps its number: the same request may be sent again', () => {
    const failed = {
      ...base,
      ...withFailure(base, { out_refund_no: 'R1', attempt: 1, code: 'NOT_ENOUGH', at: NOW }),
    }
    const again = reserve(failed, asking('R1', 300), NOW + HOUR)
    expect(again).toMatchObject({
      ours: {
        refunds: [{ sending: 'REQUESTED', attempt: 2, request: base.ours.refunds[0]!.request }],
      },
    })
    const other = { ...asking('R1', 300), request_hash: 'another' }
    expect(reserve(failed, other, NOW)).toEqual({ refused: 'refund_number_used' })
    const late = {
      ...failed,
      ...withFailure(failed, { out_refund_no: 'R1', attempt: 2, code: 'X', at: NOW }),
    }
    expect(late.ours).toBe(failed.ours)
    const incurable = {
      ...base,
      ...withFailure(base, { out_refund_no: 'R1', attempt: 1, code: 'PARAM_ERROR', at: NOW }),
    }
    expect(reserve(incurable, asking('R1', 300), NOW)).toEqual({ refused: 'refund_number_used' })
  })
})
