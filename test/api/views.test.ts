/** Every answer is what its schema says, with no field outside it, whatever the state. */
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { holdView } from '#shared/api/hold-view.ts'
import { HoldViewSchema } from '#shared/api/hold-view-schema.ts'
import { orderView, refundView } from '#shared/api/order-view.ts'
import { OrderViewSchema, RefundViewSchema } from '#shared/api/order-view-schema.ts'
import { paymentView } from '#shared/api/payment-view.ts'
import { PaymentViewSchema } from '#shared/api/payment-view-schema.ts'
import { problemOf } from '#shared/api/problem.ts'
import { ProblemSchema } from '#shared/api/problem-schema.ts'
import { allErrorKinds, AppError, isErrorCode } from '#shared/errors.ts'
import { fen } from '#shared/money.ts'
import { HOLD_REASONS, ORDER_STATUSES, REFUND_STATUSES } from '#shared/ledger/words.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import { DECISION_ACTIONS } from '#shared/facts/fact-key.ts'
import { PAYMENT_METHODS } from '#shared/orders/payment-channel.ts'
import { anOrder, APPID, MCHID, NOW } from '#test/support/orders.ts'

const sentRefunds: readonly Refund[] = REFUND_STATUSES.map((status) => ({
  out_refund_no: `R-${status}`,
  status,
  amount: fen(1),
  live: true,
  request: '{"canary":"bytes"}',
  request_hash: 'canary',
  ...(status === 'REQUESTED' ? {} : { refund_id: '50', refund_channel: 'ORIGINAL' }),
  ...(status === 'SUCCESS' ? { success_time: '2026-03-02T12:00:05+08:00' } : {}),
  ...(status === 'FAILED' ? { failure_code: 'NOT_ENOUGH' } : {}),
  ...(status === 'UNKNOWN' ? { refused_code: 'NOT_ENOUGH' } : {}),
  created_at: NOW,
  updated_at: NOW,
}))
const waiting: Refund = {
  out_refund_no: 'R-WAITING',
  status: 'REQUESTED',
  amount: fen(1),
  live: true,
  approval: { state: 'waiting', rules: ['singleAbove'], names: 2, approved_by: ['ann'] },
  created_at: NOW,
  updated_at: NOW,
}
const refunds = [...sentRefunds, waiting]
/** All that an order can have, our own fields and one of a newer release among them. */
const { books: fullBooks } = anOrder({
  decided: DECISION_ACTIONS.map((action) => ({
    canary: 'of a newer release',
    at: NOW,
    action,
    hold: 'operator#1',
    by: 'li.lei',
    note: 'seen',
  })),
})
const applications = [
  {
    out_refund_no: 'R-ABNORMAL',
    type: 'USER_BANK_CARD',
    state: 'REFUSED',
    attempt: 2,
    failure_code: 'X',
    created_at: NOW,
    updated_at: NOW,
  },
] as const
const unfreeze = {
  out_order_no: 'U1',
  description: 'canary',
  state: 'FAILED',
  in_doubt: true,
  order_id: '30',
  failure_code: 'X',
  created_at: NOW,
  updated_at: NOW,
} as const
const full: Order = {
  ...anOrder({
    description: 'tea',
    attach: 'shelf 7',
    time_expire: '2026-03-02T12:00:00+08:00',
    prepay: { prepay_id: 'wx28', code_url: 'weixin://a', h5_url: 'https://h5', obtained_at: NOW },
    decided: DECISION_ACTIONS.map((action) => ({
      canary: 'of a newer release',
      at: NOW,
      action,
      hold: 'operator#1',
      by: 'li.lei',
      note: 'seen',
    })),
    next_check_at: NOW,
    claimed_until: NOW,
  }),
  books: {
    ...fullBooks,
    ours: { ...fullBooks.ours, applications, unfreeze, unsplit: { amount: fen(7), at: NOW } },
  },
  rejected_code: 'PARAM_ERROR',
  transaction_id: '42',
  trade_type: 'NATIVE',
  bank_type: 'CMC',
  success_time: '2026-03-01T12:00:05+08:00',
  payer_total: fen(900),
  deficit: fen(5),
  refunds: Object.fromEntries(refunds.map((refund) => [refund.out_refund_no, refund])),
  causes: HOLD_REASONS.map((reason) => ({ key: reason, reason, evidence: 'canary', dismissed: false })),
}
const orders = [
  ...ORDER_STATUSES.flatMap((status) => [{ ...full, status }, anOrder({ status })]),
  ...PAYMENT_METHODS.map((method) => anOrder({ method })),
]
const { method: _, ...unknownToUs } = anOrder({ status: 'UNRECOGNIZED' })

