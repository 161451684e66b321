/** Channels that break the contract, one for each of its cases: the case has to see it, or it holds nobody to anything. */
import { paymentSucceeded } from '#shared/facts/fact.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { fen } from '#shared/money.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { Started } from './bench.ts'

type Break = (started: Started) => Started

const refused = () => new ChannelError('refused', 'planted', { certain: true, wechatCode: 'PLANTED' })

function withChannel(change: (channel: Started['channel']) => Partial<Started['channel']>): Break {
  return (started) => ({ ...started, channel: { ...started.channel, ...change(started.channel) } })
}

function withNotify(change: (started: Started) => Started['notify']): Break {
  return (started) => ({ ...started, notify: change(started) })
}

const takesAndForgets = withNotify(() => async () => true)
const refundsNothing = withChannel(() => ({
  async createRefund(body) {
    const { total, biz_content } = JSON.parse(body) as { total: number; biz_content: string }
    const asked = JSON.parse(biz_content) as Record<'out_trade_no' | 'trade_no' | 'out_request_no', string>
    return {
      refund_id: asked.out_request_no,
      out_refund_no: asked.out_request_no,
      transaction_id: asked.trade_no,
      out_trade_no: asked.out_trade_no,
      status: 'SUCCESS',
      amount: { total: fen(total), refund: fen(400) },
    }
  },
}))
/** The first time as it is, then never again. */
const takesOnce = withNotify((started) => {
  const seen = new Set<string>()
  return async (world, arrival) => {
    const text = arrival.body.toString()
    if (seen.has(text)) return false
    seen.add(text)
    return started.notify(world, arrival)
  }
})
/** Whatever comes again is another payment. */
const takesAnew = withNotify((started) => {
  const seen = new Set<string>()
  return async (world, arrival) => {
    const text = arrival.body.toString()
    if (!seen.has(text)) {
      seen.add(text)
      return started.notify(world, arrival)
    }
    const out_trade_no = new URLSearchParams(text).get('out_trade_no') ?? ''
    const told = { mchid: started.account, out_trade_no, source: 'notification', received_at: 1 } as const
    const amount = { total: fen(1000), currency: 'CNY' }
    const payment = {
      appid: started.appid,
      transaction_id: '1',
      success_time: '2026-01-01T00:00:00Z',
      amount,
    }
    await recordFact(world, paymentSucceeded(told, payment))
    return true
  }
})
const refundsAnew = withChannel((channel) => {
  let count = 0
  return {
    createRefund: async (body, options) => {
      count += 1
      return channel.createRefund(body.replace(/(out_request_no\\":\\"\w+)/, `$1X${count}`), options)
    },
  }
})
const refundsOnce = withChannel((channel) => {
  let count = 0
  return {
    async createRefund(body, options) {
      count += 1
      if (count > 1) throw refused()
      return channel.createRefund(body, options)
    },
  }
})
const placesNothing = withChannel(() => ({
  prepay: async () => {
    throw refused()
  },
}))

/** By the beginning of the case that has to see it. */
export const BROKEN: Readonly<Record<string, Break>> = {
  place: withChannel(() => ({ prepay: async () => ({}) })),
  repeat: placesNothing,
  'unknown outcome of placing': placesNothing,
  pay: takesAndForgets,
  duplicate: takesOnce,
  'lost notification': withChannel(() => ({
    queryOrder: async (out_trade_no) => ({ mchid: 'x', out_trade_no, trade_state: 'NOTPAY' }),
  })),
  forged: takesAndForgets,
  stale: takesAnew,
  'unknown type': withNotify((started) => async (world, arrival) => {
    return !arrival.body.includes('trade_parked') && started.notify(world, arrival)
  }),
  'unknown state': withChannel((channel) => ({
    queryOrder: async (number, options) => ({
      ...(await channel.queryOrder(number, options)),
      trade_state: 'NOTPAY',
    }),
  })),
  close: withChannel(() => ({
    closeOrder: async () => {
      throw refused()
    },
  })),
  'close race': withChannel(() => ({ closeOrder: async () => {} })),
  refund: refundsNothing,
  'unknown outcome of a refund': refundsAnew,
  'partial refunds': refundsOnce,
  'over-refund': refundsNothing,
  'refund elsewhere': takesAndForgets,
  bill: (started) => ({ ...started, bills: { ...started.bills, dayBill: async () => ({ state: 'none' }) } }),
  words: withChannel((channel) => ({
    queryOrder: async (number, options) => ({
      ...(await channel.queryOrder(number, options)),
      mchid: '1900000000',
    }),
  })),
}
