/** Alipay's books of one app: trades from when a payer comes for them, and refunds that are made at once. */
import type { RefundThere } from './channel-model.ts'
import { GMT_PAYMENT, GMT_REFUND, statusOf, yuan } from './alipay-records.ts'
import type { AlipayRefundRecord, AlipayTrade } from './alipay-records.ts'

/** What a code is good for when nobody says otherwise. */
const CODE_LIFE_MS = 2 * 3_600_000

interface Elsewhere {
  readonly number: string
  readonly amount: number
  readonly silent: boolean
}

export type AlipayModel = ReturnType<typeof createAlipayModel>

export function createAlipayModel(deps: {
  readonly now: () => number
  /** How long a query knows nothing of a new refund. */
  readonly lagMs: number
  /** A refund was made. */
  readonly onRefund: (refund: AlipayRefundRecord) => void
}) {
  const orders = new Map<string, AlipayTrade>()
  const refunds = new Map<string, AlipayRefundRecord>()
  const slow = new Map<string, number>()

  function place(number: string, total: number, { content = '', expiresAt = Infinity } = {}): AlipayTrade {
    const latest = Math.min(expiresAt, deps.now() + CODE_LIFE_MS)
    const trade: AlipayTrade = {
      number,
      total,
      content,
      transactionId: `2026030122001${number.replaceAll(/\D/g, '').padStart(15, '0')}`,
      opened: false,
      paid: false,
      closed: false,
      finished: false,
      late: false,
      get state() {
        if (this.paid) return 'PAID'
        return this.closed || deps.now() >= latest ? 'CLOSED' : 'NOTPAY'
      },
    }
    orders.set(number, trade)
    return trade
  }

  const refundsOf = (orderNumber: string): readonly AlipayRefundRecord[] =>
    [...refunds.values()].filter((refund) => refund.orderNumber === orderNumber)

  const out = (orderNumber: string, counts: (refund: RefundThere) => boolean = () => true): number =>
    refundsOf(orderNumber)
      .filter(counts)
      .reduce((sum, { amount }) => sum + amount, 0)

  /** It knows a refund by its trade and by its number. */
  const refundOf = (orderNumber: string, number: string) => refunds.get(`${orderNumber} ${number}`)

  function refund(
    orderNumber: string,
    asked: Pick<AlipayRefundRecord, 'number' | 'amount' | 'body' | 'silent'>,
  ): void {
    const entered = { ...asked, orderNumber, createdAt: deps.now(), status: 'SUCCESS' } as const
    refunds.set(`${orderNumber} ${asked.number}`, entered)
    deps.onRefund(entered)
  }

  const isHidden = ({ number, createdAt }: AlipayRefundRecord) =>
    deps.now() - createdAt < Math.max(deps.lagMs, slow.get(number) ?? 0)

  return {
    orders,
    refundsOf,
    refundOf,
    out,
    place,
    refund,
    /** Order numbers that are refused for certain. */
    refusedOrders: new Set<string>(),
    /** Refund numbers that are refused for certain, for want of funds. */
    refused: new Set<string>(),
    /** Refund numbers that are taken, and only known so long after, ms; their answer says that nothing moved. */
    slow,
    /** Refund numbers of which so many sends are taken, move nothing, and leave no refund. */
    unmoved: new Map<string, number>(),
    codes: { /** Whether a number that has a code is given none again. */ once: false },
    /** Made by a person: Alipay gives back no more than it took. @returns whether it was made */
    refundElsewhere(orderNumber: string, { number, amount, silent }: Elsewhere): boolean {
      const trade = orders.get(orderNumber)
      const fits = trade?.paid === true && !trade.finished && amount <= trade.total - out(orderNumber)
      if (!fits || refundOf(orderNumber, number) !== undefined) return false
      refund(orderNumber, { number, amount, body: '', silent })
      return true
    },
    tradeView(trade: AlipayTrade) {
      const { number: out_trade_no, transactionId: trade_no, total, paid } = trade
      return {
        out_trade_no,
        trade_no,
        trade_status: statusOf(trade, out(out_trade_no)),
        total_amount: yuan(total),
        ...(paid ? { buyer_pay_amount: yuan(total), send_pay_date: GMT_PAYMENT } : {}),
      }
    },
    /** Without a state it is the answer for one that was never received, or is not known yet. */
    refundView({ number: out_trade_no, transactionId: trade_no, total }: AlipayTrade, number: string) {
      const made = refundOf(out_trade_no, number)
      if (made === undefined || isHidden(made)) return {}
      return {
        out_trade_no,
        trade_no,
        out_request_no: number,
        total_amount: yuan(total),
        refund_amount: yuan(made.amount),
        refund_status: 'REFUND_SUCCESS',
        gmt_refund_pay: GMT_REFUND,
      }
    },
  }
}
