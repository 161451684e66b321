/** What the simulator sent, attempt by attempt, with what it met; for a place that has no stack beside it. */
import type { NotificationInFull, NotificationRow, Resent, WireAttempt } from '#console/contract-watch.ts'
import { given } from '#shared/given.ts'
import type { ControlClient } from '#simulator/control-client.ts'
import type { Attempt, Delivery } from '#simulator/notifier.ts'
import { reasonOfAttempt } from '#simulator/wire-line.ts'
import { maskedHeaders, maskedJson } from './masked.ts'
import { pageOf } from './paging.ts'
import { notHere } from './console-error.ts'
import type { Routes } from './routes.ts'

export function deliveryRoutes(control: ControlClient): Routes {
  return {
    async 'GET /notifications'({ query }) {
      const outcome = query.get('outcome')
      const rows = (await control.notifications()).flatMap(attemptRows).toSorted(newestFirst)
      return pageOf(outcome === null ? rows : rows.filter((row) => row.outcome === outcome), query)
    },
    'GET /notifications/:id': ({ part }) => inFull(control, part('id')),
    'POST /notifications/:id/resend': ({ part }) => resend(control, part('id')),
  }
}

/** @param id of the notification, or of one of its attempts. */
export async function resend(control: ControlClient, id: string): Promise<Resent> {
  return { attempts: (await control.resend(deliveryId(id))).map(wireAttempt) }
}

async function inFull(control: ControlClient, id: string): Promise<NotificationInFull> {
  const delivery = (await control.notifications()).find((each) => each.id === deliveryId(id))
  const row = delivery === undefined ? undefined : attemptRows(delivery).find((each) => each.id === id)
  if (delivery === undefined || row === undefined) throw notHere()
  return { ...row, ...(await contentOf(control, delivery)), can_resend: true }
}

/** The content as it would be sent now: each attempt is sealed and signed anew. */
export async function contentOf(
  control: ControlClient,
  { event, event_type, out_trade_no, out_refund_no }: Delivery,
): Promise<Pick<NotificationInFull, 'raw' | 'decrypted'>> {
  if (event === 'other') return {}
  const about = event === 'refund' ? given({ out_refund_no }) : given({ out_trade_no })
  const { headers, body, resource } = await control.build({ ...about, event_type })
  return { raw: { headers: maskedHeaders(headers), body }, decrypted: maskedJson(resource) }
}

/** An attempt has the number of the notification, and its own behind it. */
const ATTEMPT = /~\d+$/

function deliveryId(id: string): string {
  return id.replace(ATTEMPT, '')
}

export function attemptRows(delivery: Delivery): readonly NotificationRow[] {
  return delivery.attempts.map((attempt, index) => rowOf(delivery, attempt, `${delivery.id}~${index}`))
}

function rowOf(
  { url, event_type, out_trade_no, out_refund_no }: Delivery,
  attempt: Attempt,
  id: string,
): NotificationRow {
  const { at, duration_ms, status, faults } = attempt
  return {
    id,
    at: new Date(at).toISOString(),
    outcome: outcomeOf(attempt),
    event_type,
    duration_ms,
    ...given({ status, out_trade_no, out_refund_no, explanation: reasonOfAttempt(url, attempt) }),
    ...(faults.length === 0 ? {} : { faults }),
  }
}

function outcomeOf({ status }: Pick<Attempt, 'status'>): NotificationRow['outcome'] {
  if (status === undefined) return 'unanswered'
  return status === 200 || status === 204 ? 'received' : 'refused'
}

function wireAttempt({ at, duration_ms, status, error, faults }: Attempt): WireAttempt {
  return { at: new Date(at).toISOString(), duration_ms, ...given({ status, error }), faults }
}

function newestFirst(one: NotificationRow, other: NotificationRow): number {
  return one.at < other.at ? 1 : -1
}
