/** States that are not known here and look final: they hold the order until a known one follows. */
import { describe, expect, it } from 'vitest'
import type { ToldWord } from '#shared/ledger/books.ts'
import { fold } from '#shared/ledger/fold.ts'
import { nextLook } from '#shared/ledger/look-plan.ts'
import { withWord } from '#shared/ledger/tellings.ts'
import { dismissing, everyOrder } from './deciding.ts'
import { asked, HOUR, holdsOf, MINUTE, NOW, payment, refund, tell } from './tellings.ts'

const word = (said: string | undefined, minute: number, number?: string): ToldWord => ({
  ...(number === undefined ? {} : { out_refund_no: number }),
  ...(said === undefined ? {} : { word: said }),
  at: NOW + minute * MINUTE,
})
const paidAt = (minute: number) => payment(1000, { told_at: NOW + minute * MINUTE })

describe('the order', () => {
  it('is held, with one key whatever the state is called, and its numbers stay as they are', () => {
    const told = everyOrder(asked(), paidAt(0), word('REVERSED', 1), word('FINISHED', 2))
    expect(holdsOf(told)).toEqual(['trade_state_unknown'])
    expect(fold(told)).toMatchObject({ status: 'PAID', refundable: 1000, held: true })
    expect(holdsOf(tell(asked(), word('FINISHED', 0)))).toEqual(['trade_state_unknown'])
  })

  it.each([
    ['a payment', paidAt(2)],
    ['a known state', word(undefined, 2)],
  ])('is held no more once %s is told after it, whatever arrives first', (_, known) => {
    expect(holdsOf(everyOrder(asked(), word('REVERSED', 1), known))).toEqual([])
  })

  it('is held on when a payment was told before it, and is told as known once it is told again', () => {
    const told = everyOrder(asked(), paidAt(0), word('REVERSED', 1), paidAt(2))
    expect(holdsOf(told)).toEqual(['trade_state_unknown'])
    expect(holdsOf(tell(told, word(undefined, 2)))).toEqual([])
  })

  it('is held no more once it is told closed', () => {
    expect(holdsOf(everyOrder(asked(), word('FINISHED', -1), 'closed'))).toEqual([])
  })

  it('is held again when the state comes back after a known one, and by the same moment', () => {
    const back = everyOrder(asked(), paidAt(0), word('REVERSED', 1), word(undefined, 2), word('REVERSED', 3))
    expect(holdsOf(back)).toEqual(['trade_state_unknown'])
    expect(holdsOf(everyOrder(asked(), paidAt(1), word('REVERSED', 1)))).toEqual(['trade_state_unknown'])
  })

  it('can be dismissed: the same word again is no news, another one is', () => {
    const dismissed = dismissing(tell(asked(), word('FINISHED', 1)), 'trade_state_unknown')
    expect(fold(dismissed)).toMatchObject({ held: false, status: 'AWAITING_PAYMENT' })
    expect(holdsOf(tell(dismissed, word('FINISHED', 5)))).toEqual([])
    expect(holdsOf(tell(dismissed, word('REVERSED', 5)))).toEqual(['trade_state_unknown'])
  })

  it('is asked for while it is held, ever less often, and no more once somebody let it pass', () => {
    const told = tell(asked(), paidAt(0), word('REVERSED', 0))
    const look = (now: number) => nextLook({ ...told, created_at: NOW }, fold(told), now)
    expect(look(NOW)).toEqual({ class: 'late', at: NOW + MINUTE })
    expect(look(NOW + 6 * HOUR)).toEqual({ class: 'late', at: NOW + 30 * HOUR })
    const passed = dismissing(told, 'trade_state_unknown')
    expect(nextLook({ ...passed, created_at: NOW }, fold(passed), NOW)).toBeUndefined()
  })

  it('keeps a bounded number of them, the same ones in any order', () => {
    const words = Array.from({ length: 60 }, (_, index) => word(`W${index}_FAILED`, 1))
    const told = tell(asked(), ...words)
    expect(tell(asked(), ...words.toReversed())).toEqual(told)
    expect(told.said.words).toHaveLength(40)
    expect(holdsOf(told)).toEqual(['too_many_tellings#words', 'trade_state_unknown'])
  })

  it('adds nothing that is known', () => {
    const { said } = tell(asked(), word('FINISHED', 5))
    expect(withWord(said, word('FINISHED', 5))).toBe(said)
    expect(withWord(said, word('FINISHED', 4))).toBe(said)
  })
})

describe('a refund', () => {
  const closed = refund('R1', 'CLOSED', 300)
  const reopened = word('RETURNED', 1, 'R1')

  it('that was given back is taken again while its state is unclear, and dismissing changes no number', () => {
    const told = everyOrder(asked(), paidAt(0), closed, reopened)
    expect(holdsOf(told)).toEqual(['refund_state_unknown#R1'])
    expect(fold(told).refundable).toBe(700)
    const dismissed = dismissing(told, 'refund_state_unknown#R1')
    expect(fold(dismissed)).toMatchObject({ refundable: 700, held: false })
    expect(nextLook({ ...told, created_at: NOW }, fold(told), NOW)).toMatchObject({ class: 'late' })
  })

  it('holds no more once a known state is told after it', () => {
    const known = everyOrder(asked(), paidAt(0), closed, reopened, word(undefined, 2, 'R1'))
    expect([holdsOf(known), fold(known).refundable]).toEqual([[], 1000])
    const success = refund('R1', 'SUCCESS', 300, {}, NOW + 2 * MINUTE)
    const done = everyOrder(asked(), paidAt(0), refund('R1', 'PROCESSING', 300), reopened, success)
    expect([holdsOf(done), fold(done).refundable]).toEqual([[], 700])
  })

  it('is one matter, the order and its other refunds are others', () => {
    const told = everyOrder(asked(), paidAt(3), reopened, word('FINISHED', 1))
    expect(holdsOf(told)).toEqual(['refund_state_unknown#R1'])
    const second = [refund('R2', 'SUCCESS', 100), word(undefined, 2, 'R2')] as const
    const other = everyOrder(asked(), paidAt(0), reopened, ...second, word(undefined, 2))
    expect(holdsOf(other)).toEqual(['refund_state_unknown#R1'])
  })
})
