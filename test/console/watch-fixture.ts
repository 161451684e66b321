/** Notifications, reconciliation, health and charts as the console's server tells them. */
import type {
  Charts,
  DayInFull,
  Health,
  NotificationInFull,
  NotificationRow,
} from '#console/contract-watch.ts'
import { MARKUP } from './orders-fixture.ts'

export const NOTIFICATIONS: readonly NotificationInFull[] = [
  {
    id: 'n-2',
    at: '2026-11-26T04:03:00.000Z',
    outcome: 'refused',
    status: 401,
    rule: 'signature',
    explanation: 'The signature does not fit the body.',
    duration_ms: 3,
    faults: ['tampered_body'],
    raw: { headers: { 'wechatpay-signature': '(masked)' }, body: `{"id":"${MARKUP}"}` },
    can_resend: true,
  },
  {
    id: 'n-1',
    at: '2026-11-26T04:02:11.000Z',
    outcome: 'received',
    status: 204,
    event_type: 'TRANSACTION.SUCCESS',
    out_trade_no: 'TEA-1002',
    transaction_id: '4200870452202611260000000012',
    fact_key: 'payment#1900000109#TEA-1002#SUCCESS',
    correlation_id: '5759e988bd862e3fe1be46a994272793',
    duration_ms: 41,
    raw: { headers: { 'wechatpay-serial': '5157F09EFDC096DE15EBE81A47057A72' }, body: '{"id":"…"}' },
    decrypted: JSON.stringify(
      { out_trade_no: 'TEA-1002', attach: MARKUP, payer: { openid: '***' } },
      null,
      2,
    ),
    can_resend: true,
  },
]

export const notificationRows = (): readonly NotificationRow[] =>
  NOTIFICATIONS.map(({ raw: _raw, decrypted: _decrypted, can_resend: _resend, ...row }) => row)

export const DAYS: readonly DayInFull[] = [
  {
    day: '2026-11-25',
    verdict: 'attention',
    ran_at: '2026-11-26T02:31:00.000Z',
    matched: 412,
    found: { only_at_wechat: 1, only_with_us: 0, amount_differs: 1, state_differs: 0 },
    outcomes: { healed: 1, held: 1, confirmed: 0, open: 0 },
    payments: { rows: 400, amount: 3_410_900 },
    refunds: { rows: 14, amount: 51_200 },
    differences: [
      {
        kind: 'payment',
        difference: 'amount_differs',
        outcome: 'held',
        out_trade_no: 'TEA-1003',
        billed: 101,
        booked: 100,
      },
      {
        kind: 'refund',
        difference: 'only_at_wechat',
        outcome: 'healed',
        out_trade_no: 'TEA-1002',
        out_refund_no: 'TEA-1002-R1',
        billed: 3000,
      },
    ],
    unlisted: 2,
  },
  { day: '2026-11-24', verdict: 'clean', matched: 389, differences: [], unlisted: 0 },
]

export const HEALTH: Health = {
  at: '2026-11-26T04:30:00.000Z',
  checks: [
    { name: 'api', level: 'ok', detail: 'answers', remedy: '' },
    { name: 'clock', level: 'warn', detail: '2.1 s off', remedy: 'synchronise the clock' },
    { name: 'dead letters', level: 'fail', detail: MARKUP, remedy: 'wxpay dlq ls' },
  ],
  queues: [
    { name: 'facts', waiting: 0 },
    { name: 'facts_dead_letter', waiting: 2, oldest_seconds: 5400 },
    { name: 'key_refresh', waiting: 0 },
  ],
  pending_facts: { count: 1, more: false, oldest_seconds: 12 },
  keys: [
    {
      kind: 'platform_certificate',
      serial: '5157F09EFDC096DE15EBE81A47057A72',
      expires_at: '2026-12-10T00:00:00.000Z',
      days_left: 14,
    },
    { kind: 'wechatpay_public_key', serial: 'PUB_KEY_ID_0119000001092024091000447100000447' },
  ],
  circuit: { state: 'closed' },
  switches: [
    { name: 'refunds', on: true, by: 'li.wei', note: MARKUP, since: '2026-11-26T04:10:00.000Z' },
    { name: 'prepay', on: false },
    { name: 'backup_domain', on: false },
  ],
}

const minutes = Array.from({ length: 60 }, (_, at) =>
  new Date(Date.UTC(2026, 10, 26, 3, 30 + at)).toISOString(),
)
const wave = (at: number, size: number) => Math.round(size * (1 + Math.sin(at / 6)))

export const CHARTS: Charts = {
  from: minutes[0] ?? '',
  to: minutes.at(-1) ?? '',
  step_seconds: 60,
  payments: minutes.map((at, index) => ({ at, value: wave(index, 9) })),
  refunds: minutes.map((at, index) => ({ at, value: index % 7 === 0 ? 2 : 0 })),
  notification_p50_ms: minutes.map((at, index) => ({ at, value: index === 30 ? null : 20 + wave(index, 5) })),
  notification_p95_ms: minutes.map((at, index) => ({
    at,
    value: index === 30 ? null : 45 + wave(index, 15),
  })),
  mismatches: Array.from({ length: 31 }, (_, at) => ({
    day: new Date(Date.UTC(2026, 9, 26 + at)).toISOString().slice(0, 10),
    count: at % 11 === 0 ? 2 : 0,
  })),
}
