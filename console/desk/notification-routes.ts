/** Notifications as the functions took them, with the rule that refused one; beside a simulator also what met nobody. */
import type { NotificationInFull, NotificationRow, Resent } from '#console/contract-watch.ts'
import { notHere } from '#console/server/console-error.ts'
import { attemptRows, contentOf, resend } from '#console/server/delivery-routes.ts'
import { maskedJson } from '#console/server/masked.ts'
import { pageOf } from '#console/server/paging.ts'
import type { Routes } from '#console/server/routes.ts'
import { given } from '#shared/given.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import type { Delivery } from '#simulator/notifier.ts'
import type { Desk } from './desk.ts'
import { endsNotification, linesOf } from './log-lines.ts'
import type { LogLine } from './log-lines.ts'
import { choiceIn } from './parameters.ts'

const WINDOW_MS = 24 * 3_600_000
/** An attempt and the line of its call are of the same moment, by two clocks. */
const SAME_MS = 500

const OUTCOMES = ['received', 'refused', 'unanswered'] as const

interface Notification {
  readonly row: NotificationRow
  /** What the simulator knows of it. */
  readonly delivery?: Delivery | undefined
}

export function notificationRoutes(desk: Desk): Routes {
  async function found(id: string): Promise<Notification> {
    const notification = (await notificationsOf(desk)).find(({ row }) => row.id === id)
    if (notification === undefined) throw notHere()
    return notification
  }
  return {
    async 'GET /notifications'({ query }) {
      const outcome = choiceIn(query, 'outcome', OUTCOMES)
      const rows = (await notificationsOf(desk)).map(({ row }) => row)
      return pageOf(outcome === undefined ? rows : rows.filter((row) => row.outcome === outcome), query)
    },
    'GET /notifications/:id': async ({ part }) => inFull(desk, await found(part('id'))),
    async 'POST /notifications/:id/resend'({ part }): Promise<Resent> {
      const { delivery } = await found(part('id'))
      if (desk.control === undefined || delivery === undefined) throw notHere()
      return resend(desk.control, delivery.id)
    },
  }
}

/** Newest first. */
async function notificationsOf(desk: Desk): Promise<readonly Notification[]> {
  const from = desk.world.clock.now() - WINDOW_MS
  const [lines, deliveries] = await Promise.all([
    linesOf(desk, { notified: true, from }),
    desk.control?.notifications() ?? [],
  ])
  const attempts = deliveries.flatMap((delivery) => attemptRows(delivery).map((row) => ({ delivery, row })))
  const taken = lines.filter(endsNotification).map((line) => {
    const { delivery } = attempts.find((attempt) => isOf(attempt, line)) ?? {}
    return { row: rowOf(line), delivery }
  })
  const unanswered = attempts.filter(({ row }) => row.outcome === 'unanswered')
  return [...taken, ...unanswered].toSorted((one, other) => (one.row.at < other.row.at ? 1 : -1))
}

interface Attempted {
  readonly row: NotificationRow
  readonly delivery: Delivery
}

/** By WeChat's id, where it could be read; else by the moment and what was answered. */
function isOf({ delivery, row }: Attempted, line: LogLine): boolean {
  if (line.notification_id !== undefined) return line.notification_id === delivery.id
  const began = Date.parse(row.at)
  const ended = began + (row.duration_ms ?? 0)
  const at = Date.parse(line.time)
  return row.status === line.status && at > began - SAME_MS && at < ended + SAME_MS
}

function rowOf(line: LogLine): NotificationRow {
  const { time, code, status = 0, request_id, event_type, out_trade_no, out_refund_no, fact_key } = line
  const received = status === 200 || status === 204
  return {
    id: request_id ?? time,
    at: time,
    outcome: received ? 'received' : 'refused',
    status,
    ...given({ event_type, out_trade_no, out_refund_no, fact_key }),
    ...given({ correlation_id: line.trace_id, duration_ms: line.duration_ms }),
    ...(received ? {} : { rule: ruleOf(line, code) }),
  }
}

/** As the log names it: what kind of refusal, and which header, field or check. */
function ruleOf({ reason, header, field, error_code }: LogLine, code: string): string {
  const kind = code.replace('NOTIFICATION_', '').toLowerCase()
  return [kind, reason, header ?? field, error_code].filter((part) => part !== undefined).join(': ')
}

async function inFull(desk: Desk, { row, delivery }: Notification): Promise<NotificationInFull> {
  const { control } = desk
  const content =
    control === undefined || delivery === undefined
      ? await storedContent(desk, row)
      : await contentOf(control, delivery)
  return { ...row, ...content, can_resend: control !== undefined && delivery !== undefined }
}

/** A deployed stack keeps what a notification said, and not how it came. */
async function storedContent(
  { stack }: Desk,
  { fact_key }: NotificationRow,
): Promise<Pick<NotificationInFull, 'decrypted'>> {
  if (fact_key === undefined) return {}
  const store = createDynamoFactStore({ client: stack.dynamodb, tableName: stack.tables.facts })
  const stored = await store.get(fact_key)
  return stored === undefined ? {} : { decrypted: maskedJson(stored.fact) }
}
