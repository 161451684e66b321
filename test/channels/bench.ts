/** What the contract needs of a channel: the real one, pointed at its simulator, and whatever happens on the payer's side. */
import { createClose } from '#functions/close/close.ts'
import { createPrepay } from '#functions/prepay/prepay.ts'
import type { PrepayDeps } from '#functions/prepay/prepay.ts'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { createQuery } from '#functions/query/query.ts'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import type { Provider } from '#shared/providers.ts'
import { fen } from '#shared/money.ts'
import type { BillChannel } from '#shared/orders/bill-channel.ts'
import { dayOf } from '#shared/orders/day-index.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { PaymentChannel, PaymentMethod } from '#shared/orders/payment-channel.ts'
import { reconcileDay } from '#shared/reconciliation/reconcile-day.ts'
import type { Arrival } from '#test/simulator/support/receiver.ts'
import { aWorld } from '#test/support/world.ts'
import type { World } from '#test/support/world.ts'

/** How the answer to a call is lost, after the call had its effect. */
export type LostCall = 'prepay' | 'refund'

/** A channel and its simulator, as a table of the contract starts them. */
export interface Started {
  readonly provider: Provider
  /** What keys and facts call the merchant. */
  readonly account: string
  readonly appid: string
  readonly notifyUrl: string
  readonly channel: PaymentChannel<PaymentMethod>
  readonly payParams: PrepayDeps['payParams']
  readonly bills: BillChannel
  /** The fields of a prepay request that are the channel's own. */
  readonly asked: Readonly<Record<string, unknown>>
  /** Runs what takes its notifications. @returns whether it was acknowledged. */
  notify(world: World, arrival: Arrival): Promise<boolean>
  /** What came in so far, oldest first. */
  readonly arrivals: readonly Arrival[]
  pay(outTradeNo: string): Promise<void>
  /** A person refunds it on the platform of the channel. */
  refundElsewhere(outTradeNo: string, outRefundNo: string, amount: number): Promise<void>
  /** Whether a notification tells of a refund that was made elsewhere; else whoever asks for it by number is told. */
  readonly tellsElsewhere: boolean
  /** The next notifications never leave the channel. */
  loseNotifications(): Promise<void>
  /** The next call of this kind has its effect, and its answer is lost. */
  loseAnswer(call: LostCall): Promise<void>
  /** Whoever asks for the order next is told a state that nobody here knows and that looks like an end. */
  tellStrangeState(): Promise<void>
  /** Refunds of the order at the channel, whatever we think. */
  refundsAt(outTradeNo: string): Promise<readonly number[]>
  /** The same notification with another amount in it. */
  forged(arrival: Arrival): Arrival
  /** A notification about the order of a type that nobody here knows. */
  ofUnknownType(outTradeNo: string): Promise<Arrival>
  /** What time it is there, epoch ms. */
  now(): number
  /** Time goes on at the channel, and what falls due in it happens. */
  advance(ms: number): Promise<void>
  /** Goes on to the morning after, when the bill is there. @returns the day that it is of. */
  morningAfter(): Promise<string>
  stop(): Promise<void>
}

const MINUTE = 60_000

/** One merchant with nothing in the books, beside a channel that may be running for others. */
export function aMerchant(started: Started) {
  const world = aWorld(started.now())
  const { account: mchid, channel, notifyUrl, payParams, appid, provider } = started
  const deps = { ...world, mchid, channel, notifyUrl }
  const [prepay, query, close] = [
    createPrepay({ ...deps, appids: [appid], payParams }),
    createQuery(deps),
    createClose(deps),
  ]
  const [refund, queryRefund] = [createRefund(deps), createQueryRefund(deps)]
  const [sweep, settle] = [createSweep({ ...deps, channels: { [provider]: channel } }), createSettle(deps)]
  const seen = { arrivals: started.arrivals.length }
  const settleAll = async () => {
    for (const key of world.dispatched.splice(0)) await settle(key)
  }
  const advance = async (ms: number) => {
    await started.advance(ms)
    world.time.now += ms
  }
  const merchant = {
    world,
    settleAll,
    advance,
    prepay: (number: string, total = 1000, changes: object = {}) =>
      prepay(
        parsePrepayRequest({
          ...started.asked,
          out_trade_no: number,
          description: 'tea',
          amount: { total },
          ...changes,
        }),
        {},
      ),
    query: (number: string) => query.byOutTradeNo(number, { refresh: true }),
    close: (number: string) => close(number, {}),
    refund: (number: string, refundNo: string, amount: number) =>
      refund(number, { out_refund_no: refundNo, amount: { refund: fen(amount), currency: 'CNY' } }, {}),
    queryRefund: (refundNo: string) => queryRefund(refundNo, { refresh: true }),
    order: async (number: string) => (await world.orders.get(orderKey(mchid, number)))!,
    /** What came in since the last call of this. */
    delivered: async (): Promise<readonly Arrival[]> => {
      await started.advance(0)
      const arrivals = started.arrivals.slice(seen.arrivals)
      seen.arrivals = started.arrivals.length
      return arrivals
    },
    notify: (arrival: Arrival) => started.notify(world, arrival),
    /** Takes everything that comes in, and settles it. */
    async hear(): Promise<void> {
      for (const arrival of await merchant.delivered()) await started.notify(world, arrival)
      await settleAll()
    },
    /** Paid, told and settled. */
    async paid(number: string, total = 1000): Promise<void> {
      await merchant.prepay(number, total)
      await started.pay(number)
      await merchant.hear()
    },
    /** So many minutes of the sweep. */
    async sweep(minutes: number): Promise<void> {
      for (let minute = 0; minute < minutes; minute += 1) {
        await advance(MINUTE)
        await sweep({})
        await settleAll()
      }
    },
    async reconcile(day: string, keys: readonly string[]) {
      const result = await reconcileDay(
        {
          ...deps,
          bills: started.bills,
          dayIndex: {
            async *list(asked) {
              const orders = await Promise.all(keys.map((key) => world.orders.get(key)))
              yield orders.flatMap((order) => {
                const known = order === undefined ? undefined : dayOf(order)
                if (order === undefined || known?.day !== asked) return []
                const { billed } = known
                return [{ key: order.order_key, ...(billed === undefined ? {} : { billed }) }]
              })
            },
          },
        },
        {
          day,
          earlier: undefined,
          before: undefined,
          position: undefined,
          until: { compare: Number.POSITIVE_INFINITY, judge: Number.POSITIVE_INFINITY },
          keep: async () => {},
          call: {},
        },
      )
      await settleAll()
      if (result.state === 'creating') throw new Error('there is no bill yet')
      return result.report
    },
  }
  return merchant
}

export type Merchant = ReturnType<typeof aMerchant>

/** One thing that every channel has to do, with an order of its own. */
export type Case = (merchant: Merchant, started: Started, number: string) => Promise<void>
