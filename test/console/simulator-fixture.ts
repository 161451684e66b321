/** The simulator's part of the console's contract, as far as the page needs it to be there. */
import type { FaultKind, SimulatorOrder, WireLine } from '#console/contract-simulator.ts'
import { KINDS, SCOPE_NAMES } from '#simulator/fault-kinds.ts'
import { MARKUP } from './orders-fixture.ts'

export const FAULT_KINDS: readonly FaultKind[] = SCOPE_NAMES.flatMap((scope) =>
  KINDS[scope].map(({ entries: { kind } }) => ({ kind: kind.literal, scope, example: {} })),
)

export const SIMULATOR_ORDERS: readonly SimulatorOrder[] = [
  {
    out_trade_no: 'TEA-1001',
    description: MARKUP,
    amount: { total: 8800, currency: 'CNY' },
    trade_state: 'NOTPAY',
    channel: 'native',
    code_url: 'weixin://wxpay/bizpayurl?pr=HvgqkyFg5zz',
    payer_url: 'http://127.0.0.1:8902/pay/HvgqkyFg5zz',
    refunds: [],
  },
  {
    out_trade_no: 'TEA-1002',
    description: 'Pu’er, one cake',
    amount: { total: 128_050, currency: 'CNY' },
    trade_state: 'REFUND',
    channel: 'jsapi',
    refunds: [
      {
        out_refund_no: 'TEA-1002-R1',
        refund_id: '50302611260000000001',
        status: 'PROCESSING',
        amount: { total: 128_050, refund: 3000 },
      },
    ],
  },
]

export const WIRE: readonly WireLine[] = [
  {
    id: '2',
    at: '2026-11-26T04:02:11.000Z',
    direction: 'out',
    method: 'POST',
    url: 'http://127.0.0.1:8787/wechatpay/notify/payment',
    status: 204,
    duration_ms: 41,
    verdict: 'ok',
    event_type: 'TRANSACTION.SUCCESS',
    out_trade_no: 'TEA-1002',
    faults: [],
  },
  {
    id: '1',
    at: '2026-11-26T04:01:00.000Z',
    direction: 'in',
    method: 'GET',
    url: '/v3/pay/transactions/out-trade-no/TEA-1001?mchid=1900000109',
    status: 401,
    duration_ms: 5,
    verdict: 'refused',
    reason: `the query was not signed ${MARKUP}`,
    code: 'SIGN_ERROR',
    out_trade_no: 'TEA-1001',
    faults: ['slow'],
  },
]
