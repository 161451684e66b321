/** Control routes of Alipay's notifications. */
import * as v from 'valibot'
import { ControlError } from '../control-error.ts'
import { parseControl } from '../control-router.ts'
import type { ControlRoutes } from '../control-router.ts'
import { parseAttemptFaults } from './faults.ts'
import { isOpened } from './ledger.ts'
import type { AlipayLedger } from './ledger.ts'
import type { AlipayNotifier } from './notifier.ts'
import type { AlipayOperations } from './operations.ts'

export interface NotificationRouteDeps {
  readonly ledger: AlipayLedger
  readonly operations: AlipayOperations
  readonly notifier: AlipayNotifier
}

const STATES = ['waiting', 'delivered', 'given_up', 'dropped'] as const
const WAIT_MS = 10_000

const waitSchema = v.strictObject({
  out_trade_no: v.optional(v.string()),
  out_request_no: v.optional(v.string()),
  trade_status: v.optional(v.string()),
  state: v.optional(v.picklist(STATES), 'delivered'),
  timeout_ms: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(600_000)), WAIT_MS),
})
const resendSchema = v.strictObject({
  id: v.string(),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 1),
  faults: v.optional(v.unknown()),
})
const buildSchema = v.strictObject({
  out_trade_no: v.string(),
  out_request_no: v.optional(v.string()),
  /** Laid over the real fields. */
  fields: v.optional(v.record(v.string(), v.string()), {}),
  faults: v.optional(v.unknown()),
})

export function notificationRoutes({ ledger, operations, notifier }: NotificationRouteDeps): ControlRoutes {
  return {
    'GET /_control/alipay/notifications': () => ({ notifications: notifier.list() }),
    async 'POST /_control/alipay/notifications/wait'({ body, signal }) {
      const { timeout_ms, ...wanted } = parseControl(waitSchema, body)
      const within = AbortSignal.any([signal, AbortSignal.timeout(timeout_ms)])
      try {
        const fits = (delivery: object) =>
          Object.entries(wanted).every(([name, value]) =>
            Object.entries(delivery).some(([a, b]) => a === name && b === value),
          )
        return { notification: await notifier.waitFor(fits, within) }
      } catch (error) {
        throw new ControlError(408, 'not_yet', error instanceof Error ? error.message : 'not yet')
      }
    },
    async 'POST /_control/alipay/notifications/resend'({ body }) {
      const { id, times, faults } = parseControl(resendSchema, body)
      const spoiled = parseAttemptFaults(faults)
      if (!notifier.list().some((delivery) => delivery.id === id))
        throw new ControlError(404, 'no_such_notification', `no notification ${id}`)
      const sent = Array.from({ length: times }, () => notifier.resend(id, spoiled))
      return { attempts: await Promise.all(sent) }
    },
    /** The body of a notification of a trade as it is, for whoever delivers it by himself. */
    'POST /_control/alipay/notifications/build'({ body }) {
      const { out_trade_no, out_request_no, fields, faults } = parseControl(buildSchema, body)
      const trade = ledger.trades.get(out_trade_no)
      if (!isOpened(trade))
        throw new ControlError(404, 'no_such_trade', `no order ${out_trade_no} that was opened`)
      const refund = trade.refunds.find((each) => each.out_request_no === out_request_no)
      const built = { ...operations.fieldsOf(trade, refund), ...fields }
      return {
        url: trade.notify_url ?? null,
        fields: built,
        body: notifier.build(built, parseAttemptFaults(faults)),
      }
    },
  }
}
