/** Orders as the console's server tells them. Whatever somebody else wrote has markup in it, which has to come out as text. */
import type { Moment, OrderRow, OrderStory } from '#console/contract.ts'
import type { Order, Refund } from '#client/contract/answers.ts'

export const MARKUP = `<img src=x onerror=document.title='broken'><b>bold</b>`

const base = { mchid: '1900000109', appid: 'wxd678efh567hg6787', currency: 'CNY' }
const TRACE = '5759e988bd862e3fe1be46a994272793'

export const REFUNDS: readonly Refund[] = [
  {
    out_refund_no: 'TEA-1002-R1',
    out_trade_no: 'TEA-1002',
    transaction_id: '4200870452202611260000000012',
    refund_id: '50302611260000000001',
    status: 'SUCCESS',
    amount: { refund: 3000, total: 128_050, currency: 'CNY' },
    success_time: '2026-11-26T12:09:05+08:00',
    created_at: '2026-11-26T04:05:00.000Z',
    updated_at: '2026-11-26T04:09:06.000Z',
  },
  {
    out_refund_no: 'TEA-1002-R2',
    out_trade_no: 'TEA-1002',
    transaction_id: '4200870452202611260000000012',
    status: 'FAILED',
    amount: { refund: 500, total: 128_050, currency: 'CNY' },
    failure_code: 'NOT_ENOUGH',
    created_at: '2026-11-26T04:11:00.000Z',
    updated_at: '2026-11-26T04:11:01.000Z',
  },
]

const HELD: Order['holds'] = [
  {
    hold: 'amount_differs#4200870452202611260000000013',
    reason: 'amount_differs',
    dismissed: false,
    acceptable: true,
  },
  { hold: 'placed_by_operator', reason: 'placed_by_operator', dismissed: true, acceptable: false },
]

const ORDERS: readonly Order[] = [
  {
    ...order('TEA-1001', 'AWAITING_PAYMENT', 8800, '2026-11-26T04:20:00.000Z'),
    description: 'Longjing, 100 g',
  },
  {
    ...order('TEA-1002', 'PAID', 128_050, '2026-11-26T04:01:00.000Z'),
    description: MARKUP,
    attach: MARKUP,
    transaction_id: '4200870452202611260000000012',
    bank_type: 'OTHERS',
    success_time: '2026-11-26T12:02:10+08:00',
    refundable: 125_050,
    refunds: REFUNDS,
  },
  {
    ...order('TEA-1003', 'AWAITING_PAYMENT', 100, '2026-11-26T03:40:00.000Z'),
    description: 'A cup of tea',
    held: true,
    holds: HELD,
    audit: [
      {
        at: '2026-11-26T03:44:00.000Z',
        action: 'dismiss',
        hold: 'placed_by_operator',
        by: 'li.wei',
        note: MARKUP,
      },
    ],
  },
]

function order(number: string, status: Order['status'], total: number, at: string): Order {
  return {
    mchid: base.mchid,
    provider: 'wechat',
    appid: base.appid,
    out_trade_no: number,
    channel: 'native',
    status,
    amount: { total, currency: base.currency },
    refundable: 0,
    deficit: 0,
    held: false,
    holds: [],
    payments: [],
    audit: [],
    refunds: [],
    created_at: at,
    updated_at: at,
  }
}

/** A store of orders that a decision changes, as the real one does. */
export function ordersFixture() {
  const orders = new Map(ORDERS.map((one) => [one.out_trade_no, one]))
  return {
    rows: (): readonly OrderRow[] => [...orders.values()].map(rowOf),
    story(number: string): OrderStory | undefined {
      const found = orders.get(number)
      return found && { order: found, timeline: timelineOf(found) }
    },
    dismiss(number: string, input: { readonly hold: string; readonly by: string; readonly note: string }) {
      const found = orders.get(number)
      if (found === undefined) return
      const entry = { ...input, at: '2026-11-26T04:30:00.000Z', action: 'dismiss' as const }
      const holds = found.holds.map((one) => (one.hold === input.hold ? { ...one, dismissed: true } : one))
      orders.set(number, { ...found, held: false, holds, audit: [...found.audit, entry] })
    },
  }
}

function rowOf(found: Order): OrderRow {
  const { out_trade_no, status, amount, description, refundable, refunds, holds, created_at, updated_at } =
    found
  return {
    provider: found.provider,
    out_trade_no,
    status,
    amount,
    refundable,
    refunds: refunds.length,
    refunded: refunds
      .filter((refund) => refund.status === 'SUCCESS')
      .reduce((sum, refund) => sum + refund.amount.refund, 0),
    holds: holds.filter((hold) => !hold.dismissed).map((hold) => hold.reason),
    created_at,
    updated_at,
    ...(description === undefined ? {} : { description }),
  }
}

function timelineOf({ audit, amount, created_at: at, refunds, status }: Order): readonly Moment[] {
  const trace = { correlation_id: TRACE }
  const asked: Moment = { id: '1', kind: 'request', what: 'payment', at, amount: amount.total, ...trace }
  const decisions = audit.map(({ action, ...entry }, index): Moment => ({
    ...entry,
    id: `d${index}`,
    kind: 'decision',
    what: action,
  }))
  const paid = status === 'PAID' ? payment(amount.total, trace) : []
  return [asked, ...paid, ...refunds.flatMap(refundMoments), ...decisions]
}

function payment(total: number, trace: { readonly correlation_id: string }): readonly Moment[] {
  const at = '2026-11-26T04:02:11.000Z'
  return [
    {
      id: '2',
      kind: 'fact',
      what: 'payment',
      state: 'SUCCESS',
      source: 'notification',
      at,
      amount: total,
      fact_key: 'payment#1900000109#TEA-1002#SUCCESS',
      transaction_id: '4200870452202611260000000012',
      pending: false,
      ...trace,
    },
    {
      id: '3',
      kind: 'event',
      what: 'payment.succeeded',
      at,
      order_version: 3,
      refundable: total,
      deficit: 0,
      holds: [],
      ...trace,
    },
  ]
}

function refundMoments(refund: Refund): readonly Moment[] {
  const { out_refund_no, status, created_at, updated_at, amount, failure_code } = refund
  const one = { out_refund_no, amount: amount.refund }
  return [
    { ...one, id: `${out_refund_no} asked`, kind: 'request', what: 'refund', at: created_at },
    {
      ...one,
      id: `${out_refund_no} is`,
      kind: 'refund',
      what: status,
      at: updated_at,
      ...(failure_code === undefined ? {} : { failure_code }),
    },
  ]
}
