/** Control routes of Alipay: its payers, its merchant platform, its notifications, keys and faults. */
import * as v from 'valibot'
import { beijingText } from '#shared/alipay/beijing-time.ts'
import { readForm } from '#shared/alipay/form.ts'
import { ControlError } from '../control-error.ts'
import { parseControl } from '../control-router.ts'
import type { ControlRoutes } from '../control-router.ts'
import type { Timeline } from '../timeline.ts'
import type { AlipayFaults } from './faults.ts'
import { GatewayError } from './gateway-error.ts'
import type { AlipayRequest } from './gateway-server.ts'
import { issueAlipay } from './keys.ts'
import type { AlipayKeyBundle, AlipayKeys } from './keys.ts'
import { isOpened, refundedOf, sumUpTrades, tradeStatus } from './ledger.ts'
import type { AlipayLedger, OpenedTrade, Trade } from './ledger.ts'
import type { AlipayNotifier } from './notifier.ts'
import { notificationRoutes } from './notification-routes.ts'
import type { AlipayOperations } from './operations.ts'
import { ALIPAY_MODES } from './options.ts'
import { openTrade } from './trades.ts'

export interface AlipayRouteDeps {
  readonly ledger: AlipayLedger
  readonly operations: AlipayOperations
  readonly notifier: AlipayNotifier
  readonly faults: AlipayFaults
  readonly keys: AlipayKeys
  readonly timeline: Timeline
  /** Opens what a payer's browser or app brings. @throws GatewayError */
  readonly openLink: (parameters: ReadonlyMap<string, string>) => OpenedTrade
  readonly bundle: () => AlipayKeyBundle
  readonly requests: () => readonly AlipayRequest[]
  readonly reset: () => void
}

const text = v.optional(v.string())
const payerSchema = v.strictObject({
  out_trade_no: text,
  /** What the code says. */
  qr_code: text,
  /** What a page or an app was given. */
  pay_url: text,
  order_string: text,
  buyer_id: text,
})
const elsewhereSchema = v.strictObject({
  out_trade_no: v.string(),
  /** Fen; default: all that is left. */
  amount: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  out_request_no: text,
})

export function alipayRoutes(deps: AlipayRouteDeps): ControlRoutes {
  const { ledger, operations, faults, keys, timeline, bundle } = deps
  const show = (trade: Trade) => tradeOnShow(trade, timeline.now())

  /** What the payer holds, opened. */
  function opened(body: unknown): OpenedTrade {
    const { out_trade_no, qr_code, pay_url, order_string } = parseControl(payerSchema, body)
    const link = order_string ?? pay_url?.split('?')[1]
    if (link !== undefined) return deps.openLink(readForm(Buffer.from(link)) ?? new Map())
    const byCode = [...ledger.trades.values()].find(
      (trade) => qr_code !== undefined && trade.qr_code === qr_code,
    )
    const number = byCode?.out_trade_no ?? out_trade_no
    if (number === undefined) {
      const ways = 'out_trade_no, qr_code, pay_url, order_string'
      throw new ControlError(400, 'bad_request', `say which order, by one that is there: ${ways}`)
    }
    return openTrade(ledger, number, operations.moment())
  }

  function payer<Result>(act: () => Result): Result {
    try {
      return act()
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      throw new ControlError(409, error.sub_code, error.message)
    }
  }

  return {
    'GET /_control/alipay/keys': bundle,
    'POST /_control/alipay/keys/mode'({ body }) {
      keys.mode = parseControl(v.strictObject({ mode: v.picklist(ALIPAY_MODES) }), body).mode
      return bundle()
    },
    async 'POST /_control/alipay/keys/certificate'() {
      keys.alipay = await issueAlipay(keys.root, timeline.wall())
      return bundle()
    },
    'POST /_control/alipay/open': ({ body }) => payer(() => ({ trade: show(opened(body)) })),
    // Giving up tells Alipay nothing: the trade waits on, and no notification is sent.
    'POST /_control/alipay/give-up': ({ body }) => payer(() => ({ trade: show(opened(body)) })),
    'POST /_control/alipay/pay': ({ body }) =>
      payer(() => {
        const { buyer_id } = parseControl(payerSchema, body)
        return { trade: show(operations.pay(opened(body).out_trade_no, buyer_id)) }
      }),
    'POST /_control/alipay/refunds/elsewhere': ({ body }) =>
      payer(() => {
        const { out_trade_no, amount, out_request_no } = parseControl(elsewhereSchema, body)
        const trade = ledger.trades.get(out_trade_no)
        if (trade === undefined) throw new ControlError(404, 'no_such_trade', `no order ${out_trade_no}`)
        const { trade: refunded, refund } = operations.refund({
          out_trade_no,
          amount: amount ?? trade.total - refundedOf(trade),
          out_request_no: out_request_no ?? `P${operations.moment().ids.refundId(timeline.now())}`,
          origin: 'platform',
        })
        return { trade: show(refunded), refund }
      }),
    'GET /_control/alipay/trades': () => ({ trades: [...ledger.trades.values()].map(show) }),
    'GET /_control/alipay/books': () => sumUpTrades(ledger),
    'GET /_control/alipay/requests': () => ({ requests: deps.requests() }),
    'GET /_control/alipay/faults': () => ({ faults: faults.list() }),
    'POST /_control/alipay/faults': ({ body }) => ({ fault: faults.add(body) }),
    'DELETE /_control/alipay/faults': () => ({ cleared: faults.clear() }),
    'DELETE /_control/alipay/faults/*'({ item }) {
      if (faults.clear(item) === 0) throw new ControlError(404, 'no_such_fault', `no fault ${item}`)
      return { cleared: 1 }
    },
    'POST /_control/alipay/reset'() {
      deps.reset()
      return {}
    },
    ...notificationRoutes(deps),
  }
}

function tradeOnShow(trade: Trade, now: number) {
  const { opened, paid, closedAt, createdAt, expiresAt, ...rest } = trade
  return {
    ...rest,
    trade_status: isOpened(trade) ? tradeStatus(trade, now) : 'NOT_OPENED',
    ...(opened === undefined ? {} : { trade_no: opened.trade_no }),
    create_time: beijingText(createdAt),
    expire_time: beijingText(expiresAt),
    ...(paid === undefined ? {} : { pay_time: beijingText(paid.at) }),
    ...(closedAt === undefined ? {} : { close_time: beijingText(closedAt) }),
  }
}
