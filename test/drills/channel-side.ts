/** What a channel's own books say after a drill, in one form for each of them; they know nothing of our tables and events. */
import { alipayAccount } from '#shared/facts/account.ts'
import type { Provider } from '#shared/providers.ts'
import type { AlipayOnShow } from '#simulator/alipay/on-show.ts'
import type { ControlClient } from '#simulator/control-client.ts'
import type { LocalStack } from '#local/stack-options.ts'

export interface Money {
  readonly count: number
  /** Fen. */
  readonly total: number
}

/** One side's view. */
export interface View {
  readonly payments: Money
  readonly refunds: Money
}

interface PaymentThere {
  readonly number: string
  /** The channel's own number of it. */
  readonly id: string
}

interface RefundThere {
  readonly number: string
  readonly status: string
  readonly amount: number
}

/** What a notification told that was acknowledged: a payment by the number of its order, a refund by its own. */
interface Acknowledged {
  readonly order: string
  readonly refund?: string
}

export interface ChannelSide {
  readonly provider: Provider
  readonly account: string
  books(): Promise<View>
  payments(): Promise<readonly PaymentThere[]>
  refunds(): Promise<readonly RefundThere[]>
  acknowledged(): Promise<readonly Acknowledged[]>
}

/** Those that the stack has. */
export function channelSides({ simulator, description }: LocalStack): readonly ChannelSide[] {
  const sides = simulator === undefined ? [] : [wechatSide(simulator.control, description.mchid)]
  return simulator?.alipay === undefined ? sides : [...sides, alipaySide(simulator.alipay)]
}

function wechatSide(wechat: ControlClient, account: string): ChannelSide {
  return {
    provider: 'wechat',
    account,
    async books() {
      const { payments, refunds } = await wechat.books()
      return { payments, refunds: refunds.SUCCESS }
    },
    async payments() {
      const orders = await wechat.orders()
      return orders.flatMap(({ out_trade_no: number, transaction_id: id }) =>
        id === undefined ? [] : { number, id },
      )
    },
    async refunds() {
      const refunds = await wechat.refunds()
      return refunds.map(({ out_refund_no: number, status, amount }) => ({
        number,
        status,
        amount: amount.refund,
      }))
    },
    async acknowledged() {
      const delivered = (await wechat.notifications()).filter(({ state }) => state === 'delivered')
      return delivered.map(({ event, out_trade_no: order = '', out_refund_no: refund = '' }) =>
        event === 'payment' ? { order } : { order, refund },
      )
    },
  }
}

const PAID = ['TRADE_SUCCESS', 'TRADE_FINISHED']

function alipaySide({ appId, control }: AlipayOnShow): ChannelSide {
  return {
    provider: 'alipay',
    account: alipayAccount(appId),
    async books() {
      const { payments, refunds } = await control.books()
      return { payments, refunds }
    },
    async payments() {
      const trades = await control.trades()
      // Refunded whole it is closed, as one is that nobody paid.
      const paid = trades.filter((one) => PAID.includes(one.trade_status) || one.refunds.length > 0)
      return paid.map(({ out_trade_no: number, trade_no: id = '' }) => ({ number, id }))
    },
    async refunds() {
      const refunds = (await control.trades()).flatMap((trade) => trade.refunds)
      return refunds.map(({ out_request_no: number, amount }) => ({ number, status: 'SUCCESS', amount }))
    },
    async acknowledged() {
      const delivered = (await control.notifications()).filter(({ state }) => state === 'delivered')
      return delivered.map(({ out_trade_no: order, out_request_no: refund }) =>
        refund === undefined ? { order } : { order, refund },
      )
    },
  }
}
