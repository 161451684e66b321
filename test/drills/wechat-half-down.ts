/** WeChat's end of the wire for a drill: a real HTTP server that answers every second request 500, and keeps when it did. */
import { mostInASecond } from '#test/support/most-in-a-second.ts'
import { APPID, MCHID } from '#test/support/orders.ts'
import type { PlatformKeyPair } from '#test/support/wechat-keys.ts'
import { failed, signed, startPeer } from '#test/support/wechat-peer.ts'
import type { SeenRequest } from '#test/support/wechat-peer.ts'

interface Exchange {
  /** The number of the order or refund that was asked about. */
  readonly number: string
  readonly from: number
  readonly to: number
  readonly failed: boolean
}

interface HalfDown {
  readonly key: PlatformKeyPair
  readonly latencyMs: number
  /** What its answers are dated with. */
  readonly now: () => number
}

export async function startHalfDown({ key, latencyMs, now }: HalfDown) {
  const exchanges: Exchange[] = []
  const peer = await startPeer()
  let count = 0
  peer.answer((request, response) => {
    const from = performance.now()
    const fails = (count += 1) % 2 === 0
    const number = request.url.split(/[?/]/).findLast((part) => /^[A-Z]+-\d+$/.test(part)) ?? ''
    setTimeout(() => {
      exchanges.push({ number, from, to: performance.now(), failed: fails })
      const answer = fails ? failed(500, 'SYSTEM_ERROR') : signed(key, told(request, number), { now: now() })
      answer(request, response)
    }, latencyMs)
  })
  return {
    origin: peer.origin,
    exchanges,
    /** The most failures of any second, by when they were made and by when they were answered. */
    mostFailures: () => {
      const failures = exchanges.filter((exchange) => exchange.failed)
      return Math.max(
        mostInASecond(failures.map(({ from }) => from)),
        mostInASecond(failures.map(({ to }) => to)),
      )
    },
    close: () => peer.close(),
  }
}

/** Nothing that is asked about comes to its end. */
function told({ url }: SeenRequest, number: string): object {
  return url.includes('/refunds/')
    ? {
        refund_id: '50',
        out_refund_no: number,
        transaction_id: '4200000000000001',
        out_trade_no: number,
        status: 'PROCESSING',
        amount: { total: 1000, refund: 300 },
      }
    : {
        appid: APPID,
        mchid: MCHID,
        out_trade_no: number,
        trade_state: 'NOTPAY',
        trade_state_desc: 'not paid',
      }
}
