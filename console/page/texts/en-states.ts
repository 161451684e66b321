/** What the words of WeChat and of the API mean, in English. A member that is added to the contract and not here is a type error. */
import type { DayRow, DifferenceRow, Health, NotificationRow } from '#console/contract-watch.ts'
import type { FactMoment, OrderFilter, Place, Provider } from '#console/contract.ts'
import type { Order, Refund } from '#client/contract/answers.ts'

type HoldReason = Order['holds'][number]['reason']

export const enStates = {
  place: {
    local: 'on this machine',
    simulator: 'simulator',
    deployed: 'deployed',
  } satisfies Record<Place, string>,
  provider: { wechat: 'WeChat Pay', alipay: 'Alipay' } satisfies Record<Provider, string>,
  order: {
    CREATED: 'created',
    AWAITING_PAYMENT: 'awaiting payment',
    PAID: 'paid',
    CLOSED: 'closed',
    REJECTED: 'rejected',
    UNRECOGNIZED: 'unrecognized',
  } satisfies Record<Order['status'], string>,
  orderFilter: {
    paid: 'paid',
    unpaid: 'not paid yet',
    held: 'held',
  } satisfies Record<OrderFilter, string>,
  refund: {
    REQUESTED: 'requested',
    UNKNOWN: 'outcome unknown',
    FAILED: 'failed',
    PROCESSING: 'processing',
    ABNORMAL: 'abnormal',
    CLOSED: 'closed',
    SUCCESS: 'refunded',
  } satisfies Record<Refund['status'], string>,
  hold: {
    order_unknown: ['Order unknown', 'The channel tells of an order that was not created here.'],
    order_rejected: [
      'Order was rejected',
      'Money came for an order that the channel had refused, or for the earlier use of its number.',
    ],
    amount_differs: ['Amount differs', 'The channel’s total is not the order’s.'],
    currency_differs: ['Currency differs', 'The currency is not the order’s.'],
    appid_differs: ['Appid differs', 'The appid is not the order’s.'],
    payment_conflict: [
      'Two payments',
      'The channel told two payments of one order: both are shown, the smaller one counts.',
    ],
    over_refunded: ['Over-refunded', 'More is out than came in; the deficit says by how much.'],
    refund_without_payment: [
      'Refund without payment',
      'A refund came for an order whose payment was never told; it is asked for at once.',
    ],
    refund_of_other_transaction: [
      'Refund of another transaction',
      'A refund names another transaction than the payment’s.',
    ],
    refund_amount_differs: [
      'Refund amount differs',
      'The refund’s amount, or the total that it names, is not ours; the larger amount counts.',
    ],
    refund_contradiction: [
      'Refund contradicts itself',
      'A refund is told both SUCCESS and CLOSED; its amount stays taken.',
    ],
    refunds_unknown: [
      'Refunds unknown',
      'The channel calls the order refunded and no refund is known: one was made elsewhere.',
    ],
    trade_state_unknown: [
      'State of the order unknown',
      'The channel’s last word on the order is a state that is not known here and looks final.',
    ],
    refund_state_unknown: [
      'State of a refund unknown',
      'The channel’s last word on a refund is a state that is not known here; its amount stays taken.',
    ],
    too_many_tellings: [
      'Too much was told',
      'More was told than an order keeps, or than can be read of an earlier form.',
    ],
    placed_by_operator: ['Held by hand', 'A person stopped this order.'],
    approval: [
      'Waits for approval',
      'A refund breaks a rule of the stage. Approve or refuse it on the command line: wxpay order release.',
    ],
  } satisfies Record<HoldReason, readonly [name: string, meaning: string]>,
  decision: {
    hold: 'held',
    dismiss: 'dismissed',
    accept: 'accepted',
    approve: 'approved',
    refuse: 'refused',
    pay_to_card: 'sent to a bank card',
  } satisfies Record<Order['audit'][number]['action'], string>,
  source: {
    notification: 'notification',
    query: 'query',
    close: 'close',
    bill: 'bill',
    answer: 'answer',
    operator: 'an operator',
  } satisfies Record<FactMoment['source'], string>,
  outcome: {
    received: 'received',
    refused: 'refused',
    unanswered: 'no answer',
  } satisfies Record<NotificationRow['outcome'], string>,
  verdict: {
    clean: 'clean',
    attention: 'needs attention',
    running: 'running',
    failed: 'failed',
    missing: 'not compared',
  } satisfies Record<DayRow['verdict'], string>,
  difference: {
    only_at_wechat: 'only at the channel',
    only_with_us: 'only with us',
    amount_differs: 'amount differs',
    state_differs: 'state differs',
  } satisfies Record<DifferenceRow['difference'], string>,
  differenceOutcome: {
    healed: 'healed',
    held: 'held',
    confirmed: 'confirmed',
    open: 'open',
  } satisfies Record<DifferenceRow['outcome'], string>,
  differenceKind: {
    payment: 'payment',
    refund: 'refund',
  } satisfies Record<DifferenceRow['kind'], string>,
  level: {
    ok: 'ok',
    warn: 'warning',
    fail: 'failed',
  } satisfies Record<Health['checks'][number]['level'], string>,
  queue: {
    facts: 'facts',
    facts_dead_letter: 'dead-letter queue',
    key_refresh: 'key refresh',
  } satisfies Record<Health['queues'][number]['name'], string>,
  key: {
    platform_certificate: 'platform certificate',
    wechatpay_public_key: 'WeChat Pay public key',
    merchant_certificate: 'merchant API certificate',
  } satisfies Record<Health['keys'][number]['kind'], string>,
  circuit: {
    closed: 'closed: WeChat is called',
    open: 'open: WeChat is left alone',
    unknown: 'unknown',
  } satisfies Record<NonNullable<Health['circuit']>['state'], string>,
  switch: {
    refunds: 'Refunds paused',
    prepay: 'New payments paused',
    backup_domain: 'Backup domain only',
  } satisfies Record<NonNullable<Health['switches']>[number]['name'], string>,
}
