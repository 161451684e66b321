/** Control routes of notifications: history, waiting for one, sending one again, building one without sending it. */
import * as v from 'valibot'
import { findCombined, ordersOf } from './combined.ts'
import { combinedNotice } from './combined-views.ts'
import { ControlError } from './control-error.ts'
import { parseControl } from './control-router.ts'
import type { ControlRoutes } from './control-router.ts'
import { parseAttemptFaults } from './faults.ts'
import { notifyUrl } from './field-rules.ts'
import type { Ids } from './ids.ts'
import { certificateSigner, notificationSigner, publicKeySigner } from './keys.ts'
import type { Keys } from './keys.ts'
import type { Ledger } from './ledger.ts'
import { paymentNotice, refundNotice } from './notices.ts'
import type { Notice } from './notices.ts'
import { buildNotification } from './notification.ts'
import type { Notifier } from './notifier.ts'
import { findOrder } from './orders.ts'
import { otherNotice, otherNoticeFields } from './other-notices.ts'
import { findRefund } from './refunds.ts'
import type { Timeline } from './timeline.ts'

export interface NotificationDeps {
  readonly mchid: string
  readonly ledger: Ledger
  readonly notifier: Notifier
  readonly keys: Keys
  readonly ids: Ids
  readonly timeline: Timeline
  readonly random: () => number
}

const waitSchema = v.strictObject({
  out_trade_no: v.optional(v.string()),
  out_refund_no: v.optional(v.string()),
  event_type: v.optional(v.string()),
  state: v.optional(v.picklist(['waiting', 'held', 'delivered', 'given_up', 'dropped']), 'delivered'),
  timeout_ms: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(600_000)), 10_000),
})

const resendSchema = v.strictObject({
  id: v.string(),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 1),
  faults: v.optional(v.unknown()),
})

const sendSchema = v.strictObject({ url: notifyUrl(256), ...otherNoticeFields })

const buildSchema = v.strictObject({
  ...otherNoticeFields,
  event_type: v.optional(otherNoticeFields.event_type),
  out_trade_no: v.optional(v.string()),
  combine_out_trade_no: v.optional(v.string()),
  out_refund_no: v.optional(v.string()),
  sign_with: v.optional(v.picklist(['certificate', 'public_key'])),
  faults: v.optional(v.unknown()),
})
type BuildRequest = v.InferOutput<typeof buildSchema>

/** Routes of notifications. */
export function notificationRoutes(deps: NotificationDeps): ControlRoutes {
  const { mchid, notifier, keys, ids, timeline } = deps
  return {
    'GET /_control/notifications': () => ({ notifications: notifier.list() }),
    async 'POST /_control/notifications/wait'({ body, signal }) {
      const { timeout_ms: timeoutMs, ...wanted } = parseControl(waitSchema, body)
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
      const fields = Object.entries(wanted).filter(([, value]) => value !== undefined)
      try {
        const notification = await notifier.waitFor((delivery) => {
          const known: Readonly<Record<string, unknown>> = { ...delivery }
          return fields.every(([name, value]) => known[name] === value)
        }, deadline)
        return { notification }
      } catch (cause) {
        throw new ControlError(
          408,
          'not_in_time',
          `no notification like that was ${wanted.state} within ${timeoutMs} ms (${String(cause)})`,
        )
      }
    },
    async 'POST /_control/notifications/resend'({ body }) {
      const { id, times, faults } = parseControl(resendSchema, body)
      const sent = notifier.resend(id, times, parseAttemptFaults(faults))
      if (sent === undefined) throw new ControlError(404, 'no_such_notification', `no notification ${id}`)
      return { attempts: await sent }
    },
    'POST /_control/notifications/send'({ body }) {
      const { url, ...given } = parseControl(sendSchema, body)
      const notice = otherNotice(given, { mchid, ids, now: timeline.now() })
      return { notification: notifier.submit({ event: 'other', url }, notice) }
    },
    'POST /_control/notifications/build'({ body }) {
      const request = parseControl(buildSchema, body)
      const { notice, url } = noticeOf(request, deps)
      const signer =
        request.sign_with === undefined
          ? notificationSigner(keys, deps.random())
          : request.sign_with === 'public_key'
            ? publicKeySigner(keys)
            : certificateSigner(keys)
      const faults = parseAttemptFaults(request.faults)
      const { headers, body: text } = buildNotification(notice, {
        keys,
        ids,
        signer,
        now: timeline.wall(),
        faults,
      })
      return { id: notice.id, url, headers, body: text, resource: notice.resource }
    },
  }
}

/** The real notice of an order or refund, its resource overlaid with what the caller gives; or the caller's alone. */
function noticeOf(
  request: BuildRequest,
  deps: NotificationDeps,
): { readonly notice: Notice; readonly url: string | null } {
  const { notice, url } = storedNotice(request, deps)
  const laidOver: Notice = {
    ...notice,
    eventType: request.event_type ?? notice.eventType,
    originalType: request.original_type ?? notice.originalType,
    summary: request.summary ?? notice.summary,
    resource: { ...notice.resource, ...request.resource },
    ...(request.associated_data === undefined ? {} : { associatedData: request.associated_data }),
  }
  return { url, notice: laidOver }
}

function storedNotice(
  request: BuildRequest,
  { ledger, mchid, ids, timeline }: NotificationDeps,
): { readonly notice: Notice; readonly url: string | null } {
  const now = timeline.now()
  if (request.out_refund_no !== undefined) {
    const refund = findRefund(ledger, request.out_refund_no)
    const notice = refundNotice(refund, findOrder(ledger, refund.outTradeNo), { now, ids })
    return { notice, url: refund.request.notify_url ?? null }
  }
  if (request.out_trade_no !== undefined) {
    const order = findOrder(ledger, request.out_trade_no)
    return { notice: paymentNotice(order, now, ids), url: order.request.notify_url }
  }
  if (request.combine_out_trade_no !== undefined) {
    const combined = findCombined(ledger, request.combine_out_trade_no)
    const notice = combinedNotice(combined, ordersOf(ledger, combined), { now, ids })
    return { notice, url: combined.request.notify_url }
  }
  const { event_type } = request
  if (event_type === undefined)
    throw new ControlError(
      400,
      'bad_request',
      'give out_trade_no, combine_out_trade_no, out_refund_no, or event_type',
    )
  return { notice: otherNotice({ ...request, event_type }, { mchid, ids, now }), url: null }
}