const jsapi = {
  appId: APPID,
  timeStamp: '1',
  nonceStr: 'n',
  package: 'prepay_id=wx28',
  signType: 'RSA',
  paySign: 's',
} as const
const app = {
  appId: APPID,
  partnerId: MCHID,
  prepayId: 'wx28',
  packageValue: 'Sign=WXPay',
  nonceStr: 'n',
  timeStamp: '1',
  sign: 's',
} as const

/** What goes over the wire. */
const sent = (view: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(view))

/** What a schema gives back of a view: what it knows, at every level; or where the view is not as it says. */
function readBy(schema: v.GenericSchema, view: unknown): unknown {
  const parsed = v.safeParse(schema, sent(view))
  return parsed.success ? parsed.output : parsed.issues.map((issue) => v.getDotPath(issue))
}

/** The fields of a schema that no sample has. */
function unseen(schema: { readonly entries: object }, views: readonly unknown[]): readonly string[] {
  const seen = new Set(views.flatMap((view) => Object.keys(sent(view))))
  return Object.keys(schema.entries).filter((field) => !seen.has(field))
}

describe('what is answered of an order', () => {
  const views = [...orders, unknownToUs].map(orderView)

  it.each(views)('is an OrderView: %#', (view) => {
    expect(readBy(OrderViewSchema, view)).toEqual(sent(view))
    expect(JSON.stringify(view)).not.toContain('canary')
  })

  it('has every field of it', () => {
    expect(unseen(OrderViewSchema, views)).toEqual([])
  })
})

describe('what is answered of a refund', () => {
  const views = refunds.flatMap((refund) => [refundView(full, refund), refundView(anOrder(), refund)])

  it.each(views)('is a RefundView: %#', (view) => {
    expect(readBy(RefundViewSchema, view)).toEqual(sent(view))
    expect(JSON.stringify(view)).not.toContain('canary')
  })

  it('has every field of it', () => {
    expect(unseen(RefundViewSchema, views)).toEqual([])
  })
})

describe('what is answered to a hold', () => {
  const views = orders.map(holdView)

  it('is a HoldView, which names the refunds that may still go out', () => {
    for (const view of views) expect(readBy(HoldViewSchema, view)).toEqual(sent(view))
    expect(holdView(full).refunds_not_stopped).toEqual(['R-REQUESTED', 'R-UNKNOWN'])
    expect(unseen(HoldViewSchema, views)).toEqual([])
  })
})

describe('what is answered to a prepay', () => {
  const views = orders.flatMap((order) =>
    [undefined, jsapi, app].map((pay_params) => paymentView({ order, pay_params })),
  )

  it.each(views)('is a PaymentView: %#', (view) => {
    expect(readBy(PaymentViewSchema, view)).toEqual(sent(view))
  })

  it('has every field of it', () => {
    expect(unseen(PaymentViewSchema, views)).toEqual([])
  })
})

describe('what is answered of an error', () => {
  const options = {
    fields: [{ field: 'amount.total', rule: 'is required', received: 'nothing' }],
    wechatCode: 'PARAM_ERROR',
    wechatRequestId: '08F7',
  }
  const codes = allErrorKinds()
    .map(([code]) => code)
    .filter(isErrorCode)
  const views = [
    ...codes.map((code) => problemOf(new AppError(code), 'request-1')),
    ...codes.map((code) => problemOf(new AppError(code, 'in other words', options), 'request-1')),
    problemOf(new Error('canary'), 'request-1'),
  ]

  it.each(views)('is a Problem: $code', (view) => {
    expect(readBy(ProblemSchema, view)).toEqual(sent(view))
    expect(JSON.stringify(view)).not.toContain('canary')
  })

  it('has every field of it, and a code that is documented', () => {
    expect(unseen(ProblemSchema, views)).toEqual([])
    expect(codes).toHaveLength(allErrorKinds().length)
    expect([isErrorCode('toString'), isErrorCode('other'), isErrorCode(7)]).toEqual([false, false, false])
    expect(v.is(ProblemSchema, { ...sent(views[0]), code: 'other' })).toBe(false)
  })
})

describe('the test of a view', () => {
  const view = orderView(anOrder())

  it.each([
    ['a field outside the schema', { ...view, version: 1 }],
    ['one below another field', { ...view, amount: { ...view.amount, payer: 'o' } }],
    ['a status that is none', { ...view, status: 'LOST' }],
    ['an amount with a fraction', { ...view, refundable: 0.5 }],
    ['a missing field', { ...view, held: undefined }],
  ])('sees %s', (_name, changed) => {
    expect(readBy(OrderViewSchema, changed)).not.toEqual(sent(changed))
  })
})
