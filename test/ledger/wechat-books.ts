/**
 * WeChat's own books of one order, as a merchant must believe them: what came in, what went out, and what it tells of it.
 * Written apart from the ledger, so that the two can be compared.
 */
import type { Prng } from '#test/simulation/prng.ts'

export type WechatState = 'PROCESSING' | 'ABNORMAL' | 'SUCCESS' | 'CLOSED'

export interface WechatRefund {
  readonly number: string
  readonly amount: number
  state: WechatState
  /** Until then queries do not find it, and sending it again is refused as an echo; epoch ms. */
  readonly hiddenUntil: number
}

export interface WechatTelling {
  readonly number: string
  readonly amount: number
  readonly state: WechatState
}

const NEXT: Readonly<Record<WechatState, readonly WechatState[]>> = {
  PROCESSING: ['SUCCESS', 'CLOSED', 'ABNORMAL'],
  ABNORMAL: ['SUCCESS', 'CLOSED'],
  SUCCESS: [],
  CLOSED: [],
}

export interface WechatBooks {
  readonly refunds: ReadonlyMap<string, WechatRefund>
  /** What can still be refunded; WeChat gives back no more than it took. */
  available(): number
  /** @returns whether it was taken, or was there before; WeChat refuses what is more than it has. */
  refund(asked: { readonly number: string; readonly amount: number; readonly hiddenUntil?: number }): boolean
  /** Some refund goes on, if one can. */
  proceed(prng: Prng): void
  /** Everything goes to its end. */
  finish(prng: Prng): void
}

/** @param tell of each state that a refund comes to. */
export function createWechatBooks(paid: number, tell: (telling: WechatTelling) => void): WechatBooks {
  const refunds = new Map<string, WechatRefund>()
  const enter = (refund: WechatRefund, state: WechatState) => {
    refund.state = state
    tell({ number: refund.number, amount: refund.amount, state })
  }
  const available = () =>
    [...refunds.values()].reduce(
      (left, { state, amount }) => (state === 'CLOSED' ? left : left - amount),
      paid,
    )
  const open = () => [...refunds.values()].filter(({ state }) => NEXT[state].length > 0)
  const proceed = (prng: Prng) => {
    const going = open()
    if (going.length === 0) return
    const refund = prng.pick(going)
    enter(refund, prng.pick(NEXT[refund.state]))
  }
  return {
    refunds,
    available,
    refund({ number, amount, hiddenUntil = 0 }) {
      if (refunds.has(number)) return true
      if (amount > available()) return false
      const refund: WechatRefund = { number, amount, state: 'PROCESSING', hiddenUntil }
      refunds.set(number, refund)
      enter(refund, 'PROCESSING')
      return true
    },
    proceed,
    finish(prng) {
      while (open().length > 0) proceed(prng)
    },
  }
}
